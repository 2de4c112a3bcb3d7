"""Keys of one's own, over HTTP: stored with the account, refused where they cannot be."""

from typing import Any

import pytest

from backend.accounts.bindings import checked, table
from tests.fixtures.console import Console

STANDARD: dict[str, str] = table()["actions"]


def test_the_standard_itself_is_without_conflict() -> None:
    assert checked(STANDARD) == {}
    for action, code in STANDARD.items():
        assert checked({action: code}) == {}


@pytest.mark.asyncio
async def test_keys_go_with_the_account_until_they_are_standard_again(console: Console) -> None:
    ada = await console.person("operator", "ada")
    await console.person("operator", "bob")
    wanted = {"cell.hand_off": "KeyJ", "queue.skip": STANDARD["queue.skip"], "pad.hold": "Button4"}
    answer = await ada.patch("/me", json={"keys": wanted})
    assert answer.status_code == 200, answer.text
    assert answer.json()["keys"] == {"cell.hand_off": "KeyJ", "pad.hold": "Button4"}
    assert (await ada.get("/me")).json()["keys"]["cell.hand_off"] == "KeyJ"
    await ada.patch("/me", json={"language": "zh"})
    assert (await ada.get("/me")).json()["keys"]["cell.hand_off"] == "KeyJ"
    assert (await ada.patch("/me", json={"keys": {}})).json()["keys"] == {}


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"cell.dance": "KeyJ"}, "cell.dance"),
        ({"cell.hand_off": "KeyN"}, "cell.hand_off and cell.start cannot both be KeyN"),
        ({"cell.hand_off": "KeyS"}, "cannot both be KeyS"),
        ({"label.success": "KeyK"}, "cannot both be KeyK"),
        ({"cell.hand_off": "Escape"}, "meaning of its own"),
        ({"cell.hand_off": "ShiftLeft"}, "meaning of its own"),
        ({"label.undo": "Space"}, "meaning of its own"),
        ({"pad.hold": "KeyJ"}, "no key or button"),
        ({"cell.hand_off": "<script>"}, "no key or button"),
    ],
)
@pytest.mark.asyncio
async def test_keys_that_cannot_be_are_refused_with_a_sentence(
    console: Console, keys: dict[str, Any], words: str
) -> None:
    ada = await console.person("operator", "ada")
    answer = await ada.patch("/me", json={"keys": keys})
    assert answer.status_code == 400
    assert words in answer.json()["detail"]
