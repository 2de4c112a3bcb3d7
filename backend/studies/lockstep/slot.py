"""One attempt under way in one lockstep robot: what it asks, what it reports, how it ends."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from backend.rl.config import RltConfig
from backend.studies.lockstep.link import LockstepRobot, check
from robot_bridge.protocol.lockstep import TurnDown, TurnUp
from robot_bridge.protocol.messages import (
    Activity,
    Chunk,
    ChunkReport,
    CommandKind,
    EpisodeEnd,
    EpisodeStart,
    Observation,
    Phase,
    Telemetry,
)

Regime = Literal["critical", "full"]
"""Where an attempt begins: just before the precise part, or at home."""
DELAY = 3
"""Steps from an observation to its chunk, as on every robot."""


@dataclass(frozen=True, kw_only=True)
class Help:
    """When the demonstrator takes over, and for how long."""

    after: int
    """Steps after the hand-off."""
    steps: int
    """How long the person drives; then the policy has the robot again."""
    again: int
    """Steps between two take-overs."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """One attempt to be made."""

    episode_id: UUID
    seed: int
    regime: Regime
    config: RltConfig
    """Decides how many steps of a chunk are played."""
    explore: bool = False
    expert: bool = False
    """The demonstrator drives all of it."""
    help: Help | None = None
    run_id: UUID | None = None
    delay: int = DELAY


@dataclass
class Slot:
    """Begins, follows and steers one attempt. `heard` after every turn of the robot."""

    robot: LockstepRobot
    order: Order
    said: list[EpisodeStart | ChunkReport | EpisodeEnd] = field(default_factory=list)
    """Durable messages so far."""
    question: Observation | None = None
    """What the robot waits for an answer to."""
    seen: Telemetry | None = None
    _orders: list[TurnDown] = field(default_factory=list)
    _handed_off: bool = False
    _took_over_at: int | None = None
    _gave_back_at: int | None = None

    def begin(self) -> None:
        """Have the robot reset and start."""
        order = self.order
        start = self.robot.order(
            CommandKind.START_EPISODE,
            regime=order.regime,
            run_id=str(order.run_id) if order.run_id else None,
            episode_id=str(order.episode_id),
            seed=order.seed,
            explore=order.explore,
            delay=order.delay,
            chunk=order.config.execute,
            hand_off_at_start=order.regime == "critical" and not order.expert,
        )
        self.robot.tell([start])

    @property
    def end(self) -> EpisodeEnd | None:
        """How it ended, once it has."""
        last = self.said[-1] if self.said else None
        return last if isinstance(last, EpisodeEnd) else None

    def heard(self, messages: list[TurnUp]) -> None:
        """Take a turn in, and think of orders."""
        check(messages)
        self.question = None
        for message in messages:
            if isinstance(message, EpisodeStart | ChunkReport | EpisodeEnd):
                self.said.append(message)
            elif isinstance(message, Observation):
                self.question = message
            elif isinstance(message, Telemetry):
                self.seen = message
        if self.end is None and self.seen is not None:
            self._steer(self.seen)

    def go_on(self, answer: Chunk | None = None) -> None:
        """Our turn ends, with or without an answer to the question."""
        orders, self._orders = self._orders, []
        self.robot.tell([*orders, *([answer] if answer is not None else [])])

    def _steer(self, seen: Telemetry) -> None:
        if seen.activity is not Activity.EPISODE:
            return
        if self.order.expert:
            if seen.phase is not Phase.HUMAN:
                self._say(CommandKind.TAKE_OVER)
            return
        critical = bool(seen.truth and seen.truth["critical"])
        if critical and not self._handed_off and self.order.regime != "critical":
            self._handed_off = True
            self._say(CommandKind.HAND_OFF)
        if self.order.help is not None:
            self._help(seen, self.order.help)

    def _help(self, seen: Telemetry, rule: Help) -> None:
        """Take over when it takes too long; give back after a while."""
        if seen.phase is Phase.HUMAN:
            if self._took_over_at is not None and seen.step - self._took_over_at >= rule.steps:
                self._gave_back_at = seen.step
                self._say(CommandKind.GIVE_BACK)
            return
        if seen.phase is not Phase.RL:
            return
        since = seen.hand_off_step + rule.after
        if self._gave_back_at is not None:
            since = self._gave_back_at + rule.again
        if seen.step >= since:
            self._took_over_at = seen.step
            self._say(CommandKind.TAKE_OVER)

    def _say(self, kind: CommandKind) -> None:
        self._orders.append(self.robot.order(kind))
