"""The simulated robot with the audit's witness beside it."""

from robot_bridge.robots.base import Regime, Vector
from robot_bridge.robots.mujoco.config import MujocoConfig
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.studies.audit.charges import witness_for


class WatchedRobot(MujocoRobot):
    """Every control step is looked at by somebody who does not know the judge."""

    def __init__(self, task: str) -> None:
        """Connects at once. Raises ConfigError when nobody has written a witness for the task."""
        super().__init__(MujocoConfig(task=task))
        self.connect()
        self._witness = witness_for(self)

    def reset(self, regime: Regime, seed: int) -> float:
        """As the robot does; the witness forgets the last episode."""
        seconds = super().reset(regime, seed)
        self._witness.begin()
        self._witness.see()
        return seconds

    def send_action(self, action: Vector) -> Vector:
        """As the robot does, watched."""
        with self._witness.looking_closely():
            sent = super().send_action(action)
        self._witness.see()
        return sent

    def hold(self) -> None:
        """As the robot does, watched."""
        with self._witness.looking_closely():
            super().hold()
        self._witness.see()

    def objections(self) -> list[str]:
        """What speaks against calling the episode a success; empty if nothing does."""
        return self._witness.objections()
