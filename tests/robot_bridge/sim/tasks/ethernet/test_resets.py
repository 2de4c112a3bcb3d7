import numpy as np

from robot_bridge.sim.poses import Pose
from robot_bridge.sim.tasks import task_named
from robot_bridge.sim.tasks.ethernet.resets import RANGES
from robot_bridge.sim.tasks.layout import layout
from robot_bridge.sim.world import compile_model

SEEDS = range(200)


def test_jacks_and_starts_stay_in_their_ranges_and_fill_them() -> None:
    layouts = [layout(seed, RANGES) for seed in SEEDS]
    jack = np.array(
        [place.goal.relative_to(Pose.of(RANGES.work, np.zeros(3))) for place in layouts]
    )
    start = np.array([place.critical_start.relative_to(place.goal) for place in layouts])
    assert np.abs(jack[:, :2]).max() <= 0.010
    assert np.abs(jack[:, :2]).max() > 0.0095
    assert np.degrees(np.abs(jack[:, 5])).max() <= 8.0
    assert np.hypot(start[:, 0], start[:, 1]).max() <= 0.008 * np.sqrt(2) + 1e-9
    assert start[:, 2].min() >= 0.010
    assert start[:, 2].max() <= 0.020
    assert np.degrees(np.abs(start[:, 5])).max() < 4.5
    assert np.degrees(np.abs(start[:, 3:5])).max() < 2.5


def test_home_is_ten_to_fifteen_centimetres_away() -> None:
    away = [
        np.linalg.norm(place.home.position - place.goal.position)
        for place in (layout(seed, RANGES) for seed in SEEDS)
    ]
    assert min(away) > 0.09
    assert max(away) < 0.16


def test_friction_of_all_rubbing_parts_is_drawn_together() -> None:
    model = compile_model("ethernet")
    drawn = set()
    for seed in range(20):
        task_named("ethernet").vary(model, seed)
        parts = {model.geom(name).friction[0] for name in ("plug", "latch", "floor")}
        assert len(parts) == 1
        drawn |= parts
        assert all(0.15 <= value <= 0.30 for value in parts)
    assert len(drawn) == 20
