"""`rlt openapi`: the API's description, from which the frontend's types are made."""

import argparse
import sys

from backend.cli import Commands


def register(commands: Commands) -> None:
    """`rlt openapi > frontend/openapi.json`."""
    parser = commands.add_parser("openapi", help="print the API's description as JSON")
    parser.set_defaults(run=_run)


def _run(_options: argparse.Namespace) -> int:
    import orjson

    from backend.app import create_app
    from backend.config import Settings

    # Only described, never started: no database is asked.
    app = create_app(Settings(DATABASE_URL="postgresql://described"))
    text = orjson.dumps(app.openapi(), option=orjson.OPT_INDENT_2)
    sys.stdout.buffer.write(text + b"\n")
    return 0
