"""The section of a task's card that an audit fills.

python -m robot_bridge.studies.audit.card docs/results/audit-TASK.json
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

from robot_bridge.studies.audit.report import Figures

WIDTH = 104
INTRODUCTION = (
    "An optimiser that knows every pose, starts from nothing and is paid by the success flag and "
    "by time alone looked for successes. Each one was played again, came out the same, and was "
    "held against a witness that reads shapes, poses and contacts alone. *False* is what the "
    "witness does not believe; *overlap* is the deepest that two bodies stood inside each other."
)


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    lines = [list(head), ["---"] * len(head), *([str(cell) for cell in row] for row in rows)]
    return [f"| {' | '.join(line)} |" for line in lines]


def _searches(figures: Figures) -> list[str]:
    names = ("control_steps", "episodes", "successes", "false_successes", "shortest_steps")
    rows = [
        (row["search"], *(row[name] for name in names), row["deepest_overlap_mm"])
        for row in figures["searches"]
    ]
    head = ("search", "control steps", "episodes", "successes", "false", "shortest", "overlap, mm")
    return _table(head, rows)


def section(figures: Figures) -> str:
    """Markdown, from its heading on."""
    task, best, person = figures["task"], figures["physical_limit"], figures["demonstrator"]
    cheats = sum(row["successes"] for row in figures["cheats"].values())
    tried = sum(row["episodes"] for row in figures["cheats"].values())
    told = (
        f"**Physical limit**: the best plan needs {best['median_steps']} control steps from fresh "
        f"starts (median; {best['successes']} of {best['episodes']} succeed, the shortest in "
        f"{best['shortest_steps']}); the demonstrator needs {person['median_steps']} "
        f"({person['successes']} of {person['episodes']}). Cheats: {len(figures['cheats'])} kinds, "
        f"{cheats} of {tried} attempts counted. False in all: {figures['false_successes']}."
    )
    text = [
        "## Audit",
        "",
        *wrap(INTRODUCTION, WIDTH),
        "",
        *_searches(figures),
        "",
        *wrap(told, WIDTH),
        "",
        f"![the best plan](images/{task}-best.png)",
        "",
        "```",
        f"rlt audit {task} --steps 200000 --seed {figures['seed']} \\",
        f"    --json docs/results/audit-{task}.json --film docs/tasks/images/{task}-best.png",
        "```",
    ]
    return "\n".join(text) + "\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Print the section of one file of figures."""
    given = sys.argv[1:] if argv is None else list(argv)
    if len(given) != 1 or not Path(given[0]).is_file():
        sys.stderr.write("name one file that `rlt audit --json` has written\n")
        return 2
    sys.stdout.write(section(json.loads(Path(given[0]).read_text(encoding="utf-8"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
