"""One bridge's policy session, after it was welcomed."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID, uuid4

import msgspec
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from backend.errors import BadRequest, ConsoleError
from backend.rollout.advice import Adviser
from backend.rollout.assembler import JournalGap, Layout
from backend.rollout.bank import ModelBank
from backend.rollout.decide import Decision, decide
from backend.rollout.desk import Desk
from backend.rollout.handshake import RobotIdentity
from backend.rollout.plan import UNPLANNED, Plan
from backend.rollout.plans import Plans
from backend.rollout.worker import LIVE, Worker
from robot_bridge.errors import ProtocolError
from robot_bridge.protocol.codec import encode
from robot_bridge.protocol.messages import (
    Ack,
    ChunkReport,
    EpisodeEnd,
    EpisodeStart,
    Heartbeat,
    Message,
    Observation,
    decode_policy_up,
)

log = logging.getLogger(__name__)

TRY_AGAIN = 1013
UNWELCOME = 1008


class Sessions:
    """The sessions that stand, by robot; the newest of a robot counts."""

    def __init__(self) -> None:
        """None yet."""
        self._by_robot: dict[UUID, Session] = {}

    @contextmanager
    def holding(self, session: "Session") -> Iterator[None]:
        """The session stands while the block runs."""
        robot_id = session.robot.id
        self._by_robot[robot_id] = session
        try:
            yield
        finally:
            if self._by_robot.get(robot_id) is session:
                del self._by_robot[robot_id]

    def acknowledge(self, robot_id: UUID, episode_id: UUID) -> None:
        """An episode is durable; a robot that is away will ask again."""
        session = self._by_robot.get(robot_id)
        if session is not None:
            session.acknowledge(episode_id)


class Session:
    """Answers observations, hands durable messages to the desk, and beats."""

    def __init__(
        self,
        socket: ServerConnection,
        robot: RobotIdentity,
        layout: Layout,
        *,
        bank: ModelBank,
        worker: Worker,
        desk: Desk,
        plans: Plans,
        heartbeat_seconds: float,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Everything but the socket is shared with other sessions."""
        self.robot = robot
        self._socket = socket
        self._layout = layout
        self._bank = bank
        self._kept_away: set[UUID] = set()
        """Episodes that cannot be taken on; what follows of them is passed over."""
        self._worker = worker
        self._desk = desk
        self._plans = plans
        self._heartbeat_seconds = heartbeat_seconds
        self._monotonic_ns = monotonic_ns
        self._adviser = Adviser()
        self._answering: asyncio.Task[None] | None = None
        self._acks: asyncio.Queue[UUID] = asyncio.Queue()

    async def run(self) -> None:
        """Until the bridge goes away or has to start again."""
        helpers = [asyncio.create_task(w) for w in (self._beat(), self._acknowledge())]
        try:
            await self._receive()
        except ConnectionClosed:
            log.info("robot %s left", self.robot.name)
        except ProtocolError as error:
            log.error("robot %s: %s", self.robot.name, error)
            await self._socket.close(UNWELCOME, "message refused")
        except JournalGap as gap:
            log.error("robot %s: %s", self.robot.name, gap.detail)
            await self._socket.close(TRY_AGAIN, "repeat")
        finally:
            for task in (*helpers, self._answering):
                if task is not None:
                    task.cancel()

    def acknowledge(self, episode_id: UUID) -> None:
        """Tell the bridge that it may forget an episode."""
        self._acks.put_nowait(episode_id)

    async def _receive(self) -> None:
        async for data in self._socket:
            if isinstance(data, str):
                await self._socket.close(UNWELCOME, "binary messages only")
                return
            message = decode_policy_up(data)
            match message:
                case Observation():
                    self._answer_instead(message)
                case EpisodeStart():
                    await self._begin(message)
                case ChunkReport() | EpisodeEnd() if message.episode_id not in self._kept_away:
                    self._desk.take(message)
            if self._desk.full:
                await self._socket.close(TRY_AGAIN, "episodes cannot be stored")
                return

    async def _begin(self, start: EpisodeStart) -> None:
        """A repeated episode may be of a task that the robot did before."""
        try:
            models = await self._bank.of(start.task)
            self._desk.begin(self.robot.id, self._layout, models, start)
        except JournalGap:
            raise
        except ConsoleError as error:
            self._kept_away.add(start.episode_id)
            log.error("not stored, kept in the bridge's journal: %s", error.detail)

    def _answer_instead(self, observation: Observation) -> None:
        """The newest question is the only one worth an answer."""
        if self._answering is not None:
            self._answering.cancel()
        self._answering = asyncio.create_task(self._answer(observation))

    async def _answer(self, observation: Observation) -> None:
        try:
            decision = await self._decide(observation)
        except (ConsoleError, ValueError) as error:
            log.error("robot %s gets no chunk: %s", self.robot.name, error)
            return
        self._desk.sensed_live(decision.sensed)
        await self._send(decision.chunk)

    async def _decide(self, observation: Observation) -> Decision:
        size = len(self._layout.state_names)
        if observation.state.shape != (size,) or observation.state.dtype != "f4":
            raise BadRequest(f"An observation's state must be float32 [{size}].")
        opened = self._desk.opened(observation.episode_id)
        if opened is None:
            raise JournalGap(
                f"An observation of episode {observation.episode_id} came before its start."
            )
        start, models = opened
        plan = await self._plan(start)
        decision = await self._worker.run(
            LIVE, decide, observation, models, plan, start.instruction, uuid4()
        )
        word = self._adviser.word(observation, plan, decision.hand_off)
        return replace(decision, chunk=msgspec.structs.replace(decision.chunk, hand_off=word))

    async def _plan(self, start: EpisodeStart) -> Plan:
        if start.run_id is None:
            return UNPLANNED
        plan = self._plans.now(start.run_id) or await self._plans.wait_for(start.run_id)
        if plan is None:
            raise ConsoleError(
                f"Run {start.run_id} cannot be played here: choose another run for this robot."
            )
        return plan

    async def _beat(self) -> None:
        """Absolute times, so that a late beat does not delay the next."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            await self._send(Heartbeat(sent_ns=self._monotonic_ns()))
            due = max(due + self._heartbeat_seconds, loop.time())
            await asyncio.sleep(due - loop.time())

    async def _acknowledge(self) -> None:
        while True:
            await self._send(Ack(id=await self._acks.get()))

    async def _send(self, message: Message) -> None:
        try:
            await self._socket.send(encode(message))
        except ConnectionClosed:
            return
