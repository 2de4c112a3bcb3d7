"""`rlt token train`: train the RL token of a frozen VLA."""

import argparse
import time
from pathlib import Path

from backend.cli import Commands


def register(commands: Commands) -> None:
    """Add `rlt token`."""
    group = commands.add_parser("token", help="train the RL token of a frozen VLA")
    actions = group.add_subparsers(dest="token_command", required=True)
    train = actions.add_parser("train", help="train on demonstration files")
    train.add_argument("--vla", type=Path, required=True, metavar="FILE")
    train.add_argument("--demos", type=Path, nargs="+", required=True, metavar="FILE")
    train.add_argument("--steps", type=int, default=2500, help="gradient steps (default 2500)")
    train.add_argument("--batch", type=int, default=64, help="examples per step (default 64)")
    train.add_argument("--length", type=int, default=256, help="length of the token (default 256)")
    train.add_argument(
        "--every", type=int, default=1, metavar="N", help="use every N-th anchor (default 1)"
    )
    train.add_argument("--seed", type=int, default=0)
    train.add_argument("--threads", type=int, default=1, help="processor cores (default 1)")
    train.add_argument("--out", type=Path, required=True, metavar="FILE")
    train.set_defaults(run=run_train)


def run_train(arguments: argparse.Namespace) -> int:
    """Embed, train, judge, and write the checkpoint with its card."""
    # Imported here so that other commands start without loading torch.
    import torch

    from backend.rl.token import RlToken, TokenConfig
    from backend.vla.card import Card, command_line, git_revision
    from backend.vla.checkpoint import load_vla, save_token
    from backend.vla.demos import load
    from backend.vla.probes import near_goal
    from backend.vla.token_figures import figures
    from backend.vla.token_training import TokenPlan, embed, train

    revision = git_revision()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    demos = load(arguments.demos, every=arguments.every)
    near_goal(demos)  # What cannot be judged afterwards is refused now, not after the training.
    vla = load_vla(arguments.vla, demos.meta.task)
    progress = _Progress(arguments.steps)
    embeddings = embed(vla, demos, lambda done: progress.embedded(done, len(demos)))
    config = TokenConfig(
        embeddings=vla.spec.tokens, embedding_width=vla.spec.width, token=arguments.length
    )
    token = RlToken(config)
    plan = TokenPlan(steps=arguments.steps, batch_size=arguments.batch, seed=arguments.seed)
    train(token, embeddings[torch.from_numpy(~demos.held_out())], plan, progress.stepped)
    card = Card(
        kind="token",
        command=command_line(),
        revision=revision,
        data=demos.sha256,
        seed=arguments.seed,
        steps=arguments.steps,
        figures=figures(token, embeddings, demos),
    )
    sha256 = save_token(arguments.out, token, vla_sha256=vla.sha256, card=card)
    arguments.out.with_suffix(".json").write_text(card.to_json() + "\n")
    print(card.to_json())
    print(f"{arguments.out} {arguments.out.stat().st_size / 1e6:.1f} MB sha256 {sha256}")
    return 0


class _Progress:
    """Prints a line now and then."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._began = 0.0
        self._loss = 0.0

    def embedded(self, done: int, total: int) -> None:
        if done % (64 * 50) == 0 or done == total:
            print(f"embedded {done}/{total} looks", flush=True)

    def stepped(self, step: int, loss: float) -> None:
        if step == 1:
            self._began = time.monotonic()
        self._loss += loss
        if step % 100 == 0:
            rate = (step - 1) / (time.monotonic() - self._began)
            minutes = (self._steps - step) / rate / 60
            print(
                f"step {step}/{self._steps}  loss {self._loss / 100:.1f}  "
                f"{rate:.1f} steps/s  {minutes:.1f} min left",
                flush=True,
            )
            self._loss = 0.0
