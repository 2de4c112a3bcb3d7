"""`rlt schemas`: writes the settings forms of the algorithms from the learning code itself."""

import argparse

from backend.cli import Commands


def register(commands: Commands) -> None:
    """Run it after changing an algorithm's dataclass; a test compares."""
    parser = commands.add_parser("schemas", help="write the algorithms' settings forms anew")
    parser.set_defaults(run=_run)


def _run(_options: argparse.Namespace) -> int:
    import json

    from backend.rl.config import schema
    from backend.runs.algorithms import FOLDER

    text = json.dumps(schema(), indent=2, ensure_ascii=False)
    (FOLDER / "rlt.json").write_text(text + "\n", encoding="utf-8")
    return 0
