"""`rlt train`: an algorithm practises a simulated task, with labels by the simulator's verdict."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backend.cli import Commands
from backend.errors import BadRequest

if TYPE_CHECKING:
    from backend.rl.config import RltConfig
    from backend.studies.training.command import Request


def register(commands: Commands) -> None:
    """Add `rlt train`."""
    parser = commands.add_parser(
        "train", help="let an algorithm practise a simulated task and report its learning curve"
    )
    parser.add_argument("task", help="ethernet, charger, screw or zip_tie")
    parser.add_argument("--algorithm", choices=("rlt",), default="rlt")
    parser.add_argument("--regime", choices=("critical", "full"), default="critical")
    parser.add_argument(
        "--critical-first", type=int, default=0, metavar="N",
        help="practice in the full regime begins with so many attempts of the critical one",
    )  # fmt: skip
    parser.add_argument("--episodes", type=int, default=250, help="attempts (default 250)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--speed", choices=("real", "max"), default="max")
    parser.add_argument(
        "--lockstep",
        action="store_true",
        help="to the bit alike (it always is: one process learns)",
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="default data/training/NAME")
    parser.add_argument("--resume", action="store_true", help="go on with what DIR holds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report here")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the learning curve here")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", dest="settings",
        help="a setting of the algorithm, as in the run form; may be repeated",
    )  # fmt: skip
    studies = parser.add_argument_group("evaluation and controls")
    studies.add_argument("--watch-every", type=int, default=50, help="episodes; 0: never")
    studies.add_argument("--watch-episodes", type=int, default=50)
    studies.add_argument("--final-episodes", type=int, default=100, help="fresh starts; 0: none")
    studies.add_argument(
        "--both", action="store_true", help="compare in the other regime too, at the end"
    )
    studies.add_argument("--token", choices=("true", "zero", "noise"), default="true")
    studies.add_argument(
        "--help-after", type=int, default=0, metavar="STEPS",
        help="the demonstrator takes over so long after the hand-off; 0: never",
    )  # fmt: skip
    studies.add_argument("--help-steps", type=int, default=60, help="for so long")
    studies.add_argument("--wrong-labels", type=float, default=0.0, metavar="SHARE")
    studies.add_argument("--correct-at", type=int, default=0, metavar="EPISODE")
    parser.add_argument("--cells", type=int, default=2, help="simulated robots in evaluations")
    parser.add_argument("--threads", type=int, default=1, help="cores for the networks")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from backend.config import settings
    from backend.studies.training.command import train
    from backend.studies.training.curve import draw

    request = _request(options)
    report = train(request, settings(), lambda line: print(line, flush=True))
    text = json.dumps(report, indent=1) + "\n"
    for path in filter(None, (options.json, request.out / "report.json")):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    svg = options.svg or request.out / "curve.svg"
    svg.write_text(draw(report))
    print(json.dumps(_summary(report), indent=1))
    return 0


def _request(options: argparse.Namespace) -> "Request":
    from backend.studies.lockstep.slot import Help
    from backend.studies.training.actors import HOME
    from backend.studies.training.command import Request
    from backend.studies.training.plan import TrainingPlan

    if options.episodes < 1 or options.seed < 0:
        raise BadRequest("--episodes must be at least 1 and --seed at least 0.")
    check_curriculum(options.critical_first, options.episodes, (options.regime,))
    helping = None
    if options.help_after:
        helping = Help(after=options.help_after, steps=options.help_steps, again=options.help_after)
    plan = TrainingPlan(
        task=options.task,
        regime=options.regime,
        episodes=options.episodes,
        seed=options.seed,
        config=config_of(options.task, options.settings),
        watch_every=options.watch_every,
        watch_episodes=options.watch_episodes,
        final_episodes=options.final_episodes,
        critical_first=options.critical_first,
        both=options.both,
        sight=options.token,
        help=helping,
        wrong_labels=options.wrong_labels,
        correct_at=options.correct_at,
    )
    return Request(
        plan=plan,
        out=options.out or HOME / f"{options.task}-{options.regime}-{options.seed}",
        resume=options.resume,
        speed=options.speed,
        cells=options.cells,
        threads=options.threads,
    )


def check_curriculum(first: int, episodes: int, regimes: Sequence[str]) -> None:
    """Raise BadRequest where no attempt of the full regime would follow the critical ones."""
    if first and "full" not in regimes:
        raise BadRequest("--critical-first is for the full regime: all others are critical anyway.")
    if first and not 0 < first < episodes:
        raise BadRequest(f"--critical-first must leave some of the {episodes} attempts: {first}.")


def config_of(task: str, settings: Sequence[str]) -> "RltConfig":
    """The algorithm's configuration from NAME=VALUE; raises BadRequest in words."""
    from backend.rl.config import RltConfig

    try:
        config = RltConfig.for_task(task, dict(_setting(text) for text in settings))
    except ValueError as error:
        raise BadRequest(str(error)) from error
    if config.hand_off != "truth":
        raise BadRequest("Trainings without a console hand off by truth: leave hand_off out.")
    return config


def _setting(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BadRequest(f"--set takes NAME=VALUE, not {text!r}.")
    try:
        return name, json.loads(value)
    except ValueError:
        if value.isidentifier():
            return name, value
        raise BadRequest(f"--set {name}: {value!r} is no number, word, true or false.") from None


def _summary(report: dict[str, Any]) -> dict[str, Any]:
    """The report without its long lists."""
    final = report["final"] or {"policies": {}, "alarms": []}
    kept = (
        "episodes", "success_rate", "success_interval", "median_steps", "steps_quartiles",
        "active_throughput_per_10min", "active_throughput_interval", "peak_force_median", "endings",
    )  # fmt: skip
    policies = {name: {key: one[key] for key in kept} for name, one in final["policies"].items()}
    names = ("task", "regime", "seed", "active_robot_minutes", "seconds", "updates", "utd")
    return {name: report[name] for name in names} | {
        "final": policies,
        "alarms": final["alarms"],
    }
