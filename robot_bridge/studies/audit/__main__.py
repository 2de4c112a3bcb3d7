"""Look for false successes in a simulated task, and for the shortest honest one.

    python -m robot_bridge.studies.audit TASK --steps 200000 --seed S --json FILE --film FILE

Also `rlt audit`. The optimiser knows the pose of the held object and of the goal, starts from
nothing and is paid by the success flag and by time alone. It searches plans (places, forces,
patience), blind motions, and blind motions on top of the best plan. All successes are played again
before a witness; cheats, careless scripts and the demonstrator follow. The exit status is 1 when
anything false counted.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import mujoco
import numpy as np

from robot_bridge.errors import BridgeError
from robot_bridge.robots.base import Regime, Vector
from robot_bridge.sim.tasks import TASKS
from robot_bridge.studies import careless
from robot_bridge.studies.audit import report
from robot_bridge.studies.audit.charges import attest, attest_all, witness_for
from robot_bridge.studies.audit.cheats import CHEATS, HONEST, Script
from robot_bridge.studies.audit.search import Findings, Search
from robot_bridge.studies.audit.spaces import Motions, Plans, Shaken, Space
from robot_bridge.studies.film import write_strip
from robot_bridge.studies.play import (
    NO_LIMIT,
    Episode,
    Policy,
    connected,
    demonstrator,
    play,
)

SHARES = {"plans": 0.5, "motions": 0.3, "shaken plans": 0.2}
"""Of the control steps that are spent on each search."""
FRESH_STARTS = 50
FIRST_FRESH, FIRST_CHEAT, FIRST_SHOWN = 700_000, 800_000, 900_000
FINALISTS = 6


@dataclass(frozen=True)
class Order:
    """What to audit, and how hard."""

    task: str
    regime: Regime = "critical"
    steps: int = 200_000
    seed: int = 0
    episodes: int = FRESH_STARTS
    """Starts for the best plan, for each cheat (a part of them) and for the demonstrator."""


class Auditor:
    """One audit of one task."""

    def __init__(self, order: Order, say: Callable[[str], None]) -> None:
        self.order, self._say = order, say
        self.robot = connected(order.task)
        self._witness = witness_for(self.robot)
        # Half the time that anybody has: what hovers for longer teaches nothing.
        self._horizon = self.robot.spec.max_steps[order.regime] // 2
        self._plans = Plans()
        self.best: Vector | None = None
        self.objections: list[str] = []

    def _play(self, script: Policy, seed: int, steps: int = NO_LIMIT) -> Episode:
        return play(self.robot, script, seed, regime=self.order.regime, steps=steps)

    def run(self) -> report.Figures:
        """All of it."""
        order = self.order
        searches = [self._search(self._plans)]
        fresh = self._finals(searches[0][0])
        searches.append(self._search(Motions()))
        if self.best is not None:
            best = self.best
            searches.append(self._search(Shaken(lambda: self._plans.policy(best))))
        return {
            "task": order.task,
            "regime": order.regime,
            "seed": order.seed,
            "mujoco": mujoco.__version__,
            "searches": [figures for _, figures in searches],
            "control_steps": sum(figures["control_steps"] for _, figures in searches),
            "successes": sum(figures["successes"] for _, figures in searches),
            "physical_limit": report.limit(self.robot, fresh),
            "cheats": {name: self._cheat(name) for name in CHEATS[order.task]},
            "honest_script": self._scripted(HONEST[order.task], "honest"),
            "careless": self._careless(),
            "demonstrator": self._demonstrator(),
            "false_successes": len(self.objections),
            "objections": self.objections,
        }

    def _search(self, space: Space) -> tuple[Findings, report.Figures]:
        budget = round(self.order.steps * SHARES[space.name])

        def trial(genome: Vector, seed: int) -> Episode:
            return self._play(space.policy(genome), seed, self._horizon)

        number = [*SHARES].index(space.name)
        found = Search(space, trial, 10 * self.order.seed + number, self._horizon).run(budget)
        audited = attest_all(self.robot, space, found.successes, self.order.regime)
        for success, one in zip(found.successes, audited, strict=True):
            if one.is_false:
                told = "; ".join(one.objections) or "it did not happen a second time"
                self.objections.append(f"{space.name}, seed {success.episode.seed}: {told}")
        figures = report.of_search(found, audited)
        self._say(json.dumps(figures))
        return found, figures

    def _finals(self, found: Findings) -> list[Episode]:
        """The best plans, each from fresh starts; the fastest of the most reliable is the limit."""
        seeds = range(FIRST_FRESH, FIRST_FRESH + self.order.episodes)
        rounds: list[tuple[float, int, Vector, list[Episode]]] = []
        for genome in found.best(FINALISTS):
            episodes = [self._play(self._plans.policy(genome), seed) for seed in seeds]
            good = [e.steps for e in episodes if e.succeeded]
            mean = float(np.mean([e.steps if e.succeeded else self._horizon for e in episodes]))
            rounds.append((mean, len(rounds), genome, episodes))
            self._say(f"finalist: {len(good)} of {len(episodes)}, mean {mean:.0f}")
        if not rounds:
            return []
        _, _, self.best, episodes = min(rounds, key=lambda one: one[:2])
        return episodes

    def _scripted(self, script: Script, name: str) -> report.Figures:
        """One script from some starts; what it wins must convince the witness too."""
        episodes = []
        for offset in range(max(1, self.order.episodes * 2 // 5)):
            seed = FIRST_CHEAT + offset

            def policy(seed: int = seed) -> Policy:
                return script(np.random.default_rng(seed))

            episodes.append(self._play(policy(), seed, self._horizon))
            if episodes[-1].succeeded:
                self._hear(policy(), episodes[-1], name)
        return report.tally(episodes)

    def _hear(self, policy: Policy, episode: Episode, name: str) -> None:
        told = attest(self.robot, self._witness, policy, episode, self.order.regime)
        if told.is_false:
            self.objections.append(f"{name}, seed {episode.seed}: {'; '.join(told.objections)}")

    def _cheat(self, name: str) -> report.Figures:
        figures = self._scripted(CHEATS[self.order.task][name], name)
        if figures["successes"]:
            self.objections.append(f"the cheat “{name}” succeeded {figures['successes']} times")
        self._say(f"{name}: {figures['endings']}")
        return figures

    def _careless(self) -> report.Figures:
        seeds = range(FIRST_CHEAT, FIRST_CHEAT + 2 * self.order.episodes)
        return {
            name: report.of_careless(careless.count(self.robot, name, seeds))
            for name in careless.CARELESS
        }

    def _demonstrator(self) -> report.Figures:
        seeds = range(FIRST_SHOWN, FIRST_SHOWN + self.order.episodes)
        return report.tally(self._play(demonstrator(self.order.task, seed), seed) for seed in seeds)

    def film(self, out: Path) -> None:
        """The best plan's shortest fresh episode as a strip of pictures."""
        if self.best is None:
            return
        seeds = range(FIRST_FRESH, FIRST_FRESH + self.order.episodes)
        policy = self._plans.policy
        shown = [
            play(self.robot, policy(self.best), s, regime=self.order.regime, keep=True)
            for s in seeds
        ]
        good = [episode for episode in shown if episode.succeeded]
        if good:
            write_strip(self.robot, min(good, key=lambda episode: episode.steps), out)


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Audit, print, write."""
    parser = argparse.ArgumentParser(prog="rlt audit", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("task", choices=sorted(TASKS))
    parser.add_argument("--regime", choices=("critical", "full"), default="critical")
    parser.add_argument("--steps", type=int, default=Order.steps, help="control steps to search")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--episodes", type=int, default=FRESH_STARTS, help="starts per script")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--film", type=Path, help="write the best episode here, PNG")
    given = parser.parse_args(argv)
    if min(given.steps, given.episodes) < 1 or given.seed < 0:
        sys.stderr.write("--steps and --episodes must be at least 1, --seed at least 0\n")
        return 2
    order = Order(given.task, given.regime, given.steps, given.seed, given.episodes)
    try:
        auditor = Auditor(order, _tell)
        figures = auditor.run()
        if given.film is not None:
            auditor.film(given.film)
    except BridgeError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if given.json is not None:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")
    sys.stdout.write("\n".join(report.lines(figures)) + "\n")
    return 1 if figures["false_successes"] else 0


if __name__ == "__main__":
    sys.exit(main())
