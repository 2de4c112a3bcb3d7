"""`rlt chaos`: kill every process in mid-episode, many times, and show what was lost."""

import argparse
import json
import tempfile
from pathlib import Path

from backend.cli import Commands


def register(commands: Commands) -> None:
    """`rlt chaos --kills 20 --seed S --json FILE`."""
    parser = commands.add_parser("chaos", help="kill every process in mid-episode and count losses")
    parser.add_argument("--kills", type=int, default=20, help="per process (default 20)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="write the whole report here")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from backend.studies.chaos.run import run

    with tempfile.TemporaryDirectory(prefix="rlt-chaos-", ignore_cleanup_errors=True) as folder:
        report = run(
            Path(folder) / "data",
            kills=options.kills,
            seed=options.seed,
            progress=lambda line: print(line, flush=True),
        )
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n")
    print(report["text"])
    for name in ("labels", "store", "replay"):
        print(f"{name}: {report[name]}")
    for line in report["failures"]:
        print(f"NOT HELD: {line}")
    return 1 if report["failures"] else 0
