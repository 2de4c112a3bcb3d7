"""The throughput report, every figure worked by hand."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from backend.models import Episode, Task
from tests.fixtures.console import Console
from tests.fixtures.episodes import NOON, add_label, add_rows, add_run, episode_row

WINDOW = {"from": NOON.isoformat(), "to": (NOON + timedelta(minutes=30)).isoformat()}


async def add(
    console: Console, robot: UUID, minute: float, outcome: str | None, steps: int, **fields: Any
) -> Episode:
    """An attempt that ended so many minutes after noon; its reset took ten seconds."""
    ended = NOON + timedelta(minutes=minute)
    started = ended - timedelta(seconds=steps / 50)
    row = episode_row(
        robot,
        ended_at=ended,
        started_at=started,
        steps=steps,
        critical_steps=steps,
        reset_seconds=10.0,
        **fields,
    )
    await add_rows(console.database, row)
    if outcome is not None:
        await add_label(console.database, row, console.users["ada"], outcome)
    return row


async def report(client: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await client.get("/reports/throughput", params=WINDOW | query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.asyncio
async def test_the_figures_by_hand(console: Console) -> None:
    robot, _ = await console.robot()
    ada = await console.person("labeller", "ada")
    await add(console, robot, 5, "success", 500, interventions=1)  # 10 s
    await add(console, robot, 9, "failure", 1000)  # 20 s
    await add(console, robot, 12, "success", 1500, policy_version=3)  # 30 s
    await add(console, robot, 13, None, 5000, interventions=2)
    await add(console, robot, 14, "discard", 5000)
    await add(console, robot, 31, "success", 100)  # after the window
    found = await report(ada)
    summary = found["summary"]
    assert (summary["successes"], summary["failures"]) == (2, 1)
    assert (summary["unlabelled"], summary["discarded"], summary["episodes"]) == (1, 1, 5)
    assert summary["active_seconds"] == 60.0
    assert summary["per_10min_active"] == 20.0
    # First reset begins 10 + 10 s before minute 5, the last attempt ends at minute 14.
    assert summary["wall_seconds"] == 14 * 60 - (5 * 60 - 20)
    assert summary["per_10min_wall"] == pytest.approx(2 * 600 / 560)
    assert summary["success_rate"] == pytest.approx(2 / 3)
    assert summary["median_steps"] == pytest.approx(1000.0, rel=0.008)
    assert summary["interventions"] == 3
    first, second, third = found["bins"]
    assert (first["successes"], first["failures"], first["active_seconds"]) == (1, 1, 30.0)
    assert first["wall_seconds"] == 600 - (5 * 60 - 20)
    assert second["wall_seconds"] == 4 * 60
    assert (third["episodes"], third["wall_seconds"], third["per_10min_active"]) == (0, 0.0, None)
    assert summary["robot_seconds"] == (500 + 1000 + 1500 + 5000 + 5000) / 50 + 5 * 10
    assert found["steps"]["width"] == 16
    assert found["steps"]["base"][500 // 16] == 1
    assert found["steps"]["rl"][1500 // 16] == 1
    assert found["revision"] == 5


@pytest.mark.asyncio
async def test_a_relabel_moves_the_figures_and_the_revision(console: Console) -> None:
    robot, _ = await console.robot()
    ada = await console.person("labeller", "ada")
    row = await add(console, robot, 5, "success", 500)
    before = await report(ada)
    await add_label(console.database, row, console.users["ada"], "failure", version=2)
    after = await report(ada)
    assert (before["summary"]["successes"], after["summary"]["successes"]) == (1, 0)
    assert after["summary"]["failures"] == 1
    assert after["revision"] == before["revision"] + 1
    undone = {"version": 3, "reason": "undone"}
    await add_label(console.database, row, console.users["ada"], "discard", **undone)
    assert (await report(ada))["summary"]["unlabelled"] == 1


@pytest.mark.asyncio
async def test_tables_add_up_and_filters_choose(console: Console) -> None:
    a, _ = await console.robot("a")
    b, _ = await console.robot("b")
    ada = await console.person("labeller", "ada")
    run = await add_run(console.database)
    await add(console, a, 1, "success", 500, run_id=run.id, policy_version=2)
    await add(console, b, 2, "success", 500, regime="full")
    await add(console, b, 3, "failure", 500)
    found = await report(ada)
    for table in ("by_task", "by_robot", "by_run", "by_policy", "by_labeller"):
        assert sum(row["episodes"] for row in found[table]) == 3, table
    assert {row["name"]: row["successes"] for row in found["by_robot"]} == {"a": 1, "b": 1}
    assert {row["name"] for row in found["by_run"]} == {f"{run.number} night shift", "–"}
    assert [row["key"] for row in found["by_policy"]] == ["0", "2"]
    for query, episodes in (
        ({"run": str(run.id)}, 1),
        ({"robot": str(b)}, 2),
        ({"regime": "full"}, 1),
        ({"task": "screw"}, 0),
    ):
        assert (await report(ada, **query))["summary"]["episodes"] == episodes, query


@pytest.mark.asyncio
async def test_references_are_those_of_the_task_and_regime(console: Console) -> None:
    ada = await console.person("labeller", "ada")
    recorded = {"critical": {"base": {"median_steps": 228, "per_10min": 147}}}
    task = Task(id="plug", title={"en": "Plug"}, instruction="", references=recorded)
    await add_rows(console.database, task)
    found = await report(ada, task="plug", regime="critical")
    assert found["references"] == {"base": {"median_steps": 228.0, "per_10min": 147.0}}
    assert (await report(ada, task="plug", regime="full"))["references"] == {}


@pytest.mark.parametrize(
    "query",
    [{"from": WINDOW["to"]}, {"bin": 0}, {"bin": 1, "from": "2025-01-01T00:00:00Z"}, {"from": "x"}],
)
@pytest.mark.asyncio
async def test_impossible_windows_are_refused(console: Console, query: dict[str, Any]) -> None:
    viewer = await console.person("viewer")
    answer = await viewer.get("/reports/throughput", params=WINDOW | query)
    assert answer.status_code in {400, 422}


@pytest.mark.asyncio
async def test_bins_are_aligned_to_the_clock_and_cut_at_the_window(console: Console) -> None:
    viewer = await console.person("viewer")
    window = {
        "from": (NOON + timedelta(minutes=3)).isoformat(),
        "to": (NOON + timedelta(minutes=21)).isoformat(),
    }
    found = (await viewer.get("/reports/throughput", params=window)).json()
    assert [one["start"][11:16] for one in found["bins"]] == ["12:00", "12:10", "12:20"]
    assert [one["seconds"] for one in found["bins"]] == [420.0, 600.0, 60.0]


@pytest.mark.asyncio
async def test_the_table_for_spreadsheets_is_for_those_who_report(console: Console) -> None:
    robot, _ = await console.robot()
    await console.person("labeller", "ada")
    await add(console, robot, 5, "success", 500)
    manager, viewer = await console.person("manager"), await console.person("viewer")
    answer = await manager.get("/reports/throughput.csv", params=WINDOW)
    header, *rows = answer.text.splitlines()
    assert header.startswith("start,episodes,successes,failures")
    assert len(rows) == 3
    assert (await viewer.get("/reports/throughput.csv", params=WINDOW)).status_code == 403


@pytest.mark.asyncio
async def test_the_printed_report_is_drawn_whole_on_the_server(console: Console) -> None:
    robot, _ = await console.robot()
    viewer = await console.person("labeller", "ada")
    await add(console, robot, 5, "success", 500)
    await add(console, robot, 9, "failure", 1000)
    site = console.url
    query = WINDOW | {"tz": "Asia/Shanghai", "task": "ethernet"}
    page = await viewer.get(f"{site}/reports/print", params=query)
    assert page.status_code == 200
    assert page.text.count("<figcaption>") == page.text.count("<svg xmlns") == 3
    assert "Ethernet insertion" in page.text
    assert "2 Jan 2026 20:00" in page.text  # noon in Shanghai
    assert "50\u00a0%" in page.text
    assert "teleop" in page.text.lower()
    await viewer.patch("/me", json={"language": "zh"})
    chinese = (await viewer.get(f"{site}/reports/print", params=query)).text
    assert "2026年1月2日 20:00" in chinese
    assert "50%" in chinese
    wrong = await viewer.get(f"{site}/reports/print", params=WINDOW | {"tz": "Mars/Base"})
    assert wrong.status_code == 400
    empty = {"from": "2020-01-01T00:00:00Z", "to": "2020-01-01T08:00:00Z"}
    assert (await viewer.get(f"{site}/reports/print", params=empty)).status_code == 200
