"""`rlt suggest`: how well hand-offs and successes can be suggested, held out by attempt."""

import argparse
from pathlib import Path

from backend.cli import Commands


def register(commands: Commands) -> None:
    """Add `rlt suggest`."""
    parser = commands.add_parser(
        "suggest", help="learn suggestions from trainings, and say how far they can be believed"
    )
    parser.add_argument("folders", nargs="+", type=Path, help="of `rlt train`, attempts included")
    parser.add_argument("--json", type=Path, help="write the report here")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    import json

    from backend.studies.suggestions import study

    text = json.dumps(study(options.folders), indent=1)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    print(text)
    return 0
