"""Ids and plain JSON."""

import json
import math
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.kit.ids import uuid7
from backend.kit.plain import plain

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


def test_ids_are_version_7_and_ordered_by_time() -> None:
    made = [uuid7() for _ in range(50)]
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}
    stamps = [one.int >> 80 for one in made]
    assert stamps == sorted(stamps)
    assert len(set(made)) == 50


@settings(deadline=None)
@given(anything)
def test_whatever_comes_becomes_json_that_postgres_takes(value: Any) -> None:
    text = orjson.dumps(plain(value)).decode()
    assert "\\u0000" not in text
    assert plain(json.loads(text)) == json.loads(text)


def test_numbers_that_json_lacks_travel_as_words() -> None:
    assert plain([math.nan, math.inf, 2**60, 1.5, True]) == ["nan", "inf", str(2**60), 1.5, True]
