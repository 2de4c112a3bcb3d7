"""`rlt evaluate`: policies on fixed starts of a simulated task."""

import argparse
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend.cli import Commands
from backend.errors import BadRequest

if TYPE_CHECKING:
    from backend.studies.evaluation.command import Request


def register(commands: Commands) -> None:
    """Add `rlt evaluate`."""
    parser = commands.add_parser(
        "evaluate", help="success, speed and audits of policies on fixed starts, with intervals"
    )
    parser.add_argument("task", help="ethernet, charger, screw or zip_tie")
    parser.add_argument(
        "--policy",
        default="base",
        metavar="NAMES",
        help="comma-separated: base, expert, run:ID or run:ID@CHECKPOINT; ID is a folder that "
        "`rlt train` made, or its name, CHECKPOINT then best (default), last, copy or an episode; "
        "or ID is the number or id of a run of the console, CHECKPOINT then a version or current "
        "(default: the promoted one, else the newest)",
    )
    parser.add_argument(
        "--data", type=Path, default=None, metavar="DIR",
        help="data folder of the console whose runs are meant (default: RLT_DATA, else data)",
    )  # fmt: skip
    parser.add_argument("--regime", choices=("critical", "full"), default="critical")
    parser.add_argument("--episodes", type=_positive, default=50, help="starts (default 50)")
    parser.add_argument("--seed", type=_seed, default=0, help="which set of starts")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report here")
    parser.add_argument(
        "--progress", choices=("words", "json"), default="words",
        help="json: nothing but one JSON object a line on standard output, after every attempt",
    )  # fmt: skip
    parser.add_argument(
        "--time-scale", type=_numbers, default=None, metavar="X,…", help="play faster"
    )
    parser.add_argument(
        "--execute", type=_whole_numbers, default=None, metavar="N,…",
        help="steps of a chunk that are played before the next replaces it",
    )  # fmt: skip
    parser.add_argument(
        "--token", choices=("true", "zero", "noise"), default="true",
        help="ablation: what actors get for the RL token",
    )  # fmt: skip
    parser.add_argument("--cells", type=_positive, default=2, help="simulated robots side by side")
    parser.add_argument("--threads", type=_positive, default=1, help="cores for the networks")
    parser.add_argument("--no-yardstick", action="store_true", help="no demonstrations for audits")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from backend.config import settings
    from backend.studies.evaluation.command import evaluate
    from backend.studies.evaluation.standing import as_json, in_words

    chosen = settings()
    if options.data is not None:
        chosen = chosen.model_copy(update={"data": options.data})
    for_programs = options.progress == "json"
    progress = (as_json if for_programs else in_words)(partial(print, flush=True))
    report = evaluate(_request(options), chosen, progress)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report, indent=1) + "\n")
    if not for_programs:
        _show(report)
    return 1 if report["alarms"] else 0


def _request(options: argparse.Namespace) -> "Request":
    from backend.studies.evaluation.command import Request

    policies = tuple(name.strip() for name in options.policy.split(",") if name.strip())
    if not policies:
        raise BadRequest("--policy names nobody: say base, expert or run:ID.")
    return Request(
        task=options.task,
        regime=options.regime,
        episodes=options.episodes,
        seed=options.seed,
        policies=policies,
        time_scales=options.time_scale,
        executes=options.execute,
        sight=options.token,
        cells=options.cells,
        threads=options.threads,
        yardstick=not options.no_yardstick,
    )


def _show(report: dict[str, Any]) -> None:
    print(_table(report["policies"]))
    for line in report["alarms"]:
        print(f"ALARM {line}")


def _table(policies: dict[str, dict[str, object]]) -> str:
    names = ("success_rate", "success_interval", "median_steps", "active_throughput_per_10min")
    head = f"{'policy':24} {'n':>4}  success  interval          steps  per 10 min  interval"
    lines = [head]
    for name, one in policies.items():
        success, interval, steps, rate = (one[key] for key in names)
        lines.append(
            f"{name:24} {one['episodes']:>4}  {success!s:>7}  {interval!s:17} {steps!s:>6} "
            f"{rate!s:>9}    {one['active_throughput_interval']}"
        )
    return "\n".join(lines)


def _positive(text: str) -> int:
    return _at_least(text, 1)


def _seed(text: str) -> int:
    return _at_least(text, 0)


def _at_least(text: str, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} on")
    return int(text)


def _numbers(text: str) -> tuple[float, ...]:
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError:
        found = ()
    if not found or not all(1.0 <= value <= 4.0 for value in found):
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of numbers from 1 to 4")
    return found


def _whole_numbers(text: str) -> tuple[int, ...]:
    return tuple(_positive(part) for part in text.split(","))
