from typing import Any

import pytest

from backend.rl.config import RltConfig
from backend.studies.campaign.campaign import CONTROLS, Campaign
from backend.studies.campaign.table import lines, passes, pooled, summary


def campaign(**changes: Any) -> Campaign:
    values: dict[str, Any] = {
        "tasks": ("ethernet", "screw"),
        "regimes": ("critical",),
        "seeds": (0, 1),
        "controls": tuple(CONTROLS),
        "episodes": 100,
        "config": RltConfig(beta=0.01),
    }
    return Campaign(**(values | changes))


def test_every_part_has_a_name_of_its_own() -> None:
    parts = dict(campaign().parts())
    assert len(parts) == 2 * 2 * len(CONTROLS)
    assert parts["screw-critical-rlt-1"].seed == 1
    assert parts["screw-critical-rlt-1"].config.beta == 0.01


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


def figures(successes: int, throughput: float, steps: float | None = 100.0) -> dict[str, Any]:
    return {
        "episodes": 100,
        "success_rate": successes / 100,
        "success_interval": [0.0, 1.0],
        "median_steps": steps,
        "active_throughput_per_10min": throughput,
        "active_throughput_interval": [0.0, 1.0],
        "peak_force_median": 8.0,
        "interventions": 0,
        "audit": {"false": 1},
    }


def test_seeds_are_pooled() -> None:
    made = pooled([figures(90, 200.0), figures(96, 220.0, None)])
    assert made["episodes"] == 200
    assert made["success_rate"] == 0.93
    assert made["success_interval"][0] < 0.93 < made["success_interval"][1]
    assert made["median_steps"] == 100
    assert made["active_throughput_per_10min"] == 210
    assert made["false_successes"] == 2


def report(*watched: float) -> dict[str, Any]:
    return {
        "seed": 0,
        "active_robot_minutes": 9.0,
        "seconds": 60.0,
        "watched": [
            {"active_minutes": 1.0 + n, "active_throughput_per_10min": value}
            for n, value in enumerate(watched)
        ],
        "final": {
            "alarms": ["odd"],
            "policies": {
                "best": figures(95, 300.0),
                "base x1 every 10": figures(60, 60.0),
                "base x2 every 5": figures(90, 150.0),
            },
        },
    }


@pytest.mark.parametrize(
    ("watched", "after"),
    [((50.0, 90.0, 80.0), 2.0), ((90.0, 40.0, 70.0), 3.0), ((90.0, 40.0), None), ((), None)],
)
def test_it_passes_the_base_when_it_stays_above(
    watched: tuple[float, ...], after: float | None
) -> None:
    assert passes(report(*watched), "base x1") == after
    assert passes(report(*watched), "base") is None


def test_a_table_of_everything() -> None:
    cell = summary([report(70.0), report(160.0)])
    assert cell["passes_reference_after_minutes"] == [None, 1.0]
    assert cell["policies"]["best"]["episodes"] == 200
    assert cell["alarms"] == ["odd", "odd"]
    text = lines({"ethernet-critical-rlt": cell})
    assert text.count("ethernet-critical-rlt") == 3
    assert "300" in text
