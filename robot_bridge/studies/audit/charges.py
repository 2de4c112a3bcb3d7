"""Successes, played again before a witness."""

from collections.abc import Iterable
from dataclasses import dataclass

from robot_bridge.errors import ConfigError
from robot_bridge.robots.base import Regime
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.studies.audit.driven import ScrewWitness
from robot_bridge.studies.audit.plugged import ChargerWitness, EthernetWitness
from robot_bridge.studies.audit.search import Success
from robot_bridge.studies.audit.spaces import Space
from robot_bridge.studies.audit.threaded import ZipTieWitness
from robot_bridge.studies.audit.witness import Witness
from robot_bridge.studies.play import Episode, Policy, play

WITNESSES: dict[str, type[Witness]] = {
    "ethernet": EthernetWitness,
    "charger": ChargerWitness,
    "screw": ScrewWitness,
    "zip_tie": ZipTieWitness,
}


@dataclass(frozen=True)
class Audited:
    """One success after its second showing."""

    same: bool
    """Whether the second showing was the first one, to the last bit."""
    objections: tuple[str, ...]
    deepest: float
    peak_force: float

    @property
    def is_false(self) -> bool:
        """Whether it must not count."""
        return bool(self.objections) or not self.same


def witness_for(robot: MujocoRobot) -> Witness:
    """The witness of a robot's task. Raises ConfigError when nobody has written one."""
    task = robot.spec.task
    if task not in WITNESSES:
        raise ConfigError(f"no witness for {task!r}; write one and name it in audit/charges.py")
    return WITNESSES[task](robot.world)


def attest(
    robot: MujocoRobot, witness: Witness, policy: Policy, first: Episode, regime: Regime
) -> Audited:
    """Play a success again, watched."""
    witness.begin()
    with witness.looking_closely():
        again = play(robot, policy, first.seed, regime=regime, steps=first.steps, see=witness.see)
    return Audited(
        same=(again.ending, again.steps, again.relative_pose, again.peak_force)
        == (first.ending, first.steps, first.relative_pose, first.peak_force),
        objections=tuple(witness.objections()),
        deepest=witness.deepest,
        peak_force=witness.peak_force,
    )


def attest_all(
    robot: MujocoRobot, space: Space, successes: Iterable[Success], regime: Regime
) -> list[Audited]:
    """Every success of a search."""
    witness = witness_for(robot)
    return [
        attest(robot, witness, space.policy(one.genome), one.episode, regime) for one in successes
    ]
