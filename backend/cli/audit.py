"""`rlt audit`: point an optimiser at a task's success flag and check all that it finds."""

import argparse
import subprocess
import sys

from backend.cli import Commands


def register(commands: Commands) -> None:
    """Add `rlt audit`. Options are those of the auditor, handed on as they are."""
    audit = commands.add_parser(
        "audit",
        help="look for false successes in a simulated task",
        description="Hands its arguments to the auditor; `rlt audit --help` shows the auditor's.",
        add_help=False,
        prefix_chars="\0",
    )
    audit.add_argument("auditor_arguments", nargs=argparse.REMAINDER)
    audit.set_defaults(run=run_audit)


def run_audit(arguments: argparse.Namespace) -> int:
    """Run the auditor as a process of its own and pass its exit status on."""
    command = [sys.executable, "-m", "robot_bridge.studies.audit", *arguments.auditor_arguments]
    return subprocess.run(command, check=False).returncode
