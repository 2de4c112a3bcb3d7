"""`rlt autopilot`: keeps simulated robots practising until it is told to stop."""

import asyncio
import logging
from collections.abc import Collection
from typing import Any
from uuid import UUID

import httpx
import msgspec
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from backend.autopilot.client import ApiClient, woken
from backend.autopilot.pilot import Deed, RobotState, Seen, decide
from backend.config import settings
from backend.errors import ConfigError
from backend.logs import set_up

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 0.5
PRESENCE_SECONDS = 1.0
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 5.0
LOOK_AGAIN_SECONDS = 2.0
LOST = (OSError, WebSocketException, httpx.HTTPError, TimeoutError)


class Pilot:
    """Looks after one robot."""

    def __init__(self, api: ApiClient, me: str, robot: RobotState) -> None:
        """`me` is the name of our account."""
        self.robot = robot
        self.changed = asyncio.Event()
        self._api = api
        self._me = me
        self._ended: dict[UUID, str] = {}
        self._failures = 0
        self._said = ""
        self._done: tuple[Deed, Seen | None] | None = None
        """The last deed and the state it answered: not done twice to a state not yet renewed."""
        self._done_until = 0.0

    def see(self, robot: RobotState) -> None:
        """The robot changed."""
        if self._done is not None and robot.telemetry != self._done[1]:
            self._done = None
        self.robot = robot
        self.changed.set()

    def ended(self, episode_id: UUID, ended_by: str) -> None:
        """An attempt that we started is over."""
        self._ended[episode_id] = ended_by
        self._done = None
        self.changed.set()

    async def work(self) -> None:
        """Do the next deed for ever; after a refusal wait longer and longer."""
        await self._catch_up()
        while True:
            self.changed.clear()
            error = await self._next()
            if error:
                self._complain(error)
                await asyncio.sleep(min(FIRST_PAUSE * 2**self._failures, LONGEST_PAUSE))
                self._failures += 1
            else:
                self._failures = 0
                # A message may have come while the deed was under way: then look at once.
                await woken(self.changed, LOOK_AGAIN_SECONDS)

    async def _next(self) -> str:
        if self._ended:
            return await self._label()
        deed = decide(self.robot, self._me)
        if deed is None:
            return ""
        if deed == "label":
            # Not one of ours that we know of: perhaps of an earlier life, else a person's.
            await self._catch_up()
            deed = "start_episode"
            if self._ended:
                return ""
        answered = (deed, self.robot.telemetry)
        loop = asyncio.get_running_loop()
        if answered == self._done and loop.time() < self._done_until:
            return ""
        error = await self._api.order(self.robot.id, deed)
        # A state that came while the order was under way is newer than the one it answered.
        if not error and self.robot.telemetry == answered[1]:
            self._done, self._done_until = answered, loop.time() + LOOK_AGAIN_SECONDS
        return error

    async def _label(self) -> str:
        for episode_id, ended_by in list(self._ended.items()):
            error = await self._api.label(episode_id, ended_by, self._me)
            if error:
                return error
            self._ended.pop(episode_id, None)
        self.changed.set()
        return ""

    async def _catch_up(self) -> None:
        for episode_id, ended_by in await self._api.unlabelled(self.robot.id, self._me):
            self.ended(episode_id, ended_by)

    def _complain(self, error: str) -> None:
        if error != self._said:
            log.warning("%s: %s", self.robot.name, error)
        self._said = error


class Autopilot:
    """One connection to the console and a pilot for each robot on it."""

    def __init__(self, api: ApiClient, me: str, names: Collection[str]) -> None:
        """`names` are the robots to look after."""
        self._api = api
        self._me = me
        self._names = frozenset(names)
        self._pilots: dict[UUID, Pilot] = {}
        self._mine: dict[UUID, UUID] = {}
        """Robot by episode under way that we started."""

    async def run(self, socket: ClientConnection) -> None:
        """Until the connection is lost."""
        await socket.send(orjson.dumps({"type": "subscribe", "robots": ["*"]}).decode())
        async with asyncio.TaskGroup() as group:
            group.create_task(self._presence(socket))
            async for text in socket:
                self._take(orjson.loads(text), group)
            raise ConnectionResetError("the console closed the live socket")

    async def _presence(self, socket: ClientConnection) -> None:
        while True:
            await socket.send('{"type":"presence"}')
            await asyncio.sleep(PRESENCE_SECONDS)

    def _take(self, message: dict[str, Any], group: asyncio.TaskGroup) -> None:
        if message["type"] == "robot":
            self._robot(msgspec.convert(message["robot"], RobotState), group)
        elif message["type"] == "event":
            self._event(message["event"])

    def _robot(self, robot: RobotState, group: asyncio.TaskGroup) -> None:
        if robot.name not in self._names:
            return
        pilot = self._pilots.get(robot.id)
        if pilot is None:
            pilot = self._pilots[robot.id] = Pilot(self._api, self._me, robot)
            group.create_task(pilot.work())
        pilot.see(robot)

    def _event(self, event: dict[str, Any]) -> None:
        if event["episode_id"] is None or event["robot_id"] is None:
            return
        episode_id, robot_id = UUID(event["episode_id"]), UUID(event["robot_id"])
        if event["action"] == "episode_started" and event["actor"] == self._me:
            self._mine[episode_id] = robot_id
        if event["action"] == "episode_ended" and episode_id in self._mine:
            pilot = self._pilots.get(self._mine.pop(episode_id))
            if pilot is not None:
                pilot.ended(episode_id, str(event["details"].get("ended_by", "")))


async def run(base_url: str, token: str, robots: Collection[str]) -> None:
    """Look after `robots` for ever, whatever is restarted meanwhile."""
    headers = {"Authorization": f"Bearer {token}"}
    live = f"{base_url.replace('http', 'ws', 1)}/api/v1/live"
    lost = False
    async with httpx.AsyncClient(
        base_url=f"{base_url}/api/v1", headers=headers, timeout=10, trust_env=False
    ) as http:
        api = ApiClient(http)
        while True:
            try:
                me = await api.my_name()
                async with connect(live, additional_headers=headers, compression=None) as socket:
                    log.info("connected as %s", me)
                    lost = False
                    await Autopilot(api, me, robots).run(socket)
            except* LOST as errors:
                if not lost:
                    log.warning("the console is away: %s", errors.exceptions[0])
                lost = True
            await asyncio.sleep(RECONNECT_SECONDS)


def main() -> None:
    """What `rlt autopilot` runs; the environment says for which robots."""
    set_up("autopilot")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    wanted = settings()
    names = [name.strip() for name in wanted.autopilot_robots.split(",") if name.strip()]
    if not wanted.autopilot_token or not names:
        raise ConfigError(
            "The autopilot needs RLT_AUTOPILOT_TOKEN and RLT_AUTOPILOT_ROBOTS; `rlt up` sets both."
        )
    try:
        asyncio.run(run(wanted.base_url, wanted.autopilot_token, names))
    except KeyboardInterrupt:
        return
