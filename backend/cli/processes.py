"""The product's processes by name, as the supervisor and docker-compose start them."""

import argparse
from importlib import import_module

from backend.cli import Commands

PROCESSES = {
    "web": ("backend.web.serve:serve", "the pages, the API and the live hub"),
    "rollout": ("backend.rollout.serve:main", "frozen VLA, token and actor, for the bridges"),
    "learner": ("backend.learner.main:main", "learns from labelled episodes"),
    "evaluator": ("backend.evaluator.main:main", "plays the evaluations that people asked for"),
    "autopilot": ("backend.autopilot.process:main", "an automatic operator for simulated robots"),
}


def register(commands: Commands) -> None:
    """`rlt web`, `rlt rollout`, `rlt learner`, `rlt evaluator`, `rlt autopilot`."""
    for name, (target, what) in PROCESSES.items():
        parser = commands.add_parser(name, help=f"run one process: {what}")
        parser.set_defaults(run=_run, target=target)


def _run(options: argparse.Namespace) -> int:
    module, function = options.target.split(":")
    getattr(import_module(module), function)()
    return 0
