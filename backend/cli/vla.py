"""`rlt vla eyes` and `rlt vla train`: train the compact model on demonstrations."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from backend.cli import Commands
from backend.errors import ConfigError

if TYPE_CHECKING:
    from backend.vla.card import Card
    from backend.vla.compact.config import CompactConfig
    from backend.vla.examples import Examples
    from backend.vla.eye_training import EyeTrainer
    from backend.vla.training import Trainer

_LINE_EVERY = 50
_SAVED_EVERY = 250
_JUDGED_EVERY = 500


def register(commands: Commands) -> None:
    """Add `rlt vla`."""
    group = commands.add_parser("vla", help="train the built-in vision-language-action model")
    actions = group.add_subparsers(dest="vla_command", required=True)
    eyes = actions.add_parser("eyes", help="first: train its eyes on demonstration files")
    eyes.add_argument(
        "--from",
        dest="start",
        type=Path,
        metavar="FILE",
        help="eyes to begin with, trained before, alone or in a VLA",
    )
    eyes.add_argument("--even", action="store_true", help="draw near and far anchors equally often")
    _add_options(eyes, steps=4500, batch=256)
    eyes.set_defaults(run=run_eyes)
    train = actions.add_parser("train", help="then: train the whole on the same files")
    train.add_argument("--eyes", type=Path, required=True, metavar="FILE")
    train.add_argument(
        "--hide",
        nargs="+",
        default=[],
        metavar="PATTERN",
        help="proprioception that the policy does not see, for instance 'tcp_v*' 'lead_*'",
    )
    _add_options(train, steps=6000, batch=128)
    train.set_defaults(run=run_train)


def _add_options(parser: argparse.ArgumentParser, *, steps: int, batch: int) -> None:
    parser.add_argument("--demos", type=Path, nargs="+", required=True, metavar="FILE")
    parser.add_argument("--steps", type=int, default=steps, help=f"gradient steps ({steps})")
    parser.add_argument("--batch", type=int, default=batch, help=f"examples per step ({batch})")
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="use every N-th anchor (default 1)"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1, help="processor cores (default 1)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")


def run_eyes(arguments: argparse.Namespace) -> int:
    """Train the eyes, report, and write them with their card."""
    # Imported here so that other commands start without loading torch.
    from backend.vla.card import git_revision
    from backend.vla.checkpoint import load_eyes, save_eyes
    from backend.vla.compact.eyes import Eyes
    from backend.vla.eye_training import EyePlan, EyeTrainer

    revision = git_revision()
    config, tasks = _read(arguments)
    eyes = Eyes(config)
    if arguments.start is not None:
        eyes.begin(load_eyes(arguments.start, config))
    plan = EyePlan(
        steps=arguments.steps,
        batch_size=arguments.batch,
        seed=arguments.seed,
        even=arguments.even,
    )
    trainer = EyeTrainer(eyes, tasks, plan)
    partial = _go_on(trainer, arguments.out)
    lines = _Lines(trainer.step, plan.steps)

    def pause() -> None:
        if trainer.step % _SAVED_EVERY == 0:
            trainer.save(partial)

    trainer.run(lambda step, loss: lines.heard(step, {"error": loss}), pause)
    card = _card("eyes", tasks, arguments, revision, trainer.errors())
    _tell(arguments.out, card, save_eyes(arguments.out, eyes, config, card))
    partial.unlink(missing_ok=True)
    return 0


def run_train(arguments: argparse.Namespace) -> int:
    """Train, report, and write the checkpoint with its card."""
    from backend.vla.card import git_revision
    from backend.vla.checkpoint import load_eyes
    from backend.vla.compact.model import CompactNetwork
    from backend.vla.training import Losses, Plan, Trainer

    revision = git_revision()
    config, tasks = _read(arguments)
    network = CompactNetwork(config)
    network.encoder.eyes.load_state_dict(load_eyes(arguments.eyes, config))
    plan = Plan(
        steps=arguments.steps,
        batch_size=arguments.batch,
        seed=arguments.seed,
        hidden=tuple(arguments.hide),
    )
    trainer = Trainer(network, tasks, plan)
    partial = _go_on(trainer, arguments.out)
    lines = _Lines(trainer.step, plan.steps)

    def report(step: int, losses: Losses) -> None:
        parts = {"flow": losses.flow, "future": losses.future, "seen": losses.seen}
        lines.heard(step, {name: float(value) for name, value in parts.items()})
        if step % _JUDGED_EVERY == 0:
            for name, error in trainer.held_out().items():
                _say(f"    {name.replace('_held_out', '')} {error:.3f}")

    def pause() -> None:
        if trainer.step % _SAVED_EVERY == 0:
            trainer.save(partial)

    trainer.run(report, pause)
    card = _card("vla", tasks, arguments, revision, trainer.held_out(limit=4096))
    _tell(arguments.out, card, _save(trainer, tasks, arguments.out, card))
    partial.unlink(missing_ok=True)
    return 0


def _read(arguments: argparse.Namespace) -> "tuple[CompactConfig, list[Examples]]":
    """The demonstrations, and the model that fits them."""
    import torch

    from backend.vla.compact.config import CompactConfig
    from backend.vla.demos import load_by_task
    from backend.vla.examples import Examples

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    demos = load_by_task(arguments.demos, every=arguments.every)
    meta = demos[0].meta
    try:
        config = CompactConfig(
            tasks=tuple(one.meta.task for one in demos),
            cameras=meta.cameras,
            image_size=meta.image_size,
            state=len(meta.state_names),
            foresight=len(meta.state_names),
            action=len(meta.action_names),
        )
    except ValueError as error:
        raise ConfigError(f"These demonstrations do not fit the model: {error}") from error
    tasks = [Examples(one, config.horizon) for one in demos]
    for one in tasks:
        training, held_out = len(one.training), len(one.held_out)
        _say(f"{one.demos.meta.task}: {training} training and {held_out} held-out examples")
    return config, tasks


def _go_on(trainer: "Trainer | EyeTrainer", out: Path) -> Path:
    """Where progress is kept; take up what an interrupted training left there."""
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(out.name + ".partial")
    if partial.exists():
        trainer.load(partial)
        _say(f"going on at step {trainer.step}")
    return partial


class _Lines:
    """Prints a line of mean losses now and then."""

    def __init__(self, first: int, steps: int) -> None:
        self._first, self._steps = first, steps
        self._began = time.monotonic()
        self._sums: dict[str, float] = {}

    def heard(self, step: int, losses: dict[str, float]) -> None:
        for name, value in losses.items():
            self._sums[name] = self._sums.get(name, 0.0) + value / _LINE_EVERY
        if step % _LINE_EVERY:
            return
        rate = (step - self._first) / (time.monotonic() - self._began)
        minutes = (self._steps - step) / rate / 60
        means = "  ".join(f"{name} {value:.4f}" for name, value in self._sums.items())
        _say(f"step {step}/{self._steps}  {means}  {rate:.1f} steps/s  {minutes:.0f} min left")
        self._sums.clear()


def _card(
    kind: str,
    tasks: "list[Examples]",
    arguments: argparse.Namespace,
    revision: str,
    figures: dict[str, float],
) -> "Card":
    from backend.vla.card import Card, command_line

    return Card(
        kind=kind,
        command=command_line(),
        revision=revision,
        data=tuple(sha256 for one in tasks for sha256 in one.demos.sha256),
        seed=arguments.seed,
        steps=arguments.steps,
        figures=figures,
    )


def _save(trainer: "Trainer", tasks: "list[Examples]", out: Path, card: "Card") -> str:
    from backend.vla.base import VlaSpec
    from backend.vla.checkpoint import save_vla

    config, metas = trainer.network.config, [one.demos.meta for one in tasks]
    meta = metas[0]
    spec = VlaSpec(
        cameras=meta.cameras,
        image_size=meta.image_size,
        state_names=meta.state_names,
        action_names=meta.action_names,
        instructions=tuple(one.instruction for one in metas),
        tasks=config.tasks,
        control_hz=meta.control_hz,
        horizon=config.horizon,
        tokens=config.tokens,
        width=config.width,
    )
    normalisations = {one.demos.meta.task: one.normalisation for one in tasks}
    network = trainer.averaged()
    return save_vla(out, network, spec=spec, normalisations=normalisations, card=card)


def _tell(out: Path, card: "Card", sha256: str) -> None:
    """Leave the card beside the weights, and say both."""
    out.with_suffix(".json").write_text(card.to_json() + "\n")
    _say(card.to_json())
    _say(f"{out} {out.stat().st_size / 1e6:.1f} MB sha256 {sha256}")


def _say(line: str) -> None:
    print(line, flush=True)
