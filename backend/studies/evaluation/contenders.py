"""Who plays in a study, and how each answers the robots' questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

import torch

from backend.rl.config import RltConfig
from backend.rollout.decide import choose, moment_of
from backend.rollout.models import FrozenModels, Stopwatch, seeded
from backend.rollout.moments import Sensed
from backend.rollout.plan import Plan, Snapshot
from backend.studies.lockstep.slot import Slot
from robot_bridge.protocol.messages import Chunk, Observation

Sight = Literal["true", "zero", "noise"]
"""What the actor gets for the RL token: itself, or an ablation of it."""


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One policy of a comparison."""

    name: str
    config: RltConfig
    """How the reference is played: its speed, and how much of a chunk."""
    snapshot: Snapshot | None = None
    """The actor; without one the reference itself plays."""
    expert: bool = False
    """The task's demonstrator drives instead."""
    sight: Sight = "true"
    most_episodes: int = 1_000_000
    """Takes part in so many starts at most."""


def shown(sensed: Sensed, sight: Sight) -> Sensed:
    """What was sensed, as an ablation lets the actor see it."""
    if sight == "true":
        return sensed
    z = torch.zeros(sensed.z.shape)
    if sight == "noise":
        # Tokens have mean 0 and deviation 1, see `RlToken`.
        z = torch.randn(
            z.shape, generator=seeded("token", sensed.moment.episode_id, sensed.moment.step)
        )
    return replace(sensed, z=z.numpy())


class Table:
    """Answers the questions of several attempts in one pass of the frozen models."""

    def __init__(self, models: FrozenModels, plays: Mapping[UUID, Contender]) -> None:
        """`plays` says who plays which attempt."""
        self._models = models
        self._plays = plays

    def answer(self, asking: Sequence[Slot]) -> list[Chunk]:
        """One chunk for each question."""
        questions = [slot.question for slot in asking if slot.question is not None]
        if not questions:
            return []
        moments = [moment_of(question) for question in questions]
        sensed = self._models.sense_all(moments, asking[0].robot.hello.instruction)
        return [
            self._choose(question, seen, self._plays[question.episode_id])
            for question, seen in zip(questions, sensed, strict=True)
        ]

    def _choose(self, question: Observation, sensed: Sensed, contender: Contender) -> Chunk:
        return choose(
            question,
            shown(sensed, contender.sight),
            Plan(run_id=None, config=contender.config, snapshot=contender.snapshot),
            self._models.vla.normalisation,
            question.episode_id,
            Stopwatch(),
        )
