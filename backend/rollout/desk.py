"""Where durable messages of all robots become stored episodes and acknowledgements."""

import asyncio
import itertools
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from backend.errors import ConsoleError
from backend.rollout.assembler import Assembly, JournalGap, Layout
from backend.rollout.commit import Committer, Finished
from backend.rollout.finish import record
from backend.rollout.models import FrozenModels
from backend.rollout.moments import Moment, Sensed
from backend.rollout.plan import UNPLANNED, Plan
from backend.rollout.worker import LIVE, Worker
from robot_bridge.protocol.messages import ChunkReport, EpisodeEnd, EpisodeStart

log = logging.getLogger(__name__)

REMEMBERED = 4096
"""Stored episodes whose late repeats are answered at once."""

MOST_HELD_BYTES = 1 << 30
"""Pictures of episodes that cannot be stored; beyond it no further robot is taken on."""


@dataclass(eq=False)
class _Case:
    """One episode on the desk."""

    assembly: Assembly
    robot_id: UUID
    models: FrozenModels
    turn: int
    """Episodes are filled in one after another; the first has the smallest."""
    live: OrderedDict[int, Sensed] = field(default_factory=OrderedDict)
    """What was sensed for observations, by step, until its anchor is reported."""
    handed_in: bool = False
    broken: bool = False


class Desk:
    """Keeps unacknowledged episodes in memory; the bridges' journals are the durable copy."""

    def __init__(
        self,
        worker: Worker,
        committer: Committer,
        plan_of: Callable[[UUID], Awaitable[Plan | None]],
        acknowledge: Callable[[UUID, UUID], None],
    ) -> None:
        """Wire it up.

        Args:
            worker: where networks run.
            committer: where finished episodes go.
            plan_of: the plan of a run, waiting for the database if need be; None if unknown.
            acknowledge: called with robot id and episode id once an episode is durable.
        """
        self._worker = worker
        self._committer = committer
        self._plan_of = plan_of
        self._acknowledge = acknowledge
        self._cases: dict[UUID, _Case] = {}
        self._stored: OrderedDict[UUID, None] = OrderedDict()
        self._turns = itertools.count(LIVE + 1)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def full(self) -> bool:
        """Whether too much waits for a database or a disk."""
        held = sum(case.assembly.held_bytes for case in self._cases.values())
        return held > MOST_HELD_BYTES

    def opened(self, episode_id: UUID) -> tuple[EpisodeStart, FrozenModels] | None:
        """How an unfinished episode began, and the models that see for it."""
        case = self._cases.get(episode_id)
        return (case.assembly.start, case.models) if case else None

    def begin(
        self, robot_id: UUID, layout: Layout, models: FrozenModels, start: EpisodeStart
    ) -> None:
        """An attempt of one robot begins, or is told again."""
        if start.episode_id in self._stored:
            self._acknowledge(robot_id, start.episode_id)
        elif start.episode_id not in self._cases:
            case = _Case(Assembly(start, layout), robot_id, models, next(self._turns))
            self._cases[start.episode_id] = case

    def take(self, message: ChunkReport | EpisodeEnd) -> None:
        """What followed. Raises JournalGap when the bridge has to repeat."""
        if message.episode_id in self._stored:
            return
        case = self._cases.get(message.episode_id)
        if case is None:
            raise JournalGap(f"Episode {message.episode_id} was never begun here.")
        if not case.broken:
            self._add(case, message)

    def sensed_live(self, sensed: Sensed) -> None:
        """What an observation's answer was made from; its anchor will not be sensed again."""
        case = self._cases.get(sensed.moment.episode_id)
        if case is not None:
            case.live[sensed.moment.step] = sensed

    def _add(self, case: _Case, message: ChunkReport | EpisodeEnd) -> None:
        try:
            moments = case.assembly.add(message)
        except JournalGap:
            raise
        except ConsoleError as error:
            case.broken = True
            log.error("not stored, kept in the bridge's journal: %s", error.detail)
            return
        missing = [moment for moment in moments if not self._known(case, moment)]
        if missing:
            self._spawn(self._fill(case, missing))
        self._finish_if_complete(case)

    @staticmethod
    def _known(case: _Case, moment: Moment) -> bool:
        live = case.live.pop(moment.step, None)
        if live is None or not live.moment.same(moment):
            return False
        case.assembly.sensed(live)
        return True

    async def _fill(self, case: _Case, moments: list[Moment]) -> None:
        instruction = case.assembly.start.instruction
        try:
            for moment in moments:
                sensed = await self._worker.run(case.turn, case.models.sense, moment, instruction)
                case.assembly.sensed(sensed)
        except ConsoleError as error:
            case.broken = True
            log.error("episode %s: %s", case.assembly.episode_id, error.detail)
            return
        self._finish_if_complete(case)

    def _finish_if_complete(self, case: _Case) -> None:
        if case.assembly.complete and not case.handed_in and not case.broken:
            case.handed_in = True
            self._spawn(self._hand_in(case))

    async def _hand_in(self, case: _Case) -> None:
        episode_id = case.assembly.episode_id
        run_id = case.assembly.start.run_id
        plan = (await self._plan_of(run_id) if run_id else None) or UNPLANNED
        make = partial(record, case.assembly, plan, case.models.lock, token=case.models.token_size)
        self._committer.put(
            Finished(
                robot_id=case.robot_id,
                episode_id=episode_id,
                make=make,
                done=partial(self._done, case.robot_id, episode_id),
                failed=partial(self._failed, case),
            )
        )

    def _done(self, robot_id: UUID, episode_id: UUID) -> None:
        del self._cases[episode_id]
        self._stored[episode_id] = None
        while len(self._stored) > REMEMBERED:
            self._stored.popitem(last=False)
        self._acknowledge(robot_id, episode_id)

    @staticmethod
    def _failed(case: _Case) -> None:
        case.broken = True

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
