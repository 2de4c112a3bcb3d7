"""Sentences that programs say to people: collected from the source, as templates."""

import ast
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = (
    "accounts", "fleet", "tasks", "runs", "evaluations", "episodes", "labels", "reports", "audit",
    "web",
)  # fmt: skip
"""Where the web process words its refusals."""

SAID = {
    "BadRequest", "Conflict", "Forbidden", "NotFound", "NotSignedIn", "TooMany", "Unavailable",
    "CommandRefusedError", "Refused",
}  # fmt: skip
"""Errors whose message is read by people in a page."""

REASONS = (
    "backend/evaluator/job.py",
    "robot_bridge/control/machine.py",
    "robot_bridge/control/safety.py",
    "robot_bridge/control/watchdog.py",
    "robot_bridge/session/link.py",
    "robot_bridge/studies/audit/driven.py",
    "robot_bridge/studies/audit/plugged.py",
    "robot_bridge/studies/audit/threaded.py",
)
"""What these return in words is a reason: of a refusal, a stop, or an objection."""

DOORS = ("backend/rollout/handshake.py", "backend/rollout/server.py")
"""What these refuse a bridge with is shown on its robot's page: a reason, then advice."""

ORDERS = ("robot_bridge/control/authority.py", "robot_bridge/control/cell.py")
"""What these give to `stop` is shown as the reason of the stop."""


PLACE = re.compile(r"\{\d\}")


def template(node: ast.expr | None) -> str | None:
    """The words of a string, with `{0}`, `{1}` … for what is filled in; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        places = count()
        parts = (
            p.value if isinstance(p, ast.Constant) else f"{{{next(places)}}}" for p in node.values
        )
        return "".join(map(str, parts))
    return None


def is_sentence(words: str | None) -> bool:
    """Whether people would read it as words; a name, or a bare placeholder, is none."""
    return words is not None and " " in PLACE.sub("", words).strip()


def _raised(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        call = node.exc if isinstance(node, ast.Raise) else node
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        if call.func.id in SAID and call.args:
            yield call.args[0]


def _refused(tree: ast.AST) -> Iterator[ast.expr]:
    """The words of `Refused(reason=…, advice=…)`, as a bridge puts them together."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused":
            words = {given.arg: template(given.value) or "" for given in node.keywords}
            yield from map(ast.Constant, (words["reason"].removesuffix("."), words["advice"]))


def _returned(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Return) or node.value is None:
            continue
        yield from (
            [node.value.body, node.value.orelse]
            if isinstance(node.value, ast.IfExp)
            else [node.value]
        )


def _stopped(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            said = {"stop": node.args[:1], "append": node.args[:1]}.get(node.func.attr, [])
            yield from said


def sentences() -> dict[str, str]:
    """Template → the file that says it."""
    raising = [p for room in ROOMS for p in (ROOT / "backend" / room).rglob("*.py")]
    raising += list((ROOT / "robot_bridge" / "control").glob("*.py"))
    raising += [ROOT / "robot_bridge/session/link.py"]
    sources = [
        (raising, _raised),
        ([ROOT / name for name in REASONS], _returned),
        ([ROOT / name for name in DOORS], _refused),
        (
            [*(ROOT / name for name in ORDERS), ROOT / "robot_bridge/studies/audit/witness.py"],
            _stopped,
        ),
    ]
    found: dict[str, str] = {}
    for paths, collect in sources:
        for path in paths:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in collect(tree):
                words = template(node)
                if words is not None and is_sentence(words):
                    found.setdefault(words, str(path.relative_to(ROOT)))
    return found
