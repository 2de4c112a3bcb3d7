"""Keys of one's own: which action each is for, and what is refused. The table is the pages' own."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from backend.errors import BadRequest

TABLE = Path(__file__).parents[2] / "frontend" / "keys.json"
KEY = re.compile(r"[A-Z][A-Za-z0-9]{0,30}")
PAD = re.compile(r"Button\d{1,2}|Axis\d{1,2}[+-]")
MODIFIER = re.compile(r"(Shift|Control|Alt|Meta)(Left|Right)?")


@lru_cache
def table() -> dict[str, Any]:
    """Actions with their standard keys, groups that are live at once, and reserved keys."""
    found: dict[str, Any] = json.loads(TABLE.read_text(encoding="utf-8"))
    return found


def checked(wanted: dict[str, str]) -> dict[str, str]:
    """The bindings that differ from the standard; BadRequest says which one cannot be."""
    standard: dict[str, str] = table()["actions"]
    if unknown := sorted(set(wanted) - set(standard)):
        raise BadRequest(f"There is nothing to press a key for named {', '.join(unknown)}.")
    own = {action: code for action, code in wanted.items() if code != standard[action]}
    for action, code in own.items():
        _check_code(action, code)
    keys = standard | own
    for action in own:
        other = next((one for one in keys if one != action and _clash(keys, action, one)), None)
        if other is not None:
            raise BadRequest(
                f"{action} and {other} cannot both be {keys[action]}: choose another key."
            )
    return own


def _check_code(action: str, code: str) -> None:
    pattern = PAD if group(action) == "pad" else KEY
    if not pattern.fullmatch(code):
        raise BadRequest(f"{code} is no key or button that {action} could have.")
    if code in table()["reserved"] or MODIFIER.fullmatch(code):
        raise BadRequest(f"{code} has a meaning of its own on every page: choose another key.")


def group(action: str) -> str:
    """Where an action belongs: `cell.start` to `cell`."""
    return action.partition(".")[0]


def _clash(keys: dict[str, str], one: str, other: str) -> bool:
    groups = sorted((group(one), group(other)))
    live = groups[0] == groups[1] or groups in [sorted(pair) for pair in table()["together"]]
    return live and keys[one] == keys[other]
