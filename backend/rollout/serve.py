"""The rollout process: puts its parts together and runs until it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import torch

from backend import logs
from backend.config import Settings, settings
from backend.db import Database, follow
from backend.rollout.bank import Loader, ModelBank
from backend.rollout.commit import DOWN, FIRST_WAIT, LONGEST_WAIT, Committer
from backend.rollout.desk import Desk
from backend.rollout.models import FrozenModels
from backend.rollout.plans import Plans
from backend.rollout.reconcile import reconcile
from backend.rollout.server import PolicyServer
from backend.rollout.session import Sessions
from backend.rollout.worker import Worker
from backend.storage.objects import ObjectStore
from backend.vla.frozen import load_frozen

log = logging.getLogger(__name__)

POOL = 4


def main() -> None:
    """Entry point of the process; settings come from the environment."""
    logs.set_up("rollout")
    chosen = settings()
    torch.set_num_threads(1)
    asyncio.run(_until_stopped(chosen))


async def _until_stopped(chosen: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)

    def load(task: str) -> FrozenModels:
        return FrozenModels(load_frozen(task, chosen.vla, chosen.token))

    await run(chosen, load, stop)


async def run(chosen: Settings, load: Loader, stop: asyncio.Event) -> None:
    """All of the process, until `stop` is set."""
    async with rollout(chosen, load) as port:
        log.info("policy sessions are served at port %d", port)
        await stop.wait()


@asynccontextmanager
async def rollout(chosen: Settings, load: Loader) -> AsyncIterator[int]:
    """The parts at work; gives the port. A part that fails takes all with it."""
    database = Database(chosen.database_url, pool_size=POOL, name="rollout")
    store = ObjectStore(chosen.data)
    try:
        await _reconcile_when_possible(database, store)
        with Worker(asyncio.get_running_loop()) as worker:
            bank = ModelBank(worker, load)
            plans = Plans(database, store, bank.lock_of)
            committer = Committer(database, store)
            sessions = Sessions()
            desk = Desk(worker, committer, plans.wait_for, sessions.acknowledge)
            server = PolicyServer(
                chosen,
                database,
                bank=bank,
                worker=worker,
                plans=plans,
                desk=desk,
                sessions=sessions,
            )
            async with asyncio.TaskGroup() as group, await server.listen() as listening:
                helpers = (committer.run(), plans.run(), follow(database.url, plans.heard))
                tasks = [group.create_task(helper) for helper in helpers]
                yield next(iter(listening.sockets)).getsockname()[1]
                for task in tasks:
                    task.cancel()
    finally:
        await database.close()


async def _reconcile_when_possible(database: Database, store: ObjectStore) -> None:
    wait = FIRST_WAIT
    while True:
        try:
            await reconcile(database, store)
        except DOWN as error:
            log.warning("waiting for the database and the disk: %s", error)
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
        else:
            return
