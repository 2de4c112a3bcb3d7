import numpy as np
import pytest

from robot_bridge.sim.poses import Pose, quaternion, rotate, rotation_vector

QUARTER = np.pi / 2


def test_rotation_vectors_survive_the_round_trip() -> None:
    turn = np.array([0.3, -0.2, 0.9])
    assert rotation_vector(quaternion(turn)) == pytest.approx(turn)
    assert quaternion(np.zeros(3)) == pytest.approx([1, 0, 0, 0])


def test_a_quarter_turn_about_z_takes_x_to_y() -> None:
    turned = rotate(quaternion(np.array([0, 0, QUARTER])), np.array([1.0, 0, 0]))
    assert turned == pytest.approx([0, 1, 0])


def test_relative_pose_is_expressed_in_the_frame() -> None:
    frame = Pose.of(np.array([1.0, 2.0, 0.0]), np.array([0, 0, QUARTER]))
    tool = Pose.of(np.array([1.0, 3.0, 0.5]), np.array([0, 0, QUARTER + 0.1]))
    # One metre along the base's y is one metre along the turned frame's x.
    assert tool.relative_to(frame) == pytest.approx([1.0, 0, 0.5, 0, 0, 0.1])


def test_moved_undoes_minus() -> None:
    one = Pose.of(np.array([0.1, 0.2, 0.3]), np.array([0.2, 0.1, -0.4]))
    two = Pose.of(np.array([0.0, 0.5, 0.2]), np.array([-0.1, 0.3, 0.2]))
    back = one.moved(two.minus(one))
    assert back.position == pytest.approx(two.position)
    assert back.minus(two) == pytest.approx(np.zeros(6), abs=1e-12)
