import numpy as np
import pytest

from robot_bridge.errors import ConfigError
from robot_bridge.sim.poses import rotation_vector
from robot_bridge.sim.tasks import TASKS, task_named
from robot_bridge.sim.tasks.base import generator
from robot_bridge.sim.world import World, compile_model


def test_an_unknown_task_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"choose one of: .*ethernet"):
        task_named("chess")


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_knows_its_own_name_and_both_regimes(name: str) -> None:
    task = task_named(name)
    assert task.name == name
    assert set(task.max_steps) == set(task.reset_seconds) == {"critical", "full"}
    assert task.instruction.endswith(".")


@pytest.mark.parametrize("name", sorted(TASKS))
def test_layouts_fill_their_ranges_and_no_two_are_alike(name: str) -> None:
    task = task_named(name)
    goals = [task.goal(seed) for seed in range(100)]
    places = np.array([goal.position for goal in goals])
    yaws = np.array([rotation_vector(goal.quat)[2] for goal in goals])
    assert (np.ptp(places[:, :2], axis=0) > 0.015).all()
    assert np.ptp(yaws) > np.radians(12.0)
    for regime, least, most in (("critical", 0.006, 0.045), ("full", 0.08, 0.17)):
        starts = [task.start(seed, regime).minus(goal) for seed, goal in enumerate(goals)]  # type: ignore[arg-type]
        away = np.linalg.norm(np.array(starts)[:, :3], axis=1)
        assert least < away.min() < away.max() < most


@pytest.mark.parametrize("name", sorted(TASKS))
def test_friction_colours_and_light_are_those_of_the_seed(name: str) -> None:
    task, model = task_named(name), compile_model(name)

    def looks(seed: int) -> list[np.ndarray]:
        task.vary(model, seed)
        fields = ("geom_friction", "geom_rgba", "light_dir", "light_diffuse", "body_pos")
        return [getattr(model, field).copy() for field in fields]

    first, other, again = looks(1), looks(2), looks(1)
    assert all(np.array_equal(one, two) for one, two in zip(first, again, strict=True))
    assert not any(np.array_equal(one, two) for one, two in zip(first, other, strict=True))


@pytest.mark.parametrize("name", sorted(TASKS))
def test_an_arm_at_rest_stays_there_and_touches_nothing(name: str) -> None:
    world = World(task_named(name))
    for regime in ("critical", "full"):
        world.reset(5, regime)
        begin = world.tool()
        for _ in range(25):
            world.step()
        assert np.abs(world.tool().minus(begin)).max() < 1e-4
        assert world.peak_force == 0.0


def test_streams_of_one_seed_are_independent_and_repeatable() -> None:
    first = generator(5, "layout").random(4)
    assert np.array_equal(first, generator(5, "layout").random(4))
    assert not np.array_equal(first, generator(5, "looks").random(4))
    assert not np.array_equal(first, generator(6, "layout").random(4))
