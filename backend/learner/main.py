"""The learner process: puts its parts together and runs until it is told to stop."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from uuid import UUID

import torch

from backend import logs
from backend.config import Settings, settings
from backend.db import Database, follow
from backend.kit.clock import SystemClock
from backend.kit.priority import be_nice
from backend.learner.device import learning_device
from backend.learner.feed import Feed
from backend.learner.loop import Teacher
from backend.learner.publish import Publisher
from backend.learner.rebuild import Rebuilder
from backend.learner.suggesting import Suggester
from backend.learner.thread import TrainingThread
from backend.rl.launch import CPU
from backend.storage.objects import ObjectStore
from backend.vla.frozen import Frozen, load_frozen

log = logging.getLogger(__name__)

POOL = 3
NICENESS = 10
"""Where cores are few, the robot's processes go first, once the learner is back in its place."""

Loader = Callable[[str], Frozen]


def main() -> None:
    """Entry point of the process; settings come from the environment."""
    logs.set_up("learner")
    chosen = settings()
    torch.set_num_threads(1)
    asyncio.run(_until_stopped(chosen))


async def _until_stopped(chosen: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)

    def load(task: str) -> Frozen:
        return load_frozen(task, chosen.vla, chosen.token)

    device = learning_device(chosen.learner_device)
    async with learner(chosen, load, device):
        be_nice(NICENESS)
        log.info("following runs, episodes and labels; learning on %s", device.type)
        await stop.wait()


@asynccontextmanager
async def learner(
    chosen: Settings, load: Loader, device: torch.device = CPU
) -> AsyncIterator[Feed]:
    """The parts at work. A part that fails takes all with it; a clean end keeps all states."""
    database = Database(chosen.database_url, pool_size=POOL, name="learner")
    store = ObjectStore(chosen.data)
    for kind in ("checkpoints", "suggestions"):
        await asyncio.to_thread(store.sweep, kind)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def published(run_id: UUID, version: int) -> None:
        thread.post(partial(teacher.published, run_id, version))

    publisher = Publisher(database, store, SystemClock(), published)
    teacher = Teacher(publisher)
    thread = TrainingThread(teacher, lambda: loop.call_soon_threadsafe(ended.set))
    suggester = Suggester(database, store)
    feed = Feed(database, Rebuilder(database, store, load, device), thread, teacher, suggester)
    thread.start()
    writing = asyncio.create_task(publisher.run())
    try:
        async with asyncio.TaskGroup() as group:
            helpers = (feed.run(), follow(database.url, feed.heard), _watch(thread, ended, writing))
            tasks = [group.create_task(helper) for helper in helpers]
            yield feed
            for task in tasks:
                task.cancel()
    finally:
        await suggester.close()
        await asyncio.to_thread(thread.stop)
        publisher.close()
        await asyncio.wait((writing,))
        await database.close()


async def _watch(thread: TrainingThread, ended: asyncio.Event, writing: asyncio.Task[None]) -> None:
    """Threads and tasks that died must not look like patient ones."""
    gone = asyncio.create_task(ended.wait())
    try:
        await asyncio.wait((gone, writing), return_when=asyncio.FIRST_COMPLETED)
    finally:
        gone.cancel()
    if writing.done():
        writing.result()
    raise RuntimeError("the training thread ended") from thread.failure
