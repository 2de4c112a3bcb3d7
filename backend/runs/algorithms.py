"""What each algorithm can be told: its JSON Schema, and whether a configuration fits it.

The schemas are written from the learning code's own dataclasses; the web process must not load
that code. A test keeps the files and the dataclasses equal.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from backend.errors import BadRequest, NotFound

FOLDER = Path(__file__).parent / "settings"
SWITCHES = frozenset({"learning_paused", "actor_frozen"})
"""What a running learner can be told beside its settings."""
SWITCH = {"type": "boolean"}


def names() -> list[str]:
    """All algorithms."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def schema(algorithm: str, task: str | None = None) -> dict[str, Any]:
    """The JSON Schema of an algorithm's configuration, with the defaults of a task."""
    found = _stored(algorithm)
    own = found["x-task-defaults"].get(task, {})
    properties = {
        name: one | {"default": own.get(name, one["default"])}
        for name, one in found["properties"].items()
    }
    return found | {"properties": properties}


@lru_cache
def _stored(algorithm: str) -> dict[str, Any]:
    if algorithm not in names():
        raise NotFound(f"There is no algorithm {algorithm}: choose one of {', '.join(names())}.")
    text = (FOLDER / f"{algorithm}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def complete(algorithm: str, task: str, config: dict[str, Any]) -> dict[str, Any]:
    """The whole configuration: what was given, checked, and the task's defaults of the rest."""
    properties: dict[str, dict[str, Any]] = schema(algorithm, task)["properties"]
    unknown = sorted(set(config) - set(properties))
    if unknown:
        raise BadRequest(f"{algorithm} has no setting {', '.join(unknown)}.")
    for name, value in config.items():
        _check(name, value, properties[name])
    return {name: config.get(name, one["default"]) for name, one in properties.items()}


def tuned(algorithm: str, before: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """What holds after the changes; null puts a setting back to the run's configuration."""
    properties: dict[str, dict[str, Any]] = schema(algorithm)["properties"]
    live = {name: one for name, one in properties.items() if one.get("x-live")}
    known = set(live) | SWITCHES
    if unknown := sorted(set(changes) - known):
        allowed = ", ".join(sorted(known))
        raise BadRequest(
            f"{', '.join(unknown)} cannot change while a run goes on: choose from {allowed}."
        )
    for name, value in changes.items():
        if value is not None:
            _check(name, value, live.get(name, SWITCH))
    after = before | changes
    return {name: value for name, value in after.items() if value is not None}


def _check(name: str, value: object, allowed: dict[str, Any]) -> None:
    kind = allowed["type"]
    if kind == "boolean":
        if not isinstance(value, bool):
            raise BadRequest(f"{name} must be true or false.")
        return
    if kind == "string":
        if value not in allowed["enum"]:
            raise BadRequest(f"{name} must be one of {', '.join(allowed['enum'])}.")
        return
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole and (kind == "integer" or not isinstance(value, float)):
        what = "a whole number" if kind == "integer" else "a number"
        raise BadRequest(f"{name} must be {what}.")
    low, high = allowed["minimum"], allowed["maximum"]
    if not low <= value <= high:
        raise BadRequest(f"{name} must be between {low} and {high}, not {value}.")
