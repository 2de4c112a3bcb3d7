"""How much learning is due, counted in windows added, never in robots, episodes or seconds."""

from backend.rl.config import RltConfig


class UpdateSchedule:
    """Keeps the account of updates owed to the windows that came in."""

    def __init__(self, config: RltConfig) -> None:
        """Start with nothing owed."""
        self._config = config
        self._owed = 0.0
        self._warm = False

    @property
    def warm(self) -> bool:
        """Whether the warm-up is over and the actor may drive."""
        return self._warm

    @property
    def owed(self) -> float:
        """Updates owed now, with the fraction of one that is not due yet."""
        return self._owed

    @property
    def due(self) -> int:
        """Whole updates owed now."""
        return int(self._owed)

    def added(self, windows: int) -> None:
        """New windows came in (whichever robot they come from)."""
        if self._warm:
            owed = self._owed + windows * self._config.updates_per_transition
            self._owed = min(owed, float(self._config.max_backlog))

    def done(self, updates: int) -> None:
        """Updates were made."""
        self._owed = max(0.0, self._owed - updates)

    def try_finish_warmup(self, episodes: int, windows: int) -> bool:
        """End the warm-up once enough labelled data is there; owe its updates. True on that call.

        Fewer windows than one batch cannot teach anything, so the warm-up then goes on.
        """
        ready = episodes >= self._config.warmup_episodes and windows >= self._config.batch_size
        if self._warm or not ready:
            return False
        self._warm = True
        self._owed = float(self._config.warmup_updates)
        return True

    def resume(self, owed: float) -> None:
        """Go on after a restart: the warm-up is over, and so many updates are owed."""
        self._warm = True
        self._owed = owed

    def beta(self, online_episodes: int) -> float:
        """Pull to the reference after so many online episodes."""
        early = online_episodes < self._config.early_episodes
        return self._config.beta_early if early else self._config.beta
