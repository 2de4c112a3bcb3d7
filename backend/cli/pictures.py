"""`rlt pictures`: the guide's pictures, taken from a running console."""

import argparse
from pathlib import Path

from backend.cli import Commands


def register(commands: Commands) -> None:
    """Add `rlt pictures`."""
    parser = commands.add_parser("pictures", help="picture every page of a running console")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--name", default="admin")
    parser.add_argument("--password", required=True)
    parser.add_argument("--out", type=Path, default=Path("docs/images/guide"))
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from backend.studies.pictures import take

    take(options.url, options.name, options.password, options.out, print)
    return 0
