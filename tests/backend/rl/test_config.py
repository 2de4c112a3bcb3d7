import json
import subprocess
import sys
from dataclasses import fields
from typing import Any

import pytest

from backend.rl.config import TASK_DEFAULTS, RltConfig, schema


def test_every_setting_says_what_it_is() -> None:
    properties = schema()["properties"]
    assert list(properties) == [item.name for item in fields(RltConfig)]
    for name, described in properties.items():
        assert described["description"].endswith("."), name
        assert len(described["description"]) <= 100, name
        assert "x-unit" in described, name
        if described["type"] == "string":
            assert described["default"] in described["enum"], name
        elif described["type"] != "boolean":
            assert described["minimum"] <= described["default"] <= described["maximum"], name
    json.dumps(schema())


def test_round_trip() -> None:
    config = RltConfig(beta=0.01, human_replaces_reference=True)
    assert RltConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"gamma": 1.5}, "gamma must be between"),
        ({"chunk": 5, "execute": 6}, "cannot be longer"),
        ({"target_low": 2.0}, "below target_high"),
    ],
)
def test_values_out_of_range_are_refused_in_words(values: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        RltConfig(**values)


def test_a_task_may_begin_elsewhere() -> None:
    assert RltConfig.for_task("ethernet", {}).reference_speed == 2.0
    assert RltConfig.for_task("ethernet", {"reference_speed": 1.0}).reference_speed == 1.0
    assert RltConfig.for_task("peg", {}) == RltConfig()
    for task in TASK_DEFAULTS:
        RltConfig.for_task(task, {})


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="bta"):
        RltConfig.from_dict({"bta": 1})


def test_the_form_needs_no_torch() -> None:
    code = "import sys, backend.rl.config as c; c.schema(); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
