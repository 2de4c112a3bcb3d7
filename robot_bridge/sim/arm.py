"""A six-joint arm of primitives, compliant at the tool centre point.

The impedance law runs inside MuJoCo, in every substep: six actuators pull the `tcp` site towards a
target expressed in the world-fixed `base` site, one Cartesian axis each, with a stiffness, a
damping and a force limit. Their controls are the target's position and rotation vector.
"""

from collections.abc import Sequence
from typing import Any

import mujoco
import numpy as np

from robot_bridge.sim.grip import Grip
from robot_bridge.sim.poses import Pose, Vector
from robot_bridge.sim.sensors import add_contact_sensor
from robot_bridge.sim.shapes import TOOL, Colour, box, capsule, cylinder

STIFFNESS = (1400.0, 1400.0, 1400.0, 14.0, 14.0, 14.0)
"""N/m along x, y, z; N m/rad about them."""
DAMPING = (50.0, 50.0, 50.0, 0.5, 0.5, 0.33)
"""N s/m and N m s/rad: near critical for the light links below."""
FORCE_LIMIT = (24.0, 24.0, 24.0, 2.0, 2.0, 2.0)
"""N and N m per axis: pressing hard must not push a plug through a wall."""

SHOULDER_HEIGHT, UPPER, FOREARM, WRIST = 0.20, 0.28, 0.26, 0.05
NOMINAL = np.array([0.0, 0.15, 1.75, 1.24, 0.0, 0.0])

_WHITE: Colour = (0.86, 0.87, 0.89, 1)
_BLUE: Colour = (0.16, 0.33, 0.56, 1)
_DARK: Colour = (0.17, 0.18, 0.20, 1)
GROUP = 1
"""The links: another look of the arm takes their place."""
_LINK = {"contype": 0, "conaffinity": 0, "group": GROUP}


def _joint(body: Any, name: str, axis: Sequence[float], limit: float, armature: float) -> None:
    body.add_joint(
        name=name,
        type=mujoco.mjtJoint.mjJNT_HINGE,
        axis=list(axis),
        range=[-limit, limit],
        limited=True,
        armature=armature,
        damping=0.02,
    )


def _links(base: Any) -> Any:
    """The chain from the pedestal to the last wrist link, which is returned."""
    cylinder(base, (0, 0, 0, 0, 0, 0.10), 0.062, _DARK, mass=0, **_LINK)
    turret = base.add_body(name="turret", pos=[0, 0, 0.10], gravcomp=1)
    _joint(turret, "turret", (0, 0, 1), 2.8, 0.01)
    cylinder(turret, (0, 0, 0, 0, 0, 0.07), 0.052, _WHITE, mass=0.8, **_LINK)
    capsule(turret, (0, -0.055, 0.10, 0, 0.055, 0.10), 0.046, _BLUE, mass=0.4, **_LINK)
    upper = turret.add_body(name="upper", pos=[0, 0, SHOULDER_HEIGHT - 0.10], gravcomp=1)
    _joint(upper, "shoulder", (0, 1, 0), 2.4, 0.01)
    capsule(upper, (0, 0, 0.03, 0, 0, UPPER - 0.03), 0.036, _WHITE, mass=0.6, **_LINK)
    capsule(upper, (0, -0.04, UPPER, 0, 0.04, UPPER), 0.036, _BLUE, mass=0.15, **_LINK)
    forearm = upper.add_body(name="forearm", pos=[0, 0, UPPER], gravcomp=1)
    _joint(forearm, "elbow", (0, 1, 0), 2.7, 0.008)
    capsule(forearm, (0, 0, 0.02, 0, 0, FOREARM - 0.02), 0.029, _WHITE, mass=0.35, **_LINK)
    tilt = forearm.add_body(name="wrist_tilt", pos=[0, 0, FOREARM], gravcomp=1)
    _joint(tilt, "wrist_tilt", (0, 1, 0), 2.6, 0.003)
    capsule(tilt, (0, -0.032, 0, 0, 0.032, 0), 0.027, _BLUE, mass=0.08, **_LINK)
    roll = tilt.add_body(name="wrist_roll", gravcomp=1)
    _joint(roll, "wrist_roll", (1, 0, 0), 1.6, 0.003)
    cylinder(roll, (0, 0, 0.01, 0, 0, 0.04), 0.024, _WHITE, mass=0.05, **_LINK)
    return roll


def _gripper(hand: Any, grip: Grip) -> None:
    """A closed two-finger gripper; its pads are as far apart along y as the object is thick."""
    cylinder(hand, (0, 0, -0.022, 0, 0, 0), 0.026, _DARK, mass=0.06, **TOOL)
    box(hand, (0.015, 0.030, 0.014), (0, 0, -0.036), _WHITE, mass=0.06, **TOOL)
    for side in (-1.0, 1.0):
        y = side * (grip.width / 2 + 0.0035)
        box(
            hand,
            (0.0055, 0.0035, (grip.fingers - 0.05) / 2),
            (0, y, -(grip.fingers + 0.05) / 2),
            _DARK,
            mass=0.015,
            **TOOL,
        )


def add_arm(spec: Any, grip: Grip) -> Any:
    """Put the arm at the world's origin; return its hand, whose axes match the base at rest.

    The hand's origin is the flange; the tool centre point lies `grip.tool` below it.
    """
    base = spec.worldbody.add_body(name="arm")
    roll = _links(base)
    yaw = roll.add_body(name="wrist_yaw", pos=[0, 0, WRIST], gravcomp=1)
    _joint(yaw, "wrist_yaw", (0, 0, 1), 3.0, 0.002)
    # The wrist's own axis points down at work: half a turn about y lines the hand up with the base.
    hand = yaw.add_body(name="hand", quat=[0, 0, 1, 0], gravcomp=1)
    _gripper(hand, grip)
    hand.add_site(name="tcp", pos=[0, 0, -grip.tool], size=[0.0005, 0, 0], group=4)
    spec.worldbody.add_site(name="base", size=[0.0005, 0, 0], group=4)
    _add_impedance(spec)
    _add_sensors(spec)
    return hand


def _add_impedance(spec: Any) -> None:
    for axis, name in enumerate(("x", "y", "z", "rx", "ry", "rz")):
        spring, damper, limit = STIFFNESS[axis], DAMPING[axis], FORCE_LIMIT[axis]
        spec.add_actuator(
            name=f"impedance_{name}",
            trntype=mujoco.mjtTrn.mjTRN_SITE,
            target="tcp",
            refsite="base",
            gear=[1.0 if index == axis else 0.0 for index in range(6)],
            gaintype=mujoco.mjtGain.mjGAIN_FIXED,
            gainprm=[spring] + [0.0] * 9,
            biastype=mujoco.mjtBias.mjBIAS_AFFINE,
            biasprm=[0.0, -spring, -damper] + [0.0] * 7,
            forcelimited=True,
            forcerange=[-limit, limit],
        )


def _add_sensors(spec: Any) -> None:
    site = mujoco.mjtObj.mjOBJ_SITE
    for name, kind in (
        ("tcp_velocity", mujoco.mjtSensor.mjSENS_FRAMELINVEL),
        ("tcp_turning", mujoco.mjtSensor.mjSENS_FRAMEANGVEL),
    ):
        spec.add_sensor(name=name, type=kind, objtype=site, objname="tcp")
    add_contact_sensor(spec, "contact", mujoco.mjtObj.mjOBJ_XBODY, "hand")


def solve_joints(model: Any, data: Any, site: int, goal: Pose) -> Vector:
    """Joint angles that bring the tool centre point to a pose (Gauss-Newton from the nominal bend).

    Leaves `data` at the solution. Raises ValueError when the pose is out of the arm's reach.
    """
    joints = len(NOMINAL)
    data.qpos[:joints] = NOMINAL
    jacobian = np.zeros((6, model.nv))
    for _ in range(60):
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        error = goal.minus(site_pose(data, site))
        if float(np.abs(error).max()) < 1e-9:
            return np.array(data.qpos[:joints])
        mujoco.mj_jacSite(model, data, jacobian[:3], jacobian[3:], site)
        step = np.linalg.solve(jacobian[:, :joints], error)
        data.qpos[:joints] += np.clip(step, -0.3, 0.3)
    raise ValueError(
        f"the arm cannot reach {goal.position.round(3)}; choose a pose nearer its base"
    )


def site_pose(data: Any, site: int) -> Pose:
    """Where a site is, as computed by the last kinematics."""
    quat = np.zeros(4)
    mujoco.mju_mat2Quat(quat, data.site_xmat[site])
    return Pose(np.array(data.site_xpos[site]), quat)
