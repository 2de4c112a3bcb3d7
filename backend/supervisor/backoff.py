"""How long to wait before a process is started again."""

from dataclasses import dataclass

FIRST_S = 0.2
LONGEST_S = 5.0
HEALTHY_S = 5.0


@dataclass
class Backoff:
    """None after 5 s of life; else it doubles from 0.2 s to 5 s."""

    next_s: float = FIRST_S

    def after(self, ran_s: float) -> float:
        """Seconds to wait after a process that ran for `ran_s` has ended."""
        if ran_s >= HEALTHY_S:
            self.next_s = FIRST_S
            return 0.0
        delay = self.next_s
        self.next_s = min(LONGEST_S, 2.0 * delay)
        return delay
