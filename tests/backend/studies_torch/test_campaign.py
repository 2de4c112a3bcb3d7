import json
from pathlib import Path
from typing import Any

import pytest

from backend.config import Settings
from backend.errors import BadRequest
from backend.rl.config import RltConfig
from backend.studies.campaign.campaign import CONTROLS, Campaign
from backend.studies.campaign.command import StudyRequest, study
from backend.studies.campaign.digest import digest, rows_of
from backend.studies.campaign.table import best_after, markdown, passes, summary
from backend.studies.evaluation.attempts import Row
from backend.studies.evaluation.figures import figures, gains
from backend.vla.frozen import load_frozen


def campaign(**changes: Any) -> Campaign:
    values: dict[str, Any] = {
        "tasks": ("ethernet", "screw"),
        "regimes": ("critical",),
        "seeds": (0, 1),
        "controls": tuple(CONTROLS),
        "episodes": 100,
        "configs": {"ethernet": RltConfig(), "screw": RltConfig(beta=0.01)},
    }
    return Campaign(**(values | changes))


def test_every_part_has_a_name_of_its_own() -> None:
    parts = dict(campaign().parts())
    assert len(parts) == 2 * 2 * len(CONTROLS)
    assert parts["screw-critical-rlt-1"].seed == 1
    assert parts["screw-critical-rlt-1"].config.beta == 0.01
    assert parts["ethernet-critical-rlt-1"].config.beta == RltConfig().beta


def test_controls_change_what_they_say() -> None:
    parts = dict(campaign(tasks=("ethernet",), seeds=(0,)).parts())
    plain = parts["ethernet-critical-rlt-0"]
    assert (plain.sight, plain.help, plain.wrong_labels) == ("true", None, 0.0)
    assert parts["ethernet-critical-beta-0-0"].config.beta == 0.0
    assert parts["ethernet-critical-beta-0-0"].config.beta_early == 0.0
    assert parts["ethernet-critical-token-noise-0"].sight == "noise"
    assert parts["ethernet-critical-helped-0"].help is not None
    wrong = parts["ethernet-critical-mislabelled-0"]
    assert (wrong.wrong_labels, wrong.correct_at) == (0.05, 50)
    assert 0 < sum(wrong.mislabelled(n) for n in range(50)) < 10
    assert not any(wrong.mislabelled(n) for n in range(50, 100))


def test_a_curriculum_begins_in_the_critical_regime() -> None:
    parts = dict(
        campaign(regimes=("critical", "full"), critical_first=30, both=True, seeds=(0,)).parts()
    )
    alone, mixed = parts["screw-critical-rlt-0"], parts["screw-full-rlt-0"]
    assert [mixed.order(number).regime for number in (0, 29, 30, 99)] == [
        *("critical", "critical"),
        *("full", "full"),
    ]
    assert {alone.order(number).regime for number in range(100)} == {"critical"}
    assert mixed.compared_in == ("full", "critical")
    assert alone.compared_in == ("critical", "full")


def row(number: int, *, success: bool, steps: int) -> dict[str, Any]:
    return {
        "start": number,
        "seed": 1_000_000 + number,
        "success": success,
        "ended_by": "success" if success else "dropped",
        "steps": steps,
        "precise_steps": steps,
        "human_steps": 0,
        "interventions": 0,
        "reset_seconds": 6.0,
        "peak_force": 8.12345,
        "relative_pose": [0.0] * 6,
        "objections": [],
        "audited": True,
    }


UNSAID: dict[str, Any] = {"relative_pose": (), "objections": ()}


def policy(successes: int, steps: int, of: int = 20) -> dict[str, Any]:
    rows = [row(number, success=number < successes, steps=steps) for number in range(of)]
    read = [Row(**{**one, **UNSAID}) for one in rows]
    return {**figures(read), "audit": {"false": 1}, "rows": rows}


def report(*watched: float, seed: int = 0) -> dict[str, Any]:
    return {
        "seed": seed,
        "task": "ethernet",
        "regime": "critical",
        "plan": {"task": "ethernet"},
        "active_robot_minutes": 9.0,
        "seconds": 60.0,
        "watched": [
            {
                "episode": 50 * (n + 1),
                "active_minutes": 1.0 + n,
                "success_rate": 0.9,
                "active_throughput_per_10min": value,
                "wall_clock_throughput_per_10min": value / 3,
            }
            for n, value in enumerate(watched)
        ],
        "episodes": [
            {"success": True, "by": "rl", "interventions": 2, "human_steps": 30, "steps": 100},
            {"success": False, "by": "base", "interventions": 0, "human_steps": 0, "steps": 200},
        ],
        "final": final(20) | {"regime": "critical"},
        "final_in_other_regime": final(18) | {"regime": "full"},
    }


def final(successes: int) -> dict[str, Any]:
    return {
        "alarms": ["odd"],
        "seconds": 9.0,
        "policies": {
            "best": policy(successes, 100),
            "base x1 every 20": policy(10, 300),
            "base x2 every 5": policy(16, 200),
        },
    }


def test_a_digest_gives_the_same_figures_again() -> None:
    whole = report(70.0)
    kept = json.loads(json.dumps(digest(whole)))
    assert kept["practice"] == {
        "attempts": 2,
        "successes": 1,
        "by_actor": 1,
        "interventions": 2,
        "human_steps": 30,
        "steps": 300,
    }
    one = whole["final"]["policies"]["best"]
    again = figures(rows_of(kept["finals"]["critical"]["policies"]["best"]))
    assert again == {key: one[key] for key in again}
    assert "rows" not in kept["finals"]["critical"]["policies"]["best"]


def test_seeds_are_pooled() -> None:
    cell = summary([digest(report(70.0)), digest(report(160.0, seed=1))], "critical")
    best = cell["policies"]["best"]
    assert (best["episodes"], best["success_rate"], best["median_steps"]) == (40, 1.0, 100)
    assert best["false_successes"] == 2
    assert len(best["by_seed"]) == 2
    assert cell["seeds"] == [0, 1]
    assert cell["interventions"] == [2, 2]
    assert cell["alarms"] == ["odd", "odd"]


def test_gains_are_over_the_base_and_over_the_fastest_base() -> None:
    # 20 of 20 in 100 steps, 10 of 20 in 300, 16 of 20 in 200.
    cell = summary([digest(report(70.0))], "critical")
    assert (cell["base"], cell["best_base"]) == ("base x1 every 20", "base x2 every 5")
    best = cell["policies"]["best"]
    assert best["over_base"]["throughput"] == pytest.approx(6.0)
    assert best["over_base"]["steps"] == pytest.approx(1 / 3, abs=1e-3)
    assert best["over_best_base"]["throughput"] == pytest.approx(2.5)
    low, high = best["over_best_base"]["throughput_interval"]
    assert low < 2.5 < high


def test_a_gain_over_one_that_hardly_ever_succeeds_has_no_interval() -> None:
    # In one of three draws the only success of the other is not among the twenty.
    others = [Row(**{**row(n, success=n == 0, steps=300), **UNSAID}) for n in range(20)]
    mine = [Row(**{**row(n, success=True, steps=100), **UNSAID}) for n in range(20)]
    found = gains(mine, others)
    assert found is not None
    assert found["throughput"] == pytest.approx(60.0)
    assert found["throughput_interval"] is None


@pytest.mark.parametrize(
    ("watched", "after"),
    [((50.0, 60.0, 55.0), 2.0), ((60.0, 40.0, 70.0), 3.0), ((60.0, 40.0), None), ((), None)],
)
def test_it_passes_the_base_when_it_stays_above(
    watched: tuple[float, ...], after: float | None
) -> None:
    # The base succeeds 10 times in 20 · 300 steps of 1/50 s: 50 per ten minutes.
    kept = digest(report(*watched))
    assert passes(kept, "base x1 every 20") == after
    assert passes(kept, "base x9 every 5") is None
    assert passes(kept, None) is None


def test_actors_are_compared_in_the_full_regime_too() -> None:
    cell = summary([digest(report(70.0))], "full")
    assert cell["policies"]["best"]["success_rate"] == 0.9
    assert cell["passes_base_after_minutes"] == []


def test_a_table_of_everything() -> None:
    cell = summary([digest(report(70.0)), digest(report(160.0, seed=1))], "critical")
    table = {"command": "rlt study x", "revision": "abc", "trainings": {"ethernet-rlt": cell}}
    text = markdown("x", table)
    assert "| best | 40 | 100.0% (91% to 100%) | 100 (100 to 100) | 300 (300 to 300) |" in text
    assert "6.00" in text
    assert "False successes: 6." in text
    assert text.count("Alarm: odd") == 2


@pytest.mark.parametrize("watched", [(), (70.0,), (70.0, 90.0, 90.0, 80.0)])
def test_it_says_where_the_best_checkpoint_was(watched: tuple[float, ...]) -> None:
    after = {0: None, 1: 50, 4: 100}[len(watched)]
    assert best_after(digest(report(*watched))) == after
    table = {
        "command": "",
        "revision": "",
        "trainings": {"one": summary([digest(report(*watched))], "critical")},
    }
    said = f"Best checkpoint after {after} attempts." in markdown("x", table)
    assert said == (after is not None)


LOCK = load_frozen("ethernet", None, None).lock.sha256


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"plan": {"task": "ethernet"}}, "another plan"), ({"lock": "0" * 64}, "other models")],
)
def test_what_was_made_otherwise_is_refused(
    tmp_path: Path, changes: dict[str, Any], why: str
) -> None:
    made = campaign(tasks=("ethernet",), seeds=(0,), controls=("rlt",))
    asked = StudyRequest(name="x", campaign=made, work=tmp_path / "w", results=tmp_path / "r")
    (name, plan), *_ = made.parts()
    asked.kept(name).parent.mkdir(parents=True)
    same = {**report(70.0), "plan": plan.to_dict(), "lock": LOCK}
    asked.kept(name).write_text(json.dumps(digest({**same, **changes})))
    with pytest.raises(BadRequest, match=why):
        study(asked, Settings(), print)


def test_what_is_kept_is_not_made_again(tmp_path: Path) -> None:
    made = campaign(tasks=("ethernet",), seeds=(0, 1), controls=("rlt",))
    asked = StudyRequest(name="x", campaign=made, work=tmp_path / "w", results=tmp_path / "r")
    for name, plan in made.parts():
        asked.kept(name).parent.mkdir(parents=True, exist_ok=True)
        whole = {**report(70.0, seed=plan.seed), "plan": plan.to_dict(), "lock": LOCK}
        asked.kept(name).write_text(json.dumps(digest(whole)))
    said: list[str] = []
    table = study(asked, Settings(), said.append)
    assert table["trainings"]["ethernet-critical-rlt"]["seeds"] == [0, 1]
    assert table["trainings"]["ethernet-critical-rlt-in-full"]["seeds"] == [0, 1]
    folder = tmp_path / "r" / "x"
    assert "ethernet-critical-rlt.svg" in (folder / "README.md").read_text()
    assert (folder / "ethernet-critical-rlt.svg").read_text().startswith("<svg")
    assert not (tmp_path / "w").exists()
