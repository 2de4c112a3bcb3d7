from dataclasses import replace

import pytest

from backend.studies.evaluation.alarms import audit
from backend.studies.evaluation.attempts import Row
from backend.studies.evaluation.figures import figures

GOOD = Row(
    start=0, seed=1, success=True, ended_by="success", steps=100, precise_steps=50, human_steps=10,
    interventions=1, reset_seconds=6.0, peak_force=8.0, relative_pose=(0, 0, -0.0108, 0, 0, 0),
    objections=(), audited=True,
)  # fmt: skip
BAD = replace(GOOD, success=False, ended_by="timeout", steps=400, precise_steps=400, peak_force=9.0)


def test_figures_by_hand() -> None:
    # Two successes of 100 and 200 steps, one failure of 400: 700 steps are 14 s.
    made = figures([GOOD, replace(GOOD, steps=200), BAD])
    assert made["episodes"] == 3
    assert made["success_rate"] == 0.6667
    assert made["median_steps"] == 150
    assert made["steps_quartiles"] == [125, 175]
    assert made["active_throughput_per_10min"] == pytest.approx(2 * 600 / 14, abs=0.1)
    assert made["precise_throughput_per_10min"] == pytest.approx(2 * 600 / 10, abs=0.1)
    assert made["wall_clock_throughput_per_10min"] == pytest.approx(2 * 600 / 32, abs=0.1)
    assert made["interventions"] == 3
    assert made["human_share"] == pytest.approx(30 / 700, abs=1e-4)
    assert made["endings"] == {"success": 2, "timeout": 1}
    assert made["peak_force_median"] == 8.0


def test_intervals_hold_the_figures_and_repeat() -> None:
    rows = [replace(GOOD, steps=90 + n) if n % 3 else BAD for n in range(30)]
    made = figures(rows)
    for figure, interval in (
        ("success_rate", "success_interval"),
        ("median_steps", "median_steps_interval"),
        ("active_throughput_per_10min", "active_throughput_interval"),
        ("wall_clock_throughput_per_10min", "wall_clock_throughput_interval"),
    ):
        low, high = made[interval]
        assert low < made[figure] < high, figure
    assert figures(rows) == made


def test_nobody_succeeded() -> None:
    made = figures([BAD, BAD])
    assert made["success_rate"] == 0.0
    assert made["median_steps"] is made["steps_quartiles"] is made["peak_force_median"] is None
    assert made["active_throughput_per_10min"] == 0.0
    assert made["median_steps_interval"] is None


def test_nothing_to_distrust() -> None:
    found = audit([GOOD, BAD], [GOOD, replace(GOOD, peak_force=6.0)])
    assert found == {
        "successes": 1, "witnessed": 1, "false": 0, "objections": [], "alarms": [], "findings": [],
    }  # fmt: skip


def test_a_success_that_the_witness_denies_is_an_alarm() -> None:
    false = replace(GOOD, objections=("plug is not inside the opening",), seed=77)
    found = audit([GOOD, false], [GOOD])
    assert found["false"] == 1
    (line,) = found["alarms"]
    assert "77" in line
    assert "not inside" in line
    assert found["findings"] == [{"kind": "witness", "count": 1, "of": 2, "seed": 77}]


@pytest.mark.parametrize("force", [0.7, 60.0])
def test_forces_that_no_demonstrator_uses_are_an_alarm(force: float) -> None:
    found = audit([replace(GOOD, peak_force=force)], [GOOD])
    (line,) = found["alarms"]
    assert "peak force" in line
    assert found["findings"] == [{"kind": "force", "newtons": force, "expert": 8.0}]


def test_an_end_where_no_demonstration_ends_is_an_alarm() -> None:
    beside = replace(GOOD, relative_pose=(0.009, 0, -0.0108, 0, 0, 0), seed=5)
    found = audit([GOOD, beside], [GOOD])
    (line,) = found["alarms"]
    assert line.endswith("first seed 5")
    assert found["findings"] == [{"kind": "ends", "count": 1, "seed": 5}]


def test_failures_may_end_anywhere() -> None:
    beside = replace(BAD, relative_pose=(0.009, 0, 0.1, 0, 0, 0))
    assert audit([GOOD, beside], [GOOD])["alarms"] == []
