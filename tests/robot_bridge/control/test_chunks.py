from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from robot_bridge.control.chunks import ChunkPlayer
from robot_bridge.protocol.codec import Array
from robot_bridge.protocol.messages import Chunk, Source


def player(delay: int = 3, chunk: int = 10) -> ChunkPlayer:
    return ChunkPlayer(chunk=chunk, delay=delay, action_size=6)


def chunk(first_step: int, value: float = 1.0, rows: int = 10, **changes: Any) -> Chunk:
    actions = Array.of(np.full((rows, 6), value, np.float32))
    return Chunk(
        **{
            "episode_id": uuid4(),
            "chunk_id": uuid4(),
            "first_step": first_step,
            "actions": actions,
            "source": Source.BASE,
            "policy_version": 0,
            "took_ms": {},
            **changes,
        }
    )


def test_the_first_chunk_is_asked_for_without_delay() -> None:
    ask = player().ask(0, rl=False)
    assert ask is not None
    assert (ask.step, ask.delay, ask.first_step) == (0, 0, 0)


@pytest.mark.parametrize("delay", range(10))
def test_each_following_chunk_is_asked_for_delay_steps_before_it_is_played(delay: int) -> None:
    p = player(delay)
    p.ask(0, rl=False)
    p.offer(chunk(0))
    asked = []
    for step in range(40):
        ask = p.ask(step, rl=False)
        if ask is not None:
            asked.append((ask.step, ask.delay))
            p.offer(chunk(ask.first_step))
        assert p.play(step) is not None
    boundaries = range(10, 40 + delay, 10)
    assert asked[: len(boundaries)] == [(b - delay, delay) for b in boundaries][: len(asked)]


def test_one_wish_at_a_time() -> None:
    p = player()
    assert p.ask(0, rl=False) is not None
    assert p.ask(1, rl=False) is None
    p.offer(chunk(0))
    assert p.ask(1, rl=False) is None


def test_a_late_chunk_is_played_whole_from_where_it_came() -> None:
    p = player()
    p.ask(0, rl=False)
    p.offer(chunk(0, 1.0))
    for step in range(10):
        p.ask(step, rl=False)
        assert p.play(step) is not None
    assert p.play(10) is None
    assert p.play(11) is None
    assert p.offer(chunk(10, 2.0)) == ""
    played = [p.play(step) for step in range(12, 22)]
    assert all(play is not None and play.action[0] == 2.0 for play in played)
    assert p.play(22) is None


def test_a_switch_is_marked_at_the_first_step_of_its_chunk_only() -> None:
    p = player()
    p.ask(0, rl=True)
    p.offer(chunk(0, source=Source.RL, policy_version=4))
    first, second = p.play(0), p.play(1)
    assert first is not None
    assert second is not None
    assert first.begins is not None
    assert first.begins.rl
    assert first.policy_version == 4
    assert second.begins is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rows": 9}, "float32 [10, 6]"),
        ({"rows": 11}, "float32 [10, 6]"),
        ({"actions": Array.of(np.zeros((10, 7), np.float32))}, "float32 [10, 6]"),
        ({"actions": Array.of(np.zeros((10, 6), np.float64))}, "float32 [10, 6]"),
        ({"actions": Array("f4", (10, 6), b"short")}, "bytes"),
        ({"source": Source.HUMAN}, "base or rl"),
        ({"source": Source.HOLD}, "base or rl"),
    ],
)
def test_a_chunk_of_the_wrong_kind_is_refused_in_words(changes: dict[str, Any], words: str) -> None:
    p = player()
    p.ask(0, rl=False)
    refused = p.offer(chunk(0, **changes))
    assert refused is not None
    assert words in refused
    assert p.play(0) is None


def test_an_answer_to_an_old_question_is_dropped() -> None:
    p = player()
    p.ask(0, rl=False)
    p.cancel()
    assert p.offer(chunk(0)) is None
    p.ask(5, rl=False)
    assert p.offer(chunk(0)) is None
    assert p.offer(chunk(5)) == ""


def test_a_switch_takes_effect_at_the_boundary_that_is_not_asked_for_yet() -> None:
    p = player()
    assert p.switch_step(0) == 0
    p.ask(0, rl=False)
    assert p.switch_step(0) == 10
    p.offer(chunk(0))
    p.play(0)
    assert p.switch_step(1) == 10
    p.ask(7, rl=False)
    assert p.switch_step(7) == 20
