"""From the words of the command line to a training and its report."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from backend.config import Settings
from backend.errors import ConfigError
from backend.learner.device import learning_device
from backend.rl.alarms import STRETCH
from backend.rollout.handshake import refuse_robot
from backend.rollout.models import FrozenModels
from backend.rollout.plan import Snapshot
from backend.studies.bench.figures import machine
from backend.studies.evaluation.command import base
from backend.studies.evaluation.contenders import Contender
from backend.studies.evaluation.evaluate import YARDSTICK, Comparison, compare, report
from backend.studies.evaluation.figures import figures
from backend.studies.evaluation.pace import base_paces
from backend.studies.evaluation.standing import Standing, in_words
from backend.studies.lockstep.link import LockstepRobot
from backend.studies.lockstep.rounds import robots
from backend.studies.lockstep.slot import Regime
from backend.studies.training.actors import load_actor
from backend.studies.training.folder import TrainingFolder
from backend.studies.training.loop import Training
from backend.studies.training.plan import TrainingPlan
from backend.vla.card import command_line, git_revision
from backend.vla.frozen import Frozen, load_frozen

WATCHED = 900
"""Which set of starts is watched while training; `rlt evaluate` has no reason to use it."""

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Request:
    """A training to be made."""

    plan: TrainingPlan
    out: Path
    resume: bool = False
    speed: str = "max"
    cells: int = 2
    """Simulated robots side by side in evaluations."""
    threads: int = 1


def train(request: Request, settings: Settings, say: Say) -> dict[str, Any]:
    """Train, evaluate, and report."""
    torch.set_num_threads(request.threads)
    device = learning_device(settings.learner_device)
    plan = request.plan
    frozen = load_frozen(plan.task, settings.vla, settings.token)
    folder = TrainingFolder(request.out, plan, frozen.lock.sha256)
    folder.open(resume=request.resume)
    with _cells(request) as (trained, watched):
        refused = refuse_robot(trained.hello, frozen.vla.spec)
        if refused is not None:
            raise ConfigError(f"{refused.reason} {refused.advice}")
        jury = _Jury(plan, frozen, watched, say)
        training = Training(plan, folder, frozen, jury.watch, say, device)
        made = training.restore()
        if made:
            say(f"going on after {made} episodes")
        training.run(trained, made)
        compared_in = plan.compared_in if plan.final_episodes else ()
        finals = [jury.final(folder, regime) for regime in compared_in]
    return {
        "task": plan.task,
        "regime": plan.regime,
        "seed": plan.seed,
        "plan": plan.to_dict(),
        "lock": frozen.lock.sha256,
        "active_robot_minutes": training.active_minutes,
        # Of every sitting: a training that was broken off has more than one.
        "seconds": round(training.practice_seconds + training.watch_seconds, 1),
        "seconds_by_episode": round(training.practice_seconds, 1),
        "updates": training.trainee.trainer.updates,
        "utd": training.trainee.utd,
        "command": command_line(),
        "revision": git_revision(),
        "machine": machine(),
        "episodes": training.rows,
        "watched": training.watched,
        "alarms": {
            str(done): lines
            for done in range(STRETCH, len(training.rows) + 1, STRETCH)
            if (lines := training.alarms(done))
        },
        "final": finals[0] if finals else None,
        "final_in_other_regime": finals[1] if len(finals) > 1 else None,
    }


@contextmanager
def _cells(request: Request) -> Iterator[tuple[LockstepRobot, list[LockstepRobot]]]:
    """The robot that practises, and those that evaluate."""
    plan = request.plan
    with (
        LockstepRobot(plan.task, anchors=True, speed=request.speed) as practising,
        robots(plan.task, request.cells) as watched,
    ):
        yield practising, watched


@dataclass(frozen=True)
class _Jury:
    """Evaluates actors of one training."""

    plan: TrainingPlan
    frozen: Frozen
    cells: Sequence[LockstepRobot]
    say: Say

    def watch(self, snapshot: Snapshot) -> dict[str, Any]:
        """The actor of this moment on the watched starts."""
        asked = self._comparison([self._actor("actor", snapshot)], WATCHED, self.plan.regime)
        found = compare(asked, self.cells, FrozenModels(self.frozen), _silent)
        return figures(found.rows["actor"]) | {"watch_seconds": round(found.seconds, 1)}

    def final(self, folder: TrainingFolder, regime: Regime) -> dict[str, Any]:
        """Best watched and last actor, the copy, the base policy at its paces: fresh starts."""
        self.say(f"final comparison, {regime} regime")
        config = self.plan.config
        contenders = []
        for name in ("best", "last", "copy"):
            path = folder.actor_path(name)
            if path.exists():
                learned = load_actor(path, self.frozen.lock.sha256)
                contenders.append(self._actor(name, learned.snapshot))
        paces = base_paces(config.reference_speed, config.execute)
        contenders += [base(speed, execute) for speed, execute in paces]
        asked = self._comparison([*contenders, YARDSTICK], self.plan.seed, regime)
        models = FrozenModels(self.frozen)
        return report(asked, compare(asked, self.cells, models, in_words(self.say)))

    def _actor(self, name: str, snapshot: Snapshot) -> Contender:
        return Contender(
            name=name, config=self.plan.config, snapshot=snapshot, sight=self.plan.sight
        )

    def _comparison(self, contenders: Sequence[Contender], seed: int, regime: Regime) -> Comparison:
        plan = self.plan
        return Comparison(
            task=plan.task,
            regime=regime,
            episodes=plan.watch_episodes if seed == WATCHED else plan.final_episodes,
            seed=seed,
            contenders=contenders,
        )


def _silent(_standing: Standing) -> None:
    """A watch is summed up in one line by the training itself."""
