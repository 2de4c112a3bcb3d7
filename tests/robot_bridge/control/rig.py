"""A cell with turned hands: a clock that a test moves, ports that write everything down."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import numpy as np

from robot_bridge.control.authority import Authority
from robot_bridge.control.cell import Cell, CellOptions
from robot_bridge.control.clock import MS
from robot_bridge.control.machine import Readiness
from robot_bridge.control.ports import Durable, FrameWish, ImageWish
from robot_bridge.errors import ConfigError
from robot_bridge.protocol.codec import Array
from robot_bridge.protocol.messages import (
    Chunk,
    ChunkReport,
    Command,
    CommandKind,
    CommandResult,
    Drive,
    EpisodeEnd,
    EpisodeStart,
    Event,
    HandOff,
    Observation,
    Phase,
    PolicyImage,
    Source,
)
from robot_bridge.robots.base import Regime
from robot_bridge.robots.fake.robot import FakeRobot

PICTURE = (PolicyImage(camera="wrist", jpeg=b"jpeg"),)


@dataclass
class FakeClock:
    ns: int = 1_000_000_000

    def now_ns(self) -> int:
        return self.ns

    def wall(self) -> float:
        return 1_700_000_000.0 + self.ns / 1e9


@dataclass
class WrittenPorts:
    """Pictures come at once unless `blind`; resets are done by the rig."""

    rig: "Rig"
    events: list[Event] = field(default_factory=list)
    results: list[CommandResult] = field(default_factory=list)
    records: list[Durable] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    wishes: list[ImageWish] = field(default_factory=list)
    frames: list[FrameWish] = field(default_factory=list)
    resets: list[tuple[Regime, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ready: Readiness = field(default_factory=lambda: Readiness(control=True, policy=True))
    blind: bool = False

    def event(self, event: Event) -> None:
        self.events.append(event)

    def result(self, result: CommandResult) -> None:
        self.results.append(result)

    def record(self, message: Durable) -> None:
        self.records.append(message)

    def observe(self, observation: Observation) -> None:
        self.observations.append(observation)

    def want_images(self, wish: ImageWish) -> None:
        self.wishes.append(wish)

    def want_frames(self, wish: FrameWish) -> None:
        self.frames.append(wish)

    def reset(self, regime: Regime, seed: int) -> None:
        self.resets.append((regime, seed))

    def set_task(self, task: str) -> None:
        if task == "juggle":
            raise ConfigError("unknown task 'juggle'")

    def changed(self) -> None:
        pass

    def evidence(self, what: str, **details: Any) -> None:
        self.notes.append(what)

    def readiness(self) -> Readiness:
        return self.ready


class Rig:
    """One cell with the fake robot and the world round it."""

    def __init__(self, *, paced: bool = True, frames_every: int = 5) -> None:
        self.clock = FakeClock()
        self.ports = WrittenPorts(self)
        self.robot = FakeRobot()
        self.robot.connect()
        self.robot.reset("full", 0)
        options = CellOptions(paced=paced, frames_every=frames_every, new_seed=lambda: 11)
        self.cell = Cell(self.robot, self.ports, self.clock, options)
        self.authority = Authority(self.cell, self.ports)
        self.epoch = 1
        self.latency = 0
        self._answered = 0
        self.answering = True
        self.action = np.array([0, 0, 0.0005, 0, 0, 0])
        self.hand_off: HandOff = "operator"

    def order(self, kind: CommandKind, **args: Any) -> CommandResult:
        command = Command(id=uuid4(), kind=kind, args=args, issued_by="ada", lease_epoch=self.epoch)
        self.authority.command(command)
        return self.ports.results[-1]

    def arm(self) -> None:
        assert self.order(CommandKind.CLEAR_STOP).ok
        assert self.order(CommandKind.ARM).ok

    def start(self, **args: Any) -> UUID:
        """Start an episode and bring it to its first question; the next tick may play step 0."""
        answer = self.order(CommandKind.START_EPISODE, **{"regime": "full", **args})
        assert answer.ok, answer.error
        assert answer.episode_id is not None
        regime, seed = self.ports.resets[-1]
        self.cell.reset_done(self.robot.reset(regime, seed))
        self.clock.ns += 2000 * MS
        self.tick()
        self.cell.begun(answer.episode_id)
        self.tick(2)
        return answer.episode_id

    def armed_start(self, **args: Any) -> UUID:
        self.arm()
        return self.start(**args)

    def tick(self, count: int = 1) -> None:
        """Control periods, with pictures and answers as a punctual world gives them."""
        for _ in range(count):
            self.cell.tick()
            while self.ports.wishes and not self.ports.blind:
                self.cell.images(self.ports.wishes.pop(0).id, PICTURE)
            self.clock.ns += 20 * MS
            self._answer_what_is_due()

    def _answer_what_is_due(self) -> None:
        waiting = self.ports.observations[self._answered :]
        for asked in waiting:
            if asked.sent_ns + self.latency * MS > self.clock.ns:
                break
            self._answered += 1
            if self.answering:
                self.cell.chunk(self.answer(asked))

    def answer(self, asked: Observation, **changes: Any) -> Chunk:
        rows = changes.pop("rows", 10)
        values: dict[str, Any] = {
            "episode_id": asked.episode_id,
            "chunk_id": uuid4(),
            "first_step": asked.step + asked.delay,
            "actions": Array.of(np.tile(self.action, (rows, 1)).astype(np.float32)),
            "source": Source.RL if asked.rl else Source.BASE,
            "policy_version": 3 if asked.rl else 0,
            "took_ms": {"vla": 8.0},
            "hand_off": self.hand_off,
        }
        return Chunk(**{**values, **changes})

    def drive(self, sequence: int, x: float = 1.0, epoch: int | None = None) -> None:
        lease = self.epoch if epoch is None else epoch
        self.authority.drive(
            Drive(sequence=sequence, lease_epoch=lease, twist=(x, 0.0, 0.0, 0.0, 0.0, 0.0))
        )

    def who_hands_off(self) -> HandOff:
        assert self.cell.attempt is not None
        return self.cell.attempt.who_hands_off

    def phase(self) -> Phase:
        return self.cell.machine.phase

    @property
    def step(self) -> int:
        return self.cell.attempt.step if self.cell.attempt is not None else -1

    def kinds(self) -> list[str]:
        return [event.kind for event in self.ports.events]

    def told(self, kind: str) -> Event:
        return next(event for event in reversed(self.ports.events) if event.kind == kind)

    @property
    def end(self) -> EpisodeEnd | None:
        last = self.ports.records[-1] if self.ports.records else None
        return last if isinstance(last, EpisodeEnd) else None

    @property
    def reports(self) -> list[ChunkReport]:
        return [m for m in self.ports.records if isinstance(m, ChunkReport)]

    @property
    def starts(self) -> list[EpisodeStart]:
        return [m for m in self.ports.records if isinstance(m, EpisodeStart)]

    @property
    def sources(self) -> list[Source]:
        return [source for report in self.reports for source in report.sources]
