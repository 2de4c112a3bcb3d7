"""Each room imports only what the lock of its machines installs."""

import ast
import re
import sys
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"backend", "robot_bridge", "tests", "migrations"}
DISTRIBUTIONS: Mapping[str, list[str]] = packages_distributions()

LOCKS_OF = {
    "robot_bridge": ["robot"],
    "backend": ["base"],
    "migrations": ["base"],
    "tests": ["base", "robot", "learn", "dev"],
}
OPTIONAL = {("robot_bridge", "gym"): "gym", ("backend", "studies"): "dev"}
"""Rooms that need one more lock, which nothing else may need; some studies drive a browser."""
WITH_TORCH = ("rl", "vla", "rollout", "learner", "storage", "cli", "studies")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(locks: list[str]) -> set[str]:
    """The distributions that people wrote down, without what those bring along."""
    lines = [
        line
        for lock in locks
        for line in (ROOT / "requirements" / f"{lock}.in").read_text().splitlines()
    ]
    return {normal(re.split(r"[\[=<>~!]", line)[0]) for line in lines if line[:1].isalpha()}


def foreign_imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").split(".")[0])
    return found - set(sys.stdlib_module_names) - OURS


def allowed_for(path: Path) -> set[str]:
    parts = path.relative_to(ROOT).parts
    optional = [lock for room, lock in OPTIONAL.items() if room == parts[:2]]
    locks = [*LOCKS_OF[parts[0]], *optional]
    if parts[0] == "tests" or (parts[0] == "backend" and parts[1] in WITH_TORCH):
        return asked_for([*locks, "learn"]) | {"torch"}
    return asked_for(locks)


@pytest.mark.parametrize("room", sorted(LOCKS_OF))
def test_every_import_is_asked_for(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    missing = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in files
        for module in foreign_imports(path)
        if not {normal(name) for name in DISTRIBUTIONS.get(module, [module])} & allowed_for(path)
    }
    assert missing == set()
