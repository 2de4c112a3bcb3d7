"""`rlt bench`: figures of the running product, with the machine they were taken on."""

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend.cli import Commands
from backend.cli.simulated import hand_on

SIMULATOR = "robot_bridge.studies.bench"


def register(commands: Commands) -> None:
    """`rlt bench` and what it can measure."""
    parser = commands.add_parser("bench", help="measure the running product")
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="WHAT")
    labels = kinds.add_parser("labels", help="label click → reward changed in the learner")
    labels.add_argument("--labels", type=int, default=100)
    labels.set_defaults(run=_labels)
    loop = kinds.add_parser("loop", help="late ticks of the 50 Hz loop, with and without load")
    loop.add_argument("--seconds", type=float, default=60.0, help="per condition (default 60)")
    loop.set_defaults(run=_loop)
    reports = kinds.add_parser("reports", help="how long reports take over a large history")
    reports.add_argument("--episodes", type=int, default=2_000_000)
    reports.add_argument("--repeats", type=int, default=50, help="per kind of report (default 50)")
    reports.set_defaults(run=_reports)
    learner = kinds.add_parser("learner", help="updates per second, and share of the floor")
    learner.set_defaults(run=_learner)
    deadman = kinds.add_parser("deadman", help="does the robot stay when its driver vanishes")
    deadman.add_argument("--times", type=int, default=20, help="per way to vanish (default 20)")
    deadman.add_argument("--only", metavar="CASE", help="one way to vanish, by its name")
    deadman.set_defaults(run=_deadman)
    labelling = kinds.add_parser("labelling", help="label key → next attempt shown, in the page")
    labelling.add_argument("--labels", type=int, default=30)
    labelling.set_defaults(run=_labelling)
    console = kinds.add_parser(
        "console", help="age of pictures, late ticks with viewers, weight and speed of every page"
    )
    console.add_argument("--seconds", type=float, default=20.0, help="per condition (default 20)")
    console.add_argument("--rounds", type=int, default=10, help="of late ticks (default 10)")
    console.add_argument("--loads", type=int, default=5, help="per page and language (default 5)")
    console.set_defaults(run=_console)
    for kind in (labels, loop, reports, learner, deadman, labelling, console):
        kind.add_argument("--json", type=Path, help="write the report here")
    hand_on(kinds, "sim", SIMULATOR, "speed, memory and start of the simulated cells")


def _labels(options: argparse.Namespace) -> int:
    from backend.studies.bench.labels import run

    return _show(options, lambda data, say: run(data, labels=options.labels, progress=say))


def _loop(options: argparse.Namespace) -> int:
    from backend.studies.bench.loop import run

    return _show(options, lambda data, say: run(data, seconds=options.seconds, progress=say))


def _reports(options: argparse.Namespace) -> int:
    from backend.studies.bench.reports import run

    def study(data: Path, say: Callable[[str], None]) -> dict[str, Any]:
        return run(data, episodes=options.episodes, repeats=options.repeats, progress=say)

    return _show(options, study)


def _learner(options: argparse.Namespace) -> int:
    from backend.config import settings
    from backend.learner.device import learning_device
    from backend.studies.bench.learner import run

    device = learning_device(settings().learner_device)
    return _show(options, lambda _data, say: run(device, say))


def _deadman(options: argparse.Namespace) -> int:
    from backend.studies.deadman.run import run

    times, only = options.times, options.only
    return _show(options, lambda data, say: run(data, times=times, only=only, progress=say))


def _labelling(options: argparse.Namespace) -> int:
    from backend.studies.bench.labelling import run

    return _show(options, lambda data, say: run(data, labels=options.labels, progress=say))


def _console(options: argparse.Namespace) -> int:
    from backend.studies.bench.console.run import Lengths, run

    lengths = Lengths(seconds=options.seconds, rounds=options.rounds, loads=options.loads)
    return _show(options, lambda data, say: run(data, lengths=lengths, progress=say))


def _show(
    options: argparse.Namespace, study: Callable[[Path, Callable[[str], None]], dict[str, Any]]
) -> int:
    with tempfile.TemporaryDirectory(prefix="rlt-bench-", ignore_cleanup_errors=True) as folder:
        report = study(Path(folder) / "data", lambda line: print(line, flush=True))
    text = json.dumps(report, indent=1)
    if options.json:
        options.json.write_text(text + "\n")
    print(text)
    return 0
