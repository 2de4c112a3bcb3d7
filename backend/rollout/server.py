"""The policy address: who may come in, and which session an acknowledgement goes to."""

import asyncio
import logging
from dataclasses import dataclass
from http import HTTPStatus
from uuid import uuid4

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from backend.config import Settings
from backend.db import UNREACHABLE, Database
from backend.errors import ConsoleError
from backend.rollout import repository
from backend.rollout.bank import ModelBank
from backend.rollout.desk import Desk
from backend.rollout.handshake import RobotIdentity, layout_of, refuse_greeting, refuse_robot
from backend.rollout.plans import Plans
from backend.rollout.session import UNWELCOME, Session, Sessions
from backend.rollout.worker import Worker
from robot_bridge.errors import ProtocolError
from robot_bridge.protocol.codec import MAX_MESSAGE_BYTES, encode
from robot_bridge.protocol.messages import (
    PROTOCOL_VERSION,
    Hello,
    Refused,
    Welcome,
    decode_policy_up,
)

log = logging.getLogger(__name__)

PATH = "/policy"
GREETING_SECONDS = 10.0


@dataclass(frozen=True)
class Admission:
    """A robot that may have a session, and what it said of itself."""

    robot: RobotIdentity
    hello: Hello


class PolicyServer:
    """All policy sessions of this process."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        *,
        bank: ModelBank,
        worker: Worker,
        plans: Plans,
        desk: Desk,
        sessions: Sessions,
    ) -> None:
        """Call `listen` to open the address."""
        self._settings = settings
        self._database = database
        self._bank = bank
        self._worker = worker
        self._plans = plans
        self._desk = desk
        self._sessions = sessions

    async def listen(self) -> Server:
        """Open the address."""
        return await serve(
            self._serve,
            self._settings.policy_host,
            self._settings.policy_port,
            process_request=_only_the_policy_path,
            compression=None,
            max_size=MAX_MESSAGE_BYTES,
            max_queue=64,
            ping_interval=None,
            close_timeout=1.0,
        )

    async def _serve(self, socket: ServerConnection) -> None:
        try:
            answer = await self._admit(socket)
            if isinstance(answer, Refused):
                log.warning("a bridge was refused: %s %s", answer.reason, answer.advice)
                await socket.send(encode(answer))
                await socket.close(UNWELCOME, "refused")
                return
            await self._welcome(socket, answer)
        except ConnectionClosed:
            return
        except (ConsoleError, ProtocolError, TimeoutError) as error:
            log.error("a bridge was turned away: %s", str(error) or "it never said hello")
            await socket.close(UNWELCOME, "see the log")

    async def _admit(self, socket: ServerConnection) -> Admission | Refused:
        # The hello is read first, so that a refused bridge comes to read the refusal.
        async with asyncio.timeout(GREETING_SECONDS):
            data = await socket.recv()
        robot = await self._identify(socket)
        if isinstance(robot, Refused):
            return robot
        hello = decode_policy_up(data if isinstance(data, bytes) else data.encode())
        if not isinstance(hello, Hello):
            return Refused(
                reason="The first message was no hello.", advice="Update the robot's bridge."
            )
        refused = refuse_greeting(hello, robot)
        if refused is not None:
            return refused
        return await self._match_models(robot, hello)

    async def _identify(self, socket: ServerConnection) -> RobotIdentity | Refused:
        header = socket.request.headers.get("Authorization", "") if socket.request else ""
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer" or not secret:
            return Refused(
                reason="The connection carries no robot token.",
                advice="Make a token for this robot in the console and give it to the bridge.",
            )
        try:
            async with self._database.unit() as session:
                robot = await repository.robot_of_token(session, secret)
        except UNREACHABLE:
            return Refused(
                reason="The database does not answer, so the token cannot be checked.",
                advice="Nothing to do on the robot: it may try again in a moment.",
            )
        return robot or Refused(
            reason="The robot token is unknown or was revoked.",
            advice="Make a new token for this robot in the console.",
        )

    async def _match_models(self, robot: RobotIdentity, hello: Hello) -> Admission | Refused:
        if self._desk.full:
            return Refused(
                reason="Finished episodes cannot be stored at present.",
                advice="See the rollout log: the database or the disk needs help.",
            )
        try:
            models = await self._bank.of(hello.task)
        except ConsoleError as error:
            return Refused(
                reason=error.detail, advice="Put the VLA and its token in place, then reconnect."
            )
        refused = refuse_robot(hello, models.vla.spec)
        return refused or Admission(robot, hello)

    async def _welcome(self, socket: ServerConnection, admission: Admission) -> None:
        robot = admission.robot
        session = Session(
            socket,
            robot,
            layout_of(admission.hello),
            bank=self._bank,
            worker=self._worker,
            desk=self._desk,
            plans=self._plans,
            heartbeat_seconds=self._settings.heartbeat.total_seconds(),
        )
        welcome = Welcome(
            version=PROTOCOL_VERSION,
            session_id=uuid4(),
            robot_id=robot.id,
            heartbeat_ms=round(self._settings.heartbeat.total_seconds() * 1000),
        )
        await socket.send(encode(welcome))
        log.info("robot %s has a policy session for %s", robot.name, admission.hello.task)
        with self._sessions.holding(session):
            await session.run()


def _only_the_policy_path(_: ServerConnection, request: Request) -> Response | None:
    if request.path == PATH:
        return None
    headers = Headers([("Content-Type", "text/plain")])
    status = HTTPStatus.NOT_FOUND
    return Response(status.value, status.phrase, headers, b"The policy session is at /policy.\n")
