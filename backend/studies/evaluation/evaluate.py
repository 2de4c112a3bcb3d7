"""Several policies on the same starts, in turn, every success audited."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid5

from backend.errors import ConfigError
from backend.rl.config import RltConfig
from backend.rollout.handshake import refuse_robot
from backend.rollout.models import FrozenModels
from backend.studies.bench.figures import machine
from backend.studies.evaluation.alarms import audit
from backend.studies.evaluation.attempts import Row, row_of
from backend.studies.evaluation.contenders import Contender, Table
from backend.studies.evaluation.figures import figures
from backend.studies.evaluation.standing import Progress, Standing
from backend.studies.lockstep.link import LockstepRobot
from backend.studies.lockstep.rounds import play_all
from backend.studies.lockstep.slot import Order, Regime
from backend.vla.card import command_line, git_revision

FIRST_SEED = 1_000_000
"""Seeds from here on belong to evaluations: no demonstration and no training starts there."""
SEEDS_EACH = 10_000
EXPERT = Contender(name="expert", config=RltConfig(chunk=10, execute=10), expert=True)
YARDSTICK = replace(EXPERT, most_episodes=20)
"""Demonstrations that successes are compared with when the demonstrator is no contender."""

_NAMESPACE = UUID("b6a5b1a0-0f3f-4a53-8a9e-6a5b0f0f7d11")


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What to evaluate."""

    task: str
    regime: Regime
    episodes: int
    seed: int
    contenders: Sequence[Contender]
    """With the demonstrator among them, audits can compare forces and ends."""

    def start(self, number: int) -> int:
        """Seed of a start, the same for every contender."""
        return FIRST_SEED + self.seed * SEEDS_EACH + number


@dataclass
class Outcome:
    """Rows by contender, and how long it took."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    seconds: float = 0.0


def compare(
    asked: Comparison, cells: Sequence[LockstepRobot], models: FrozenModels, progress: Progress
) -> Outcome:
    """Play everything."""
    for cell in cells:
        refused = refuse_robot(cell.hello, models.vla.spec)
        if refused is not None:
            raise ConfigError(f"{refused.reason} {refused.advice}")
    began = time.monotonic()
    orders: list[Order] = []
    plays: dict[UUID, Contender] = {}
    numbers: dict[UUID, int] = {}
    for number, contender in _interleaved(asked):
        name = f"{asked.task}/{asked.regime}/{contender.name}/{asked.start(number)}"
        order = Order(
            episode_id=uuid5(_NAMESPACE, name),
            seed=asked.start(number),
            regime=asked.regime,
            config=contender.config,
            expert=contender.expert,
        )
        orders.append(order)
        plays[order.episode_id], numbers[order.episode_id] = contender, number
    found = Outcome({contender.name: [] for contender in asked.contenders})
    for made, slot in enumerate(play_all(cells, orders, Table(models, plays).answer), start=1):
        key = slot.order.episode_id
        found.rows[plays[key].name].append(row_of(slot, numbers[key]))
        progress(_standing(found, made, len(orders), time.monotonic() - began))
    for rows in found.rows.values():
        rows.sort(key=lambda row: row.start)
    found.seconds = time.monotonic() - began
    return found


def report(asked: Comparison, found: Outcome) -> dict[str, Any]:
    """The whole report: the first contender's figures on top, then everybody's."""
    expert = found.rows.get(EXPERT.name, [])
    policies = {}
    for contender in asked.contenders:
        rows = found.rows[contender.name]
        policies[contender.name] = {
            **figures(rows, asked.seed),
            "reference_speed": contender.config.reference_speed,
            "execute": contender.config.execute,
            "audit": audit(rows, expert),
            "rows": [row.to_dict() for row in rows],
        }
    first = policies[asked.contenders[0].name]
    return {
        **{name: value for name, value in first.items() if name not in {"rows", "audit"}},
        "seconds": round(found.seconds, 1),
        "task": asked.task,
        "regime": asked.regime,
        "seed": asked.seed,
        "first_start": asked.start(0),
        "alarms": [
            f"{n}: {line}" for n, one in policies.items() for line in one["audit"]["alarms"]
        ],
        "command": command_line(),
        "revision": git_revision(),
        "machine": machine(),
        "policies": policies,
    }


def _interleaved(asked: Comparison) -> list[tuple[int, Contender]]:
    return [
        (number, contender)
        for number in range(asked.episodes)
        for contender in asked.contenders
        if number < contender.most_episodes
    ]


def _standing(found: Outcome, made: int, total: int, seconds: float) -> Standing:
    return Standing(
        done=made,
        of=total,
        seconds_left=seconds / made * (total - made),
        policies={
            name: (sum(row.success for row in rows), len(rows))
            for name, rows in found.rows.items()
            if rows
        },
    )
