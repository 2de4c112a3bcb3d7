"""How often something may be tried."""

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from backend.errors import TooMany


class Limits:
    """Moving windows in the memory of the one web process."""

    def __init__(self) -> None:
        """All windows start empty."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def hit(self, rule: str, *key: str) -> None:
        """Count one try under `key`; raises TooMany when `rule` ("5/minute") is used up."""
        item: RateLimitItem = parse(rule)
        if not await self._limiter.hit(item, *key):
            raise TooMany(f"Too many tries: at most {rule.replace('/', ' per ')}. Wait a little.")
