"""One simulated cell behind Gymnasium's interface."""

from typing import Any, cast

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict
from numpy.typing import NDArray

from robot_bridge.cameras.base import Pixels
from robot_bridge.cameras.simulated.source import SimulatedCameras
from robot_bridge.errors import ConfigError
from robot_bridge.robots.base import Ending, Regime, Truth
from robot_bridge.robots.mujoco.config import MujocoConfig
from robot_bridge.robots.mujoco.robot import MujocoRobot

Observation = dict[str, NDArray[Any]]
Action = NDArray[np.float32]
PRIVILEGED = "privileged"
"""The key of `info` that no policy may look at: the world's own knowledge of the attempt."""
RENDERED = (320, 240)
SEEDS = 2**31


def _known(regime: Regime) -> Regime:
    if regime not in ("critical", "full"):
        raise ConfigError(f"unknown regime {regime!r}; choose critical or full")
    return regime


class CellEnv(gymnasium.Env[Observation, Action]):
    """One task; a step is one control period of 20 ms.

    Action: displacement of the tool's target in the base frame, `[dx, dy, dz, drx, dry, drz]`, as a
    share (±1) of what the robot may do in one period (`robot.spec.action_limit`, metres and
    radians). Observation: a dictionary with `state`, the proprioception in physical units named by
    `robot.spec.state_names`, and with `pictures=True` one square picture per camera under the
    camera's name. Reward: 1 in the step that succeeds, else 0. `terminated` is the world's verdict
    (success, broken, dropped, jammed, out of reach), `truncated` is time running out.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 50}  # noqa: RUF012 - as its base has it

    def __init__(
        self,
        task: str,
        regime: Regime = "critical",
        pictures: bool = False,
        render_mode: str | None = None,
    ) -> None:
        self.regime = _known(regime)
        self.robot = MujocoRobot(MujocoConfig(task=task))
        self.robot.connect()
        self.pictures = pictures
        self.render_mode = render_mode
        self._cameras: SimulatedCameras | None = None
        spec = self.robot.spec
        self._limit = np.array(spec.action_limit)
        self.action_space = Box(-1.0, 1.0, (len(spec.action_names),), np.float32)
        spaces: dict[str, gymnasium.Space[Any]] = {
            "state": Box(-np.inf, np.inf, (len(spec.state_names),), np.float64)
        }
        if pictures:
            for camera in spec.cameras:
                edge = camera.policy_size
                spaces[camera.name] = Box(0, 255, (edge, edge, 3), np.uint8)
        self.observation_space = cast("gymnasium.Space[Observation]", Dict(spaces))

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Lay out a new episode; `options={"regime": …}` changes the regime from now on."""
        super().reset(seed=seed)
        self.regime = _known((options or {}).get("regime", self.regime))
        self.robot.reset(self.regime, int(self.np_random.integers(SEEDS)))
        return self._observation(), self._info(self.robot.truth())

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Act for one control period."""
        share = np.clip(np.asarray(action, dtype=np.float64), -1.0, 1.0)
        self.robot.send_action(share * self._limit)
        truth = self.robot.truth()
        truncated = truth.ending is Ending.TIMEOUT
        terminated = truth.ending is not None and not truncated
        reward = 1.0 if truth.ending is Ending.SUCCESS else 0.0
        return self._observation(), reward, terminated, truncated, self._info(truth)

    def render(self) -> Pixels | None:
        """The cell from its base camera, for people."""
        if self.render_mode != "rgb_array":
            return None
        return self._look(self.robot.spec.cameras[-1].name, *RENDERED)

    def close(self) -> None:
        """Release the renderer and the world."""
        if self._cameras is not None:
            self._cameras.close()
            self._cameras = None
        self.robot.disconnect()

    def _look(self, camera: str, width: int, height: int) -> Pixels:
        if self._cameras is None:
            self._cameras = SimulatedCameras(self.robot.spec.task)
            self._cameras.open()
        return self._cameras.grab(camera, width, height, self.robot.snapshot())

    def _observation(self) -> Observation:
        seen: Observation = {"state": self.robot.state()}
        if self.pictures:
            for camera in self.robot.spec.cameras:
                edge = camera.policy_size
                seen[camera.name] = self._look(camera.name, edge, edge)
        return seen

    def _info(self, truth: Truth) -> dict[str, Any]:
        return {
            PRIVILEGED: {
                "ending": None if truth.ending is None else truth.ending.value,
                "critical": truth.critical,
                "relative_pose": np.array(truth.relative_pose),
                "peak_force": truth.peak_force,
            }
        }
