"""The evaluator process: puts its parts together and runs until it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backend import logs
from backend.config import Settings, settings
from backend.db import Database, follow
from backend.evaluator.worker import Worker
from backend.kit.clock import SystemClock

log = logging.getLogger(__name__)

POOL = 1


def main() -> None:
    """Entry point of the process; settings come from the environment."""
    logs.set_up("evaluator")
    asyncio.run(_until_stopped(settings()))


async def _until_stopped(chosen: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with evaluator(chosen):
        log.info("waiting for evaluations to play")
        await stop.wait()


@asynccontextmanager
async def evaluator(chosen: Settings) -> AsyncIterator[Worker]:
    """The parts at work. A part that fails takes all with it."""
    database = Database(chosen.database_url, pool_size=POOL, name="evaluator")
    worker = Worker(database, SystemClock(), chosen.data.resolve())
    try:
        async with asyncio.TaskGroup() as group:
            helpers = (worker.run(), follow(database.url, worker.heard))
            tasks = [group.create_task(helper) for helper in helpers]
            yield worker
            for task in tasks:
                task.cancel()
    finally:
        await database.close()
