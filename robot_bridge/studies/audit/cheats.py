"""Plans that should succeed nowhere, written by people who know every judge.

Most are plans like those that the optimiser makes: places to bring the held object to, in the
goal's frame, in millimetres and degrees.
"""

from collections.abc import Callable, Mapping

import numpy as np

from robot_bridge.robots.base import Vector
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.studies.audit.legs import Leg, Walk
from robot_bridge.studies.play import Policy

CALM, GENTLE, FIRM = 0.0015, 0.005, 0.008
"""Metres of lead: to come to rest with, what a person pushes with, what the grip just holds."""
Script = Callable[[np.random.Generator], Policy]


def to(
    x: float = 0.0,
    y: float = 0.0,
    z: float = 0.0,
    *,
    tilt: float = 0.0,
    yaw: float = 0.0,
    push: float = GENTLE,
    steps: int = 100,
) -> Leg:
    """A place in millimetres and degrees, and how hard and how long to go for it."""
    turn = np.radians([tilt, 0.0, yaw])
    return Leg(np.array([x / 1000, y / 1000, z / 1000, *turn]), push, steps)


def over(x: float = 0.0, y: float = 0.0, *, tilt: float = 0.0, yaw: float = 0.0) -> Leg:
    """Come to rest above a place."""
    return to(x, y, 2.5, tilt=tilt, yaw=yaw, push=CALM)


def walk(*legs: Leg) -> Script:
    """A script that follows legs."""
    return lambda _rng: Walk(legs)


def off(x: float = 0.0, y: float = 0.0, *, yaw: float = 0.0, push: float = GENTLE) -> Script:
    """Over a wrong place, or turned, and down there."""
    return walk(over(x, y, yaw=yaw), to(x, y, -25, yaw=yaw, push=push))


def _fling(rng: np.random.Generator) -> Policy:
    def act(robot: MujocoRobot, _step: int) -> Vector:
        shares: Vector = np.array([*rng.choice([-1.0, 1.0], 2), -1.0, *rng.uniform(-1.0, 1.0, 3)])
        limit: Vector = np.array(robot.spec.action_limit)
        return shares * limit

    return act


def _shake(rng: np.random.Generator) -> Policy:
    def act(robot: MujocoRobot, _step: int) -> Vector:
        return np.multiply(rng.uniform(-1.0, 1.0, 6), robot.spec.action_limit)

    return act


def _touch_and_go(depth: float) -> Script:
    """Down to so many millimetres, and up again at once: home, but not for long."""

    def script(_rng: np.random.Generator) -> Policy:
        down, up, leaving = (
            Walk((_OVER, to(z=-20.0, steps=400))),
            Walk((to(z=30.0, push=0.012),)),
            [False],
        )

        def act(robot: MujocoRobot, step: int) -> Vector:
            leaving[0] = leaving[0] or 1000 * robot.relative_pose()[2] < -depth
            return up(robot, step) if leaving[0] else down(robot, step)

        return act

    return script


_OVER = over()
_ANYWHERE: Mapping[str, Script] = {
    "fling": _fling,
    "shake": _shake,
    # A cable pulls the hand aside by up to 0.4 mm: this is at least one millimetre off.
    "1.5 mm off in x": off(1.5),
    "1.5 mm off in -x, firmly": off(-1.5, push=FIRM),
    "1.5 mm off in y": off(0.0, 1.5),
    "1.5 mm off in -y, firmly": off(0.0, -1.5, push=FIRM),
}
CHEATS: Mapping[str, Mapping[str, Script]] = {
    "ethernet": {
        **_ANYWHERE,
        "dive beside the jack": off(17.4),
        "press on the housing": off(6.0, push=FIRM),
        "turned by 8 degrees": off(yaw=8.0),
        "turned by 90 degrees": off(yaw=90.0),
        "half way": walk(_OVER, to(z=-8.0, steps=400)),
        "touch and go": _touch_and_go(9.5),
        "wedge in the mouth": walk(_OVER, to(z=-4.0), to(12, 12, -12, push=0.012)),
    },
    "charger": {
        **_ANYWHERE,
        "dive beside the socket": off(34.5),
        "one prong beside": off(0.0, 12.7),
        "turned by 8 degrees": off(yaw=8.0),
        "turned by 90 degrees": off(yaw=90.0),
        "half way": walk(_OVER, to(z=-12.0, steps=500)),
        "touch and go": _touch_and_go(14.0),
        "wedge in the slots": walk(_OVER, to(z=-5.0), to(12, 12, -12, push=0.012)),
    },
    "screw": {
        **_ANYWHERE,
        "dive beside the screw": off(6.0),
        "held askew by 6 degrees": walk(over(tilt=6.0), to(z=-8.0, tilt=6.0, steps=400)),
        "turn it by hand, spindle off": walk(
            _OVER, to(z=-1.6, push=0.0012), to(z=-8.0, yaw=-170.0, push=0.0012, steps=400)
        ),
        "lift off half way": walk(_OVER, to(z=-8.0, steps=90), to(z=20.0)),
        "stop half way": walk(_OVER, to(z=-8.0, steps=90), to(z=-3.5, push=0.0008, steps=400)),
        "wedge in the recess": walk(_OVER, to(z=-8.0, steps=60), to(12, 12, -8, push=0.012)),
    },
    "zip_tie": {
        **_ANYWHERE,
        "dive beside the head": off(0.0, 9.0),
        "turned by 15 degrees": off(yaw=15.0),
        "push without a tug": walk(_OVER, to(z=-22.0, steps=600)),
        "two teeth, then a tug": walk(_OVER, to(z=-12.0), to(z=20.0, steps=600)),
        "short tugs": walk(
            _OVER,
            to(z=-19.0),
            *(leg for _ in range(12) for leg in (to(z=20.0, steps=4), to(z=-22.0, steps=5))),
        ),
        "tear at the strap": walk(_OVER, to(z=-19.0), to(20, 0, 20, push=0.012)),
    },
}
HONEST: Mapping[str, Script] = {
    "ethernet": walk(_OVER, to(z=-20.0, steps=400)),
    "charger": walk(_OVER, to(z=-20.0, steps=500)),
    "screw": walk(_OVER, to(z=-12.0, steps=600)),
    "zip_tie": walk(_OVER, to(z=-19.0), to(z=20.0, steps=600)),
}
"""What the same hands do when they do it right: the cheats could have worked."""
