"""What belongs to one attempt, from its reset to its end."""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from robot_bridge.control.chunks import ChunkPlayer
from robot_bridge.control.commands import StartArgs
from robot_bridge.control.recorder import Recorder
from robot_bridge.protocol.codec import Array
from robot_bridge.protocol.messages import Command, EpisodeEnd, EpisodeStart, HandOff
from robot_bridge.robots.base import RobotSpec, Truth, Vector

TRUNCATED_BY = ("timeout", "stopped", "bridge_restarted")


@dataclass
class Attempt:
    """The living part of an episode; what is over lives in its recorder."""

    id: UUID
    args: StartArgs
    seed: int
    order: Command
    player: ChunkPlayer
    recorder: Recorder | None = None
    """From the moment on when the attempt is announced."""
    begun: bool = False
    """The policy side has the EpisodeStart."""
    moving: bool = False
    """The episode clock runs: the first chunk, or a person's hands, are there."""
    hand_off_step: int = -1
    hand_off: HandOff = "operator"
    """Who decides on the hand-off, as the newest chunk said."""
    vetoed: bool = False
    """A person wants the base policy: no unattended hand-off in this attempt."""
    switch: Command | None = None
    """Who ordered the switch that waits for a chunk boundary."""
    end_at: tuple[int, str, Command] | None = None
    """Ordered end: its step, what ended it, and the order."""
    held_steps: int = 0
    held_run: int = 0
    starved_since: int | None = None
    ready_at: int | None = None
    reset_seconds: float = 0.0
    peak_force: float = 0.0
    asked_ns: int = 0
    """When the newest chunk was asked for."""

    @property
    def who_hands_off(self) -> HandOff:
        """As the newest chunk said, unless a person wants the base policy."""
        return "operator" if self.vetoed else self.hand_off

    @property
    def step(self) -> int:
        """The step that comes next."""
        return self.recorder.steps if self.recorder else 0

    def handed_off(self) -> None:
        """The actor, or in warm-up its place, has the next step; what is recorded says so."""
        self.hand_off_step = self.step
        if self.recorder is not None:
            self.recorder.hand_off_step = self.step

    def announce(self, spec: RobotSpec, started_at: float) -> EpisodeStart:
        """The first durable message."""
        return EpisodeStart(
            seq=0,
            episode_id=self.id,
            run_id=self.args.run_id,
            task=spec.task,
            instruction=spec.instruction,
            regime=self.args.regime,
            seed=self.seed,
            started_at=started_at,
            reset_seconds=self.reset_seconds,
            issued_by=self.order.issued_by,
            delay=self.args.delay,
        )

    def farewell(
        self, ended_by: str, ended_at: float, truth: Truth | None, state: Vector | None
    ) -> EpisodeEnd:
        """The last durable message; the recorder adds its number and the last images."""
        return EpisodeEnd(
            seq=0,
            episode_id=self.id,
            steps=self.step,
            ended_at=ended_at,
            ended_by=ended_by,
            truncated=ended_by in TRUNCATED_BY,
            hand_off_step=self.hand_off_step,
            peak_force=self.peak_force,
            truth=truth_row(truth),
            last_state=None if state is None else Array.of(state.astype("float32")),
        )


def truth_row(truth: Truth | None) -> dict[str, object] | None:
    """The world's verdict as it travels."""
    if truth is None:
        return None
    return {
        "critical": bool(truth.critical),
        "ending": None if truth.ending is None else truth.ending.value,
        "relative_pose": [float(value) for value in truth.relative_pose],
        "peak_force": float(truth.peak_force),
    }


def new_attempt(
    order: Command, args: StartArgs, spec: RobotSpec, *, episode_id: UUID, seed: int
) -> Attempt:
    """An accepted order becomes an attempt; what the order leaves open was chosen by the caller."""
    player = ChunkPlayer(chunk=args.chunk, delay=args.delay, action_size=len(spec.action_names))
    chosen = msgspec.structs.replace(args, seed=seed, episode_id=episode_id)
    return Attempt(id=episode_id, args=chosen, seed=seed, order=order, player=player)
