from dataclasses import replace

import msgspec
import numpy as np
import pytest

from backend.rollout.assembler import Assembly, BadReport, JournalGap
from backend.rollout.handshake import layout_of
from backend.rollout.moments import Moment, Sensed
from robot_bridge.protocol.codec import Array
from robot_bridge.protocol.messages import ChunkReport, EpisodeEnd
from tests.fixtures.attempt import Attempt, Journal, hello, pictures

LAYOUT = layout_of(hello())


def sense(moment: Moment) -> Sensed:
    z = np.full(4, moment.step, np.float32)
    return Sensed(moment=moment, z=z, proposal=np.zeros((50, 2), np.float32))


def feed(journal: Journal) -> Assembly:
    start, *rest = journal
    assembly = Assembly(start, LAYOUT)  # type: ignore[arg-type]
    for message in rest:
        assert isinstance(message, ChunkReport | EpisodeEnd)
        for moment in assembly.add(message):
            assembly.sensed(sense(moment))
    return assembly


def test_anchors_are_asked_for_as_reports_come() -> None:
    attempt = Attempt()
    assembly = Assembly(attempt.start(), LAYOUT)
    assert [m.step for m in assembly.add(attempt.report(1, 0, 10))] == [0, 2, 4, 6, 8]
    assert not assembly.complete


def test_the_moment_after_the_last_step_is_an_anchor() -> None:
    assembly = feed(Attempt(steps=25).journal())
    assert assembly.complete
    assert [s.moment.step for s in assembly.anchors()][-2:] == [24, 25]


def test_without_last_pictures_there_is_no_last_anchor() -> None:
    assembly = feed(Attempt(steps=25, last=False).journal())
    assert assembly.complete
    assert [s.moment.step for s in assembly.anchors()][-1] == 24


def test_repeats_change_nothing() -> None:
    start, *rest = Attempt().journal()
    once = feed([start, *rest])
    again = feed([start, *(message for message in rest for _ in range(2)), *rest])
    assert again.steps == once.steps
    assert np.array_equal(again.actions, once.actions)


def test_a_missing_message_is_a_gap() -> None:
    attempt = Attempt()
    assembly = Assembly(attempt.start(), LAYOUT)
    with pytest.raises(JournalGap):
        assembly.add(attempt.report(2, 10, 10))


def test_a_stretch_that_overlaps_is_refused() -> None:
    attempt = Attempt()
    assembly = Assembly(attempt.start(), LAYOUT)
    assembly.add(attempt.report(1, 0, 10))
    with pytest.raises(BadReport, match="begins at step 9"):
        assembly.add(attempt.report(2, 9, 10))


def test_an_end_that_counts_otherwise_is_refused() -> None:
    attempt = Attempt()
    assembly = Assembly(attempt.start(), LAYOUT)
    assembly.add(attempt.report(1, 0, 10))
    with pytest.raises(BadReport, match="10 were"):
        assembly.add(attempt.end(2))


def test_a_refused_report_leaves_no_trace() -> None:
    attempt = Attempt()
    assembly = Assembly(attempt.start(), LAYOUT)
    good = attempt.report(1, 0, 10)
    bad = msgspec.structs.replace(good, anchors=(*good.anchors, good.anchors[0]), sources=())
    with pytest.raises(BadReport):
        assembly.add(bad)
    assert assembly.steps == 0
    assembly.add(good)
    assert assembly.steps == 10


@pytest.mark.parametrize(
    "changes",
    [
        {"actions": Array.of(np.zeros((10, 3), np.float32))},
        {"states": Array.of(np.zeros((10, 3), np.float64))},
        {"policy_versions": (0,)},
        {"anchors": (msgspec.structs.replace(Attempt().report(1, 0, 10).anchors[0], step=10),)},
    ],
)
def test_reports_that_contradict_themselves_are_refused(changes: dict[str, object]) -> None:
    attempt = Attempt()
    report = msgspec.structs.replace(attempt.report(1, 0, 10), **changes)
    with pytest.raises(BadReport):
        Assembly(attempt.start(), LAYOUT).add(report)


def test_an_unknown_camera_is_refused() -> None:
    attempt = Attempt()
    assembly = Assembly(attempt.start(), replace(LAYOUT, cameras=("other",)))
    with pytest.raises(BadReport, match="wrist"):
        assembly.add(attempt.report(1, 0, 10))


def test_an_unknown_regime_is_refused() -> None:
    with pytest.raises(BadReport, match="critical or full"):
        Assembly(Attempt(regime="half").start(), LAYOUT)


def test_the_first_message_must_be_the_first() -> None:
    start = msgspec.structs.replace(Attempt().start(), seq=1)
    with pytest.raises(JournalGap):
        Assembly(start, LAYOUT)


def test_nothing_is_reported_after_the_end() -> None:
    attempt = Attempt(steps=10)
    assembly = feed(attempt.journal())
    with pytest.raises(BadReport, match="after its end"):
        assembly.add(attempt.report(3, 10, 5))


def test_held_bytes_count_the_pictures() -> None:
    attempt = Attempt(steps=10)
    assembly = feed(attempt.journal())
    policy = sum(len(p.jpeg) for step in (0, 2, 4, 6, 8, 10) for p in pictures(step))
    assert assembly.held_bytes == policy + len(attempt.report(1, 0, 10).frames[0].jpeg)
