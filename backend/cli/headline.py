"""`rlt headline`: what all studies found, on one page."""

import argparse
import json
from pathlib import Path

from backend.cli import Commands
from backend.errors import NotFound


def register(commands: Commands) -> None:
    """Add `rlt headline`."""
    parser = commands.add_parser(
        "headline", help="sum up the tables of all studies on one page, beside the paper's figures"
    )
    parser.add_argument("--results", type=Path, default=Path("docs/results"))
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from backend.studies.campaign.headline import answers, markdown, picture
    from backend.vla.card import command_line

    tables = {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(options.results.glob("*/table.json"))
    }
    found = answers(tables)
    if not found:
        raise NotFound(f"{options.results} holds no table of `rlt study` yet: run one first.")
    page = markdown(found, command_line())
    (options.results / "headline.md").write_text(page, encoding="utf-8")
    (options.results / "headline.svg").write_text(picture(found), encoding="utf-8")
    print(page)
    return 0
