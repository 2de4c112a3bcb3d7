import numpy as np

from backend.rl.suggestions.trace import AFTER_SWITCH, Trace, trace_of


def traced(*, last: int = 24, switches: bool = True, hand_off_step: int | None = None) -> Trace:
    anchors = np.arange(0, last + 1, 2, dtype=np.int32)
    trace = trace_of(
        episode_id="a",
        anchor_step=anchors,
        z=anchors[:, None].astype(np.float32),
        state=np.arange(last + 1, dtype=np.float32)[:, None] * 10,
        hand_off_step=hand_off_step,
        switches=switches,
        execute=5,
        delay=3,
    )
    assert trace is not None
    return trace


def test_the_moments_nearest_after_chunk_boundaries_with_token_and_state() -> None:
    trace = traced()
    assert trace.steps.tolist() == [0, 6, 10, 16, 20]
    assert trace.features[1].tolist() == [6.0, 60.0]
    assert trace.last.tolist() == [24.0, 240.0]
    assert trace.takes == 8


def test_long_after_the_switch_nothing_is_kept() -> None:
    trace = traced(last=400, hand_off_step=50)
    assert trace.steps.max() <= 50 + AFTER_SWITCH


def test_where_nobody_could_switch_only_the_end_is_kept() -> None:
    trace = traced(switches=False)
    assert trace.steps.tolist() == []
    assert trace.last.tolist() == [24.0, 240.0]


def test_an_attempt_without_anchors_tells_nothing() -> None:
    none = np.zeros((0, 1), np.float32)
    kwargs = {"episode_id": "a", "z": none, "state": none, "hand_off_step": None}
    empty = np.zeros(0, np.int32)
    assert trace_of(anchor_step=empty, switches=True, execute=5, delay=3, **kwargs) is None  # type: ignore[arg-type]
