"""What programs say to people is said in every other language too."""

import ast
import json
from typing import get_args

import pytest

from backend.autopilot.pilot import OUTCOMES
from backend.evaluator.repository import DIED
from backend.web.catalogues import DEFAULT, LANGUAGES
from backend.web.catalogues import sentences as catalogue
from backend.web.permissions import BY_ROLE
from robot_bridge.control.attempt import TRUNCATED_BY
from robot_bridge.control.commands import EndArgs
from robot_bridge.protocol.messages import Phase
from robot_bridge.robots.base import Ending, Regime
from robot_bridge.session.journal import RESTARTED
from tests.contracts.sentences import ROOT, sentences

OTHERS = [language for language in LANGUAGES if language != DEFAULT]
OF_ROBOTS = ("robot_bridge/", "backend/rollout/", "backend/evaluator/")
HIDDEN = "hidden"
"""Shown in the place of an ending until a person has judged."""


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_of_a_program_has_its_translation(language: str) -> None:
    found = sentences()
    assert len(found) > 100
    missing = {
        words: where
        for words, where in found.items()
        if words not in catalogue(language, "robot" if where.startswith(OF_ROBOTS) else "server")
    }
    assert missing == {}
    assert DIED in catalogue(language, "robot")


def named_in_control(method: str) -> set[str]:
    """The first arguments that the bridge's control room gives to a method, where it names them."""
    calls = [
        node
        for path in (ROOT / "robot_bridge" / "control").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args
    ]
    words = [call.args[0] for call in calls if getattr(call.func, "attr", "") == method]
    found = {str(word.value) for word in words if isinstance(word, ast.Constant)}
    assert found
    return found


def endings() -> set[str]:
    """All that `ended_by` of a finished episode can be, and with it a program's reason."""
    codes = {*Ending, *TRUNCATED_BY, *OUTCOMES, EndArgs().ended_by, RESTARTED, HIDDEN}
    return codes | named_in_control("end")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_ending_has_its_word_and_every_word_its_ending(language: str) -> None:
    prefix = "ending."
    keys = catalogue(language, "console")
    assert {key.removeprefix(prefix) for key in keys if key.startswith(prefix)} == endings()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_of_a_bridge_has_its_words(language: str) -> None:
    keys = catalogue(language, "console")
    assert {kind for kind in named_in_control("tell") if f"audit.{kind}" not in keys} == set()


def settings() -> set[str]:
    """The settings of all algorithms, as forms show them."""
    schemas = (ROOT / "backend" / "runs" / "settings").glob("*.json")
    return {name for one in schemas for name in json.loads(one.read_text())["properties"]}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("family", "codes"),
    [
        ("setting", settings()),
        ("phase", set(Phase)),
        ("role", set(BY_ROLE)),
        ("regime", set(get_args(Regime))),
    ],
)
def test_every_code_that_pages_show_has_its_words(
    language: str, family: str, codes: set[str]
) -> None:
    keys = catalogue(language, "console")
    assert len(codes) > 1
    assert {code for code in codes if f"{family}.{code}" not in keys} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_task_has_its_title_and_reasons(language: str) -> None:
    tasks = json.loads((ROOT / "backend" / "tasks" / "seeds.json").read_text(encoding="utf-8"))
    for task in tasks:
        assert task["title"][language]
        reasons = task["failure_reasons"]
        assert len(reasons[language]) == len(reasons[DEFAULT]) == len(set(reasons[language]))
