"""`rlt vla train`: train the compact model on demonstrations."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from backend.cli import Commands
from backend.errors import ConfigError

if TYPE_CHECKING:
    from backend.vla.examples import Examples
    from backend.vla.training import Losses, Trainer


def register(commands: Commands) -> None:
    """Add `rlt vla`."""
    group = commands.add_parser("vla", help="train the built-in vision-language-action model")
    actions = group.add_subparsers(dest="vla_command", required=True)
    train = actions.add_parser("train", help="train on demonstration files")
    train.add_argument("--demos", type=Path, nargs="+", required=True, metavar="FILE")
    train.add_argument("--steps", type=int, default=3000, help="gradient steps (default 3000)")
    train.add_argument("--batch", type=int, default=128, help="examples per step (default 128)")
    train.add_argument(
        "--every", type=int, default=1, metavar="N", help="use every N-th anchor (default 1)"
    )
    train.add_argument("--seed", type=int, default=0)
    train.add_argument("--threads", type=int, default=1, help="processor cores (default 1)")
    train.add_argument("--out", type=Path, required=True, metavar="FILE")
    train.set_defaults(run=run_train)


def run_train(arguments: argparse.Namespace) -> int:
    """Train, report, and write the checkpoint with its card."""
    # Imported here so that other commands start without loading torch.
    import torch

    from backend.vla.card import git_revision
    from backend.vla.compact.config import CompactConfig
    from backend.vla.compact.model import CompactNetwork
    from backend.vla.demos import load_by_task
    from backend.vla.examples import Examples
    from backend.vla.training import Plan, Trainer

    revision = git_revision()
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
    plan = Plan(steps=arguments.steps, batch_size=arguments.batch, seed=arguments.seed)
    trainer = Trainer(CompactNetwork(config), tasks, plan)
    partial = arguments.out.with_name(arguments.out.name + ".partial")
    if partial.exists():
        trainer.load(partial)
        _say(f"going on at step {trainer.step}")
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    progress = _Progress(trainer, partial)
    trainer.run(progress.heard, progress.save_sometimes)
    _finish(trainer, tasks, arguments, revision)
    partial.unlink(missing_ok=True)
    return 0


class _Progress:
    """Prints a line now and then, and saves now and then."""

    def __init__(self, trainer: "Trainer", partial: Path) -> None:
        self._trainer = trainer
        self._partial = partial
        self._began = time.monotonic()
        self._first = trainer.step
        self._flow = self._future = self._seen = 0.0

    def heard(self, step: int, losses: "Losses") -> None:
        self._flow += float(losses.flow)
        self._future += float(losses.future)
        self._seen += float(losses.seen)
        if step % 50:
            return
        rate = (step - self._first) / (time.monotonic() - self._began)
        total = self._trainer.plan.steps
        minutes = (total - step) / rate / 60
        line = (
            f"step {step}/{total}  flow {self._flow / 50:.4f}  future {self._future / 50:.4f}"
            f"  seen {self._seen / 50:.4f}"
        )
        self._flow = self._future = self._seen = 0.0
        if step % 500 == 0:
            errors = self._trainer.held_out().items()
            line += "".join(f"\n    {name.replace('_held_out', '')} {v:.3f}" for name, v in errors)
        _say(f"{line}  {rate:.1f} steps/s  {minutes:.0f} min left")

    def save_sometimes(self) -> None:
        if self._trainer.step % 250 == 0:
            self._trainer.save(self._partial)


def _finish(
    trainer: "Trainer", tasks: "list[Examples]", arguments: argparse.Namespace, revision: str
) -> None:
    from backend.vla.base import VlaSpec
    from backend.vla.card import Card, command_line
    from backend.vla.checkpoint import save_vla

    config, metas = trainer.network.config, [one.demos.meta for one in tasks]
    meta = metas[0]
    card = Card(
        kind="vla",
        command=command_line(),
        revision=revision,
        data=tuple(sha256 for one in tasks for sha256 in one.demos.sha256),
        seed=arguments.seed,
        steps=arguments.steps,
        figures=trainer.held_out(limit=4096),
    )
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
    sha256 = save_vla(arguments.out, network, spec=spec, normalisations=normalisations, card=card)
    arguments.out.with_suffix(".json").write_text(card.to_json() + "\n")
    _say(card.to_json())
    _say(f"{arguments.out} {arguments.out.stat().st_size / 1e6:.1f} MB sha256 {sha256}")


def _say(line: str) -> None:
    print(line, flush=True)
