"""Embedded servers for a test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backend.supervisor.child import Child
from backend.supervisor.postgres import Cluster


class Notices(asyncio.Queue[str]):
    """What the supervisor itself says, without the server's own lines."""

    def write(self, name: str, line: str) -> None:
        if name == "rlt":
            self.put_nowait(line)


@asynccontextmanager
async def started(cluster: Cluster) -> AsyncIterator[tuple[Child, Notices]]:
    cluster.prepare()
    notices = Notices()
    child = Child(cluster.spec(), notices.write, before=cluster.clear_leftovers)
    task = asyncio.create_task(child.run())
    try:
        await cluster.wait_ready()
        yield child, notices
    finally:
        await child.stop()
        await task
