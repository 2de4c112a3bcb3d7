"""`rlt study`: trainings of several tasks and seeds with their controls, in one table."""

import argparse
from pathlib import Path

from backend.cli import Commands
from backend.errors import BadRequest

TASKS = ("ethernet", "charger", "screw", "zip_tie")


def register(commands: Commands) -> None:
    """Add `rlt study`. Started again, it goes on where it was."""
    parser = commands.add_parser(
        "study", help="train tasks with several seeds and controls, and sum them up in a table"
    )
    parser.add_argument("name", help="of the folder of results, docs/results/NAME")
    parser.add_argument("--tasks", type=_words, default=TASKS, metavar="NAMES")
    parser.add_argument("--regimes", type=_words, default=("critical",), metavar="NAMES")
    parser.add_argument(
        "--controls",
        type=_words,
        default=("rlt",),
        metavar="NAMES",
        help="rlt, beta-0, token-zero, token-noise, helped, mislabelled",
    )
    parser.add_argument("--seeds", type=_numbers, default=(0, 1, 2), metavar="N,…")
    parser.add_argument("--episodes", type=int, default=250)
    parser.add_argument("--watch-every", type=int, default=50)
    parser.add_argument("--watch-episodes", type=int, default=50)
    parser.add_argument("--final-episodes", type=int, default=100)
    parser.add_argument(
        "--critical-first", type=int, default=0, metavar="N",
        help="practice in the full regime begins with so many attempts of the critical one",
    )  # fmt: skip
    parser.add_argument(
        "--both", action="store_true", help="compare the actors in the other regime too"
    )
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings")
    parser.add_argument("--work", type=Path, help="trainings; default data/training/NAME")
    parser.add_argument("--results", type=Path, default=Path("docs/results"))
    parser.add_argument("--cells", type=int, default=2)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from backend.cli.train import check_curriculum, config_of
    from backend.config import settings
    from backend.studies.campaign.campaign import CONTROLS, Campaign
    from backend.studies.campaign.command import StudyRequest, study
    from backend.studies.training.actors import HOME

    for what, given, known in (
        ("task", options.tasks, TASKS),
        ("regime", options.regimes, ("critical", "full")),
        ("control", options.controls, tuple(CONTROLS)),
    ):
        unknown = [name for name in given if name not in known]
        if unknown:
            raise BadRequest(f"There is no {what} {unknown[0]!r}: choose of {', '.join(known)}.")
    check_curriculum(options.critical_first, options.episodes, options.regimes)
    campaign = Campaign(
        tasks=options.tasks,
        regimes=options.regimes,
        seeds=options.seeds,
        controls=options.controls,
        episodes=options.episodes,
        configs={task: config_of(task, options.settings) for task in options.tasks},
        watch_every=options.watch_every,
        watch_episodes=options.watch_episodes,
        final_episodes=options.final_episodes,
        critical_first=options.critical_first,
        both=options.both,
    )
    request = StudyRequest(
        name=options.name,
        campaign=campaign,
        work=options.work or HOME / options.name,
        results=options.results,
        cells=options.cells,
    )
    study(request, settings(), lambda line: print(line, flush=True))
    return 0


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _numbers(text: str) -> tuple[int, ...]:
    parts = _words(text)
    if not parts or not all(part.isdecimal() for part in parts):
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of whole numbers")
    return tuple(int(part) for part in parts)
