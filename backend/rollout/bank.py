"""The frozen models by task, each loaded once, in the worker thread."""

import asyncio
from collections.abc import Callable

from backend.rollout.models import FrozenModels
from backend.rollout.worker import LIVE, Worker

Loader = Callable[[str], FrozenModels]
"""Loads the models of a task; raises ConsoleError when there are none."""


class ModelBank:
    """Who asks twice gets the same models."""

    def __init__(self, worker: Worker, load: Loader) -> None:
        """Nothing is loaded before it is asked for."""
        self._worker = worker
        self._load = load
        self._loaded: dict[str, FrozenModels] = {}
        self._lock = asyncio.Lock()

    async def of(self, task: str) -> FrozenModels:
        """The models of a task. A failure is not remembered: the file may be put in place."""
        async with self._lock:
            if task not in self._loaded:
                self._loaded[task] = await self._worker.run(LIVE, self._load, task)
            return self._loaded[task]

    async def lock_of(self, task: str) -> str:
        """Hash of the lock of the task's models."""
        return (await self.of(task)).lock.sha256
