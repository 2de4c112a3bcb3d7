"""What a training is told, apart from the algorithm's own settings."""

from dataclasses import asdict, dataclass
from random import Random
from typing import Any
from uuid import UUID, uuid5

from backend.rl.config import RltConfig
from backend.rl.rewards import Outcome
from backend.studies.evaluation.contenders import Sight
from backend.studies.lockstep.slot import Help, Order, Regime

FIRST_SEED = 10_000_000
"""Seeds of training starts begin here, far from demonstrations and evaluations."""
SEEDS_EACH = 100_000
BEST_BY = "wall_clock_throughput_per_10min"
"""What makes a checkpoint the best: successes in the time that a line has, resets included."""

_NAMESPACE = UUID("0a9c3a9e-7f3b-4b7e-8f0e-5f0d2f3c9b21")


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """One training. Two equal plans give equal trainings."""

    task: str
    regime: Regime
    episodes: int
    seed: int
    config: RltConfig
    watch_every: int = 50
    """Episodes between two evaluations on the watched starts; 0 for none."""
    watch_episodes: int = 50
    final_episodes: int = 100
    """Fresh starts at the end; 0 for none."""
    critical_first: int = 0
    """Attempts of the critical regime before those of the full one: the paper's curriculum."""
    both: bool = False
    """Whether the final comparison is made in the other regime too, with the same actors."""
    sight: Sight = "true"
    """Ablation: what the actor gets for the RL token, in training and in evaluation."""
    help: Help | None = None
    """When the demonstrator helps; None: never."""
    wrong_labels: float = 0.0
    """Share of attempts that are labelled wrongly until they are corrected."""
    correct_at: int = 0
    """Episode after which wrong labels are corrected."""

    @property
    def compared_in(self) -> tuple[Regime, ...]:
        """Regimes of the final comparison, that of practice first."""
        other: Regime = "full" if self.regime == "critical" else "critical"
        return (self.regime, other) if self.both else (self.regime,)

    @property
    def run_id(self) -> UUID:
        """The run that its episodes name."""
        return uuid5(_NAMESPACE, f"{self.task}/{self.regime}/{self.seed}")

    def order(self, number: int) -> Order:
        """The attempt of this number, from 0."""
        seed = FIRST_SEED + self.seed * SEEDS_EACH + number
        return Order(
            episode_id=uuid5(self.run_id, str(number)),
            seed=seed,
            regime="critical" if number < self.critical_first else self.regime,
            config=self.config,
            explore=True,
            help=self.help,
            run_id=self.run_id,
        )

    def mislabelled(self, number: int) -> bool:
        """Whether the attempt of this number gets the wrong label at first."""
        early = number < self.correct_at
        return early and Random(f"{self.seed}/{number}").random() < self.wrong_labels

    def label(self, number: int, success: bool) -> Outcome:
        """The label that is given when the attempt is over."""
        return "success" if success != self.mislabelled(number) else "failure"

    def to_dict(self) -> dict[str, Any]:
        """Ready for JSON."""
        return asdict(self)
