import mujoco
import numpy as np
import pytest

from robot_bridge.sim.arm import FORCE_LIMIT, solve_joints
from robot_bridge.sim.poses import Pose
from robot_bridge.sim.tasks import task_named
from robot_bridge.sim.world import CONTROL_HZ, World


@pytest.fixture(scope="module")
def world() -> World:
    return World(task_named("ethernet"))


def shift(pose: Pose, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Pose:
    return pose.moved(np.array([x, y, z, 0, 0, 0]))


def test_the_arm_starts_where_the_task_says_and_stays_there(world: World) -> None:
    world.reset(3, "critical")
    begin = world.task.start(3, "critical")
    assert world.tool().minus(begin) == pytest.approx(np.zeros(6), abs=1e-7)
    for _ in range(50):
        world.step()
    assert world.tool().minus(begin) == pytest.approx(np.zeros(6), abs=2e-5)


def test_a_hundred_millimetres_per_second_is_tracked_with_small_lag(world: World) -> None:
    world.reset(3, "critical")
    target = world.tool()
    for _ in range(40):
        target = shift(target, z=0.1 / CONTROL_HZ)
        world.aim(target)
        world.step()
    lag = target.minus(world.tool())
    assert 0.0 < lag[2] < 0.0035
    assert np.abs(lag[:2]).max() < 0.0005
    assert world.velocity()[2] == pytest.approx(0.1, abs=0.01)


def test_pressing_on_the_table_is_felt_upwards_and_no_harder_than_the_limit(world: World) -> None:
    world.reset(3, "full")
    world.held.hold(friction=50.0)
    low = Pose(np.array([0.30, 0.05, -0.05]), world.tool().quat)
    for _ in range(100):
        world.aim(low)
        world.step()
    assert world.tool().position[2] == pytest.approx(0.0008, abs=0.0003)  # on the mat
    assert world.force[2] == pytest.approx(FORCE_LIMIT[2], rel=0.05)
    assert world.peak_force >= world.force[2]


def test_the_plug_does_not_sink_into_the_housing(world: World) -> None:
    world.reset(3, "critical")
    jack = world.task.goal(3)
    on_wall = shift(Pose(jack.position, jack.quat), x=0.006, z=0.002)
    target = world.tool()
    for step in range(150):
        wish = on_wall if step < 80 else shift(on_wall, z=-0.014)
        gap = wish.minus(target)
        gap[:3] = np.clip(gap[:3], -0.001, 0.001)
        target = target.moved(gap)
        world.aim(target)
        world.step()
    assert -0.00005 < world.tip().relative_to(jack)[2] < 0.0005
    assert world.force[2] > 8.0


def test_one_seed_gives_one_motion(world: World) -> None:
    def motion() -> list[float]:
        world.reset(9, "critical")
        target = world.tool()
        for _ in range(60):
            target = shift(target, z=-0.0006)
            world.aim(target)
            world.step()
        return [float(value) for value in world.data.qpos]

    assert motion() == motion()


def test_a_seed_sets_everything_whatever_came_before() -> None:
    fresh, used = World(task_named("ethernet")), World(task_named("ethernet"))
    used.reset(1, "critical")
    used.reset(2, "critical")
    fresh.reset(2, "critical")
    for name in ("body_pos", "body_quat", "geom_rgba", "geom_friction", "light_dir"):
        assert np.array_equal(getattr(fresh.model, name), getattr(used.model, name)), name
    fresh.reset(1, "critical")
    assert not np.array_equal(fresh.model.geom_rgba, used.model.geom_rgba)


def test_a_pose_out_of_reach_is_refused(world: World) -> None:
    data = mujoco.MjData(world.model)
    far = Pose(np.array([1.5, 0.0, 0.2]), np.array([1.0, 0, 0, 0]))
    with pytest.raises(ValueError, match="choose a pose nearer its base"):
        solve_joints(world.model, data, world.model.site("tcp").id, far)
