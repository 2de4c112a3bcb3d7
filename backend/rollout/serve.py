"""The rollout process: puts its parts together and runs until it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import Coroutine

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
    database = Database(chosen.database_url, pool_size=POOL)
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
            helpers = (committer.run(), plans.run(), follow(database.url, plans.heard))
            await _serve(server, helpers, stop)
    finally:
        await database.close()


async def _serve(
    server: PolicyServer, helpers: tuple[Coroutine[object, object, None], ...], stop: asyncio.Event
) -> None:
    """A helper that ends is a fault of ours: it takes the process with it, to be started again."""
    listening = await server.listen()
    tasks = [asyncio.create_task(helper) for helper in helpers]
    stopped = asyncio.create_task(stop.wait())
    log.info("policy sessions are served")
    try:
        done, _ = await asyncio.wait((*tasks, stopped), return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopped}:
            task.result()
    finally:
        listening.close()
        await listening.wait_closed()
        for task in (*tasks, stopped):
            task.cancel()
        await asyncio.gather(*tasks, stopped, return_exceptions=True)


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
