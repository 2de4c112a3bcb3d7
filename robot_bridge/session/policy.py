"""The policy session: observations out, chunks in, and the journal behind it all.

What happened is sent from the journal, episode after episode, each from its first message; so what
was recorded while the session was down, or before the process was restarted, arrives the same way
as what happens now.
"""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from robot_bridge.errors import JournalError
from robot_bridge.protocol.codec import encode
from robot_bridge.protocol.messages import (
    Ack,
    Chunk,
    Observation,
    PolicyDown,
    decode_policy_down,
)
from robot_bridge.session.journal import EpisodeLog, Journal


class PolicyPeer:
    """A cursor over the journal, and one express lane for the newest observation."""

    def __init__(
        self,
        *,
        chunk: Callable[[Chunk], None],
        begun: Callable[[UUID], None],
        lost: Callable[[str], None],
    ) -> None:
        """`begun` tells that the other side has the start of an episode."""
        self._chunk = chunk
        self._begun = begun
        self._lost = lost
        self._sent: dict[UUID, int] = {}
        self._observation: Observation | None = None
        self._wake = asyncio.Event()
        self.journal: Journal | None = None

    def decode(self, data: bytes) -> PolicyDown:
        """Bytes to a message of this session."""
        return decode_policy_down(data)

    def opened(self) -> None:
        """Everything not acknowledged is sent again."""
        self._sent.clear()
        self._observation = None
        self._wake.set()

    def closed(self, why: str) -> None:
        """The policy is gone."""
        self._lost(why)

    def received(self, message: PolicyDown) -> None:
        """An answer or a receipt."""
        if isinstance(message, Chunk):
            self._chunk(message)
        elif isinstance(message, Ack) and self.journal is not None:
            self.journal.acknowledge(message.id)
            self._sent.pop(message.id, None)

    def observe(self, observation: Observation) -> None:
        """Ask for a chunk; a question that has not left yet is replaced."""
        self._observation = observation
        self._wake.set()

    def written(self) -> None:
        """The journal has more to send."""
        self._wake.set()

    async def pump(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Questions first, then what happened, in order."""
        while True:
            if self._observation is not None:
                observation, self._observation = self._observation, None
                await send(encode(observation))
                continue
            log = self._next_log()
            if log is not None:
                await self._send_record(log, send)
                continue
            await self._wake.wait()
            self._wake.clear()

    def _next_log(self) -> EpisodeLog | None:
        if self.journal is None:
            return None
        for log in self.journal.episodes.values():
            if self._sent.get(log.episode_id, 0) < len(log.spans):
                return log
            if not log.ended:
                return None
        return None

    async def _send_record(self, log: EpisodeLog, send: Callable[[bytes], Awaitable[None]]) -> None:
        seq = self._sent.get(log.episode_id, 0)
        try:
            record = await asyncio.to_thread(log.read, seq)
        except JournalError:
            if self.journal is not None and log.episode_id in self.journal.episodes:
                raise
            # The receipt for an earlier delivery came while this one was being read.
            return
        await send(record)
        self._sent[log.episode_id] = seq + 1
        if seq == 0:
            self._begun(log.episode_id)
