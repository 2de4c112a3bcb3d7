import numpy as np
import pytest

from robot_bridge.errors import ConfigError, RobotError
from robot_bridge.robots.base import Ending
from robot_bridge.robots.mujoco.config import MujocoConfig
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.sim.snapshot import unpack

STILL = np.zeros(6)
LEAD = slice(18, 24)


@pytest.fixture(scope="module")
def connected() -> MujocoRobot:
    robot = MujocoRobot()
    robot.connect()
    return robot


@pytest.fixture
def robot(connected: MujocoRobot) -> MujocoRobot:
    connected.set_task("ethernet")
    connected.reset("critical", 3)
    return connected


def test_the_spec_can_be_read_before_connecting() -> None:
    spec = MujocoRobot(MujocoConfig(step_limit=0.004, rate_share=0.25)).spec
    assert spec.action_limit == (0.004, 0.004, 0.004, 0.03, 0.03, 0.03)
    assert spec.action_rate_limit == (0.001, 0.001, 0.001, 0.0075, 0.0075, 0.0075)
    assert spec.simulated
    assert spec.max_steps == {"critical": 400, "full": 900}


def test_the_state_matches_its_names(robot: MujocoRobot) -> None:
    state = robot.state()
    assert state.shape == (len(robot.spec.state_names),)
    assert state[:3] == pytest.approx(robot.tool().position)
    assert state[6:18] == pytest.approx(np.zeros(12), abs=2e-4)
    # The target braces the hand against the cable's pull.
    assert 1e-5 < np.abs(state[LEAD]).max() < 6e-4


def test_a_large_action_is_shortened_to_limit_and_rate(robot: MujocoRobot) -> None:
    wish = np.array([0, 0, 0.5, 0, 0, 0])
    sent = [robot.send_action(wish)[2] for _ in range(3)]
    assert sent == pytest.approx([0.0015, 0.003, 0.003])


def test_what_was_sent_is_where_the_target_went(robot: MujocoRobot) -> None:
    before = robot.target()
    sent = robot.send_action(np.array([0.001, -0.0005, 0.0007, 0.004, -0.003, 0.008]))
    assert robot.target().minus(before) == pytest.approx(sent, abs=1e-12)
    assert sent[5] == pytest.approx(0.008)


def test_the_target_never_leads_by_more_than_allowed(robot: MujocoRobot) -> None:
    robot.world.held.hold(friction=5.0)
    push = np.array([0, 0, -0.003, 0, 0, 0])
    pushed = [robot.send_action(push)[2] for _ in range(60)]
    assert robot.state()[LEAD][2] >= -0.01201
    assert pushed[-1] == pytest.approx(0.0, abs=1e-4)
    assert robot.state()[14] == pytest.approx(1400 * 0.012, rel=0.1)  # stiffness times lead


def test_holding_stops_pressing_and_does_not_drift(robot: MujocoRobot) -> None:
    for _ in range(40):
        robot.send_action(np.array([0, 0, -0.001, 0, 0, 0]))
    for _ in range(5):
        robot.hold()
    place, force = robot.tool(), robot.state()[14]
    for _ in range(50):
        robot.hold()
    assert np.abs(robot.tool().minus(place)[:3]).max() < 0.0002
    assert abs(robot.state()[14]) <= max(abs(force), 2.0)
    sent = robot.send_action(np.array([0, 0, 0.003, 0, 0, 0]))
    assert sent[2] == pytest.approx(0.0015)  # the rate limit counts from rest


def test_the_world_ends_an_attempt_that_takes_too_long(robot: MujocoRobot) -> None:
    for _ in range(399):
        robot.send_action(STILL)
    assert robot.truth().ending is None
    robot.hold()
    assert robot.truth().ending is Ending.TIMEOUT


def test_the_same_seed_gives_the_same_episode(robot: MujocoRobot) -> None:
    def episode() -> list[list[float]]:
        robot.reset("critical", 11)
        rng = np.random.default_rng(0)
        return [
            [*robot.send_action(rng.uniform(-0.001, 0.001, 6)), *robot.state()] for _ in range(60)
        ]

    assert episode() == episode()


def test_truth_tells_the_pose_in_the_goal_frame(robot: MujocoRobot) -> None:
    truth = robot.truth()
    assert truth.critical
    assert truth.relative_pose == pytest.approx(robot.tip().relative_to(robot.goal()))
    assert truth.peak_force == 0.0
    robot.reset("full", 3)
    assert not robot.truth().critical


def test_resets_say_what_they_cost_on_a_real_cell(robot: MujocoRobot) -> None:
    assert robot.reset("full", 3) > robot.reset("critical", 3) > 1.0


def test_a_snapshot_names_task_seed_and_joints(robot: MujocoRobot) -> None:
    moment = unpack(robot.snapshot())
    assert (moment.task, moment.seed) == ("ethernet", 3)
    robot.send_action(np.array([0, 0, 0.001, 0, 0, 0]))
    assert not np.array_equal(unpack(robot.snapshot()).positions, moment.positions)


def test_an_action_that_is_not_a_number_is_refused(robot: MujocoRobot) -> None:
    with pytest.raises(RobotError, match="not finite"):
        robot.send_action(np.array([0, 0, np.nan, 0, 0, 0]))


def test_an_unknown_task_is_refused_and_the_old_one_kept(robot: MujocoRobot) -> None:
    with pytest.raises(ConfigError, match="unknown task"):
        robot.set_task("juggling")
    assert robot.spec.task == "ethernet"


def test_nothing_moves_before_connect_and_reset() -> None:
    robot = MujocoRobot()
    with pytest.raises(RobotError, match="call connect"):
        robot.reset("critical", 1)
    robot.connect()
    with pytest.raises(RobotError, match="reset"):
        robot.send_action(STILL)
    robot.disconnect()
    robot.disconnect()
    with pytest.raises(RobotError, match="connect"):
        robot.state()
