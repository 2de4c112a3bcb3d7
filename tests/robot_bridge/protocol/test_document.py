"""What docs/protocol.md says is what the code does."""

import re
from pathlib import Path

import msgspec
import pytest

from robot_bridge.protocol import messages
from robot_bridge.protocol.codec import encode
from robot_bridge.protocol.messages import CommandKind, Message

PAGE = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text()
EXAMPLES = re.findall(r"```hex (\w+)\n([0-9a-f\n]+)```", PAGE)


def test_there_are_examples_of_each_direction() -> None:
    assert {"control_up", "control_down", "policy_up", "policy_down"} == {d for d, _ in EXAMPLES}


@pytest.mark.parametrize(("direction", "text"), EXAMPLES)
def test_each_example_is_a_message_and_nothing_else(direction: str, text: str) -> None:
    data = bytes.fromhex(text.replace("\n", ""))
    message = getattr(messages, f"decode_{direction}")(data)
    assert encode(message) == data


@pytest.mark.parametrize("kind", list(CommandKind))
def test_each_command_is_described(kind: CommandKind) -> None:
    assert re.search(rf"^\|[^|]*\b{kind.value}\b", PAGE, re.MULTILINE)


@pytest.mark.parametrize("message", Message.__subclasses__(), ids=lambda m: m.__name__)
def test_each_message_is_described_with_every_field(message: type[msgspec.Struct]) -> None:
    tag = message.__struct_config__.tag
    assert f"`{tag}`" in PAGE
    missing = [name for name in message.__struct_fields__ if not re.search(rf"\b{name}\b", PAGE)]
    assert missing == []
