"""`rlt demos`: record demonstrations of a simulated task."""

import argparse
import subprocess
import sys

from backend.cli import Commands


def register(commands: Commands) -> None:
    """Add `rlt demos`. Options are those of the recorder, handed on as they are."""
    demos = commands.add_parser(
        "demos",
        help="record demonstrations of a simulated task",
        description="Hands its arguments to the recorder; `rlt demos --help` shows the recorder's.",
        add_help=False,
        prefix_chars="\0",
    )
    demos.add_argument("recorder_arguments", nargs=argparse.REMAINDER)
    demos.set_defaults(run=run_demos)


def run_demos(arguments: argparse.Namespace) -> int:
    """Run the recorder as a process of its own and pass its exit status on."""
    command = [sys.executable, "-m", "robot_bridge.sim.demos", *arguments.recorder_arguments]
    return subprocess.run(command, check=False).returncode
