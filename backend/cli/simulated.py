"""Commands of the simulated cell, which runs beside the console's code and not inside it."""

import argparse
import subprocess
import sys
from functools import partial

from backend.cli import Commands

MODULES = {
    "demos": ("robot_bridge.sim.demos", "record demonstrations of a simulated task"),
    "audit": ("robot_bridge.studies.audit", "look for false successes in a simulated task"),
}


def register(commands: Commands) -> None:
    """`rlt demos` and `rlt audit`."""
    for name, (module, what) in MODULES.items():
        hand_on(commands, name, module, what)


def hand_on(commands: Commands, name: str, module: str, what: str) -> None:
    """Add a command whose arguments, `--help` too, are those of a module of the bridge."""
    parser = commands.add_parser(name, help=what, add_help=False, prefix_chars="\0")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    parser.set_defaults(run=partial(_run, module))


def _run(module: str, options: argparse.Namespace) -> int:
    """Run it as a process of its own and pass its exit status on."""
    command = [sys.executable, "-m", module, *options.arguments]
    return subprocess.run(command, check=False).returncode
