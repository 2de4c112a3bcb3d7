"""The cross-entropy method on a success flag.

The only reward is the flag of the episode, plus a share for time that was left. While nothing
succeeds there is no direction, and genomes are drawn from scratch; after the first success the best
ones are varied, and a part is always drawn from scratch. A search that has settled starts again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from robot_bridge.robots.base import Vector
from robot_bridge.studies.audit.spaces import Space
from robot_bridge.studies.play import Episode

CROWD, ELITE, FRESH = 32, 6, 6
"""Genomes per generation, how many of them lead the next one, how many are drawn from scratch."""
STARTS = 3
"""Starts that a genome is tried on; after the first failure it is not tried on further ones."""
KEEP = 0.3
"""Share of the old spread in the new one."""
SETTLED = 0.015
"""A mean spread below this, in genome units, is a search that has come to its end."""

Trial = Callable[[Vector, int], Episode]


@dataclass(frozen=True)
class Success:
    """A genome that succeeded from one start."""

    genome: Vector
    episode: Episode


@dataclass
class Findings:
    """What one search tried and found."""

    name: str
    steps: int = 0
    episodes: int = 0
    restarts: int = 0
    successes: list[Success] = field(default_factory=list)
    ranked: list[tuple[float, Vector]] = field(default_factory=list)
    """Genomes that succeeded from all starts they were tried on, with their scores."""

    def best(self, count: int) -> list[Vector]:
        """The genomes with the highest scores."""
        return [genome for _, genome in sorted(self.ranked, key=lambda one: -one[0])[:count]]


@dataclass
class _Cloud:
    """Where the next generation is drawn."""

    mean: Vector
    spread: Vector

    def follow(self, leaders: Vector) -> None:
        self.mean = leaders.mean(axis=0)
        self.spread = KEEP * self.spread + (1.0 - KEEP) * leaders.std(axis=0)


def score(episodes: Iterable[Episode], horizon: int) -> float:
    """Per start: nothing for a failure, one and the share of the time that was left else."""
    return sum(1.0 + (horizon - e.steps) / horizon if e.succeeded else 0.0 for e in episodes)


class Search:
    """One run over one family of policies."""

    def __init__(self, space: Space, trial: Trial, seed: int, horizon: int) -> None:
        self.findings = Findings(space.name)
        self._space, self._trial, self._horizon = space, trial, horizon
        self._rng = np.random.default_rng(seed)
        self._cloud: _Cloud | None = None
        self._champion: Vector | None = None

    def run(self, budget: int) -> Findings:
        """Go on until so many control steps have been spent."""
        while self.findings.steps < budget:
            self._generation()
        return self.findings

    def _generation(self) -> None:
        starts = [int(seed) for seed in self._rng.integers(2**31, size=STARTS)]
        crowd = self._crowd()
        scores = np.array([self._judge(genome, starts) for genome in crowd])
        order = np.argsort(-scores, kind="stable")
        leaders = [index for index in order[:ELITE] if scores[index] > 0.0]
        if not leaders:
            return
        chosen = np.array([crowd[index] for index in leaders])
        self._champion = chosen[0]
        if self._cloud is None:
            self._cloud = _Cloud(chosen[0], np.full(self._space.size, 0.3))
        self._cloud.follow(np.vstack([chosen, self._cloud.mean]))
        if float(self._cloud.spread.mean()) < SETTLED:
            self._cloud, self._champion = None, None
            self.findings.restarts += 1

    def _crowd(self) -> list[Vector]:
        rng, cloud = self._rng, self._cloud
        if cloud is None or self._champion is None:
            return [self._space.draw(rng) for _ in range(CROWD)]
        near = [
            cloud.mean + cloud.spread * rng.normal(0.0, 1.0, self._space.size)
            for _ in range(CROWD - FRESH - 1)
        ]
        return [self._champion, *near, *(self._space.draw(rng) for _ in range(FRESH))]

    def _judge(self, genome: Vector, starts: list[int]) -> float:
        found, episodes = self.findings, []
        for start in starts:
            episode = self._trial(genome, start)
            episodes.append(episode)
            found.steps += episode.steps
            found.episodes += 1
            if not episode.succeeded:
                break
            found.successes.append(Success(genome, episode))
        total = score(episodes, self._horizon)
        if all(episode.succeeded for episode in episodes):
            found.ranked.append((total, genome))
        return total
