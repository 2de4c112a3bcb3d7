"""Who decides on the hand-off, chunk by chunk. One adviser for each policy session."""

from typing import TYPE_CHECKING

from backend.rl.suggestions.hand_off import Hysteresis
from backend.rollout.plan import Plan
from robot_bridge.protocol.messages import HandOff, Observation

if TYPE_CHECKING:
    from uuid import UUID

WORDS: dict[str, HandOff] = {"truth": "truth", "operator": "operator"}
"""Settings of a run that say it without looking."""


class Adviser:
    """Remembers how long the precise part has been likely in the attempt under way."""

    def __init__(self) -> None:
        """No attempt yet."""
        self._episode_id: UUID | None = None
        self._rule = Hysteresis()

    def word(self, observation: Observation, plan: Plan, probability: float | None) -> HandOff:
        """What the chunk for this observation says.

        Args:
            observation: a new attempt begins anew; one with the actor driving was decided.
            plan: whose setting counts.
            probability: that a hand-off is due; None while nothing was learned, and then unattended
                attempts hand off by truth, so that there are switches to learn from.
        """
        known = WORDS.get(plan.config.hand_off)
        if known is not None:
            return known
        if observation.episode_id != self._episode_id:
            self._episode_id, self._rule = observation.episode_id, Hysteresis()
        if observation.rl:
            self._rule.overruled()
        if probability is None:
            return "truth"
        return "now" if self._rule.heard(probability) else "wait"
