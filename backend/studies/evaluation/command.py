"""From the words of the command line to a report."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import torch

from backend.config import Settings
from backend.errors import BadRequest, ConfigError
from backend.rl.config import RltConfig
from backend.rollout.models import FrozenModels
from backend.rollout.plan import reference
from backend.studies.evaluation.console import published, run_of_console
from backend.studies.evaluation.contenders import Contender, Sight
from backend.studies.evaluation.evaluate import EXPERT, YARDSTICK, Comparison, compare, report
from backend.studies.evaluation.pace import BASE_EXECUTE, base_name
from backend.studies.evaluation.standing import Progress
from backend.studies.lockstep.rounds import robots
from backend.studies.lockstep.slot import DELAY, Regime
from backend.studies.training.actors import find_actor
from backend.vla.frozen import load_frozen


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked for."""

    task: str
    regime: Regime
    episodes: int
    seed: int
    policies: tuple[str, ...]
    time_scales: tuple[float, ...] | None = None
    executes: tuple[int, ...] | None = None
    sight: Sight = "true"
    cells: int = 2
    threads: int = 1
    yardstick: bool = True


def evaluate(request: Request, settings: Settings, progress: Progress) -> dict[str, Any]:
    """Load, play, and report."""
    torch.set_num_threads(request.threads)
    models = FrozenModels(load_frozen(request.task, settings.vla, settings.token))
    contenders = [
        c for name in request.policies for c in _contenders(name, request, models, settings)
    ]
    if request.yardstick and EXPERT not in contenders:
        contenders.append(YARDSTICK)
    asked = Comparison(
        task=request.task,
        regime=request.regime,
        episodes=request.episodes,
        seed=request.seed,
        contenders=_distinct(contenders),
    )
    with robots(request.task, min(request.cells, request.episodes)) as cells:
        return report(asked, compare(asked, cells, models, progress))


def base(speed: float, execute: int) -> Contender:
    """The base policy, played so fast and re-planned so often."""
    config = RltConfig(reference_speed=speed, approach_speed=speed, chunk=execute, execute=execute)
    return Contender(name=base_name(speed, execute), config=config)


def _contenders(
    name: str, request: Request, models: FrozenModels, settings: Settings
) -> list[Contender]:
    kind, _, which = name.partition(":")
    if name == "expert":
        return [EXPERT]
    if name == "base":
        speeds, executes = request.time_scales or (1.0,), request.executes or (BASE_EXECUTE,)
        found = [base(speed, execute) for speed, execute in product(speeds, executes)]
    elif kind == "run" and which:
        found = _learned(_actor(which, request, models, settings), request)
    else:
        raise BadRequest(f"There is no policy {name!r}: say base, expert or run:ID.")
    for contender in found:
        _check_length(contender, models)
    return found


def _actor(which: str, request: Request, models: FrozenModels, settings: Settings) -> Contender:
    """An actor of the console's run of this number or id, else of a training's folder."""
    run, _, checkpoint = which.partition("@")
    lock = models.lock.sha256
    console = run_of_console(run)
    if console is not None:
        return published(console, checkpoint or "best", request.task, lock, settings)
    learned = find_actor(run, checkpoint or "best", lock)
    name = f"run:{run.rstrip('/').rpartition('/')[2]}" + (f"@{checkpoint}" if checkpoint else "")
    return Contender(name=name, config=learned.config, snapshot=learned.snapshot)


def _learned(own: Contender, request: Request) -> list[Contender]:
    """An actor at the run's own pace, or at each of the paces that were asked for."""
    if request.sight != "true":
        own = replace(own, name=f"{own.name} token={request.sight}", sight=request.sight)
    if request.time_scales is None and request.executes is None:
        return [own]
    speeds = request.time_scales or (own.config.reference_speed,)
    executes = request.executes or (own.config.execute,)
    return [
        replace(
            own,
            name=f"{own.name} x{speed:g} every {execute}",
            config=replace(own.config, reference_speed=speed, execute=execute),
        )
        for speed, execute in product(speeds, executes)
    ]


def _check_length(contender: Contender, models: FrozenModels) -> None:
    config, spec = contender.config, models.vla.spec
    empty = torch.zeros(spec.horizon, len(spec.action_names)).numpy()
    try:
        reference(empty, config.reference_speed, delay=DELAY, length=config.chunk)
    except ConfigError as error:
        raise BadRequest(error.detail) from error


def _distinct(contenders: Sequence[Contender]) -> list[Contender]:
    return list({contender.name: contender for contender in contenders}.values())
