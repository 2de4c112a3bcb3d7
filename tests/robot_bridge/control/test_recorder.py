import random
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot_bridge.control.recorder import Recorder, Step
from robot_bridge.protocol.messages import (
    ChunkReport,
    ConsoleFrame,
    EpisodeEnd,
    EpisodeStart,
    PolicyImage,
    Source,
)

PICTURE = (PolicyImage(camera="wrist", jpeg=b"x"),)
STEP = Step(np.zeros(3), np.zeros(6), Source.BASE, 0)


def begin(sink: list[Any], report_steps: int = 10) -> Recorder:
    start = EpisodeStart(
        seq=0,
        episode_id=uuid4(),
        run_id=None,
        task="ethernet",
        instruction="plug",
        regime="full",
        seed=1,
        started_at=0.0,
        reset_seconds=0.0,
        issued_by="ada",
    )
    return Recorder(start, report_steps=report_steps, emit=sink.append)


def end_of(recorder: Recorder) -> EpisodeEnd:
    return EpisodeEnd(
        seq=0,
        episode_id=recorder.episode_id,
        steps=recorder.steps,
        ended_at=0.0,
        ended_by="label",
        truncated=False,
        hand_off_step=-1,
        peak_force=0.0,
        truth=None,
        last_state=None,
    )


def test_a_report_waits_for_the_pictures_of_its_anchors() -> None:
    sink: list[Any] = []
    recorder = begin(sink)
    for _ in range(10):
        recorder.step(STEP)
    recorder.boundary()
    for step in (2, 4, 6, 8):
        recorder.images(step, PICTURE)
    assert len(sink) == 1
    recorder.images(0, PICTURE)
    assert [a.step for a in sink[1].anchors] == [0, 2, 4, 6, 8]


def test_reports_leave_in_order_even_when_pictures_do_not() -> None:
    sink: list[Any] = []
    recorder = begin(sink, report_steps=2)
    for _ in range(4):
        recorder.step(STEP)
    recorder.boundary()
    recorder.images(2, PICTURE)
    assert len(sink) == 1
    recorder.images(0, PICTURE)
    assert [m.start_step for m in sink[1:]] == [0, 2]


def test_without_pictures_the_anchors_are_left_out_and_the_steps_are_not() -> None:
    sink: list[Any] = []
    recorder = begin(sink)
    for _ in range(5):
        recorder.step(STEP)
    recorder.images(2, PICTURE)
    recorder.finish(end_of(recorder), expect_images=True)
    recorder.give_up()
    report, end = sink[1:]
    assert [a.step for a in report.anchors] == [2]
    assert len(report.sources) == end.steps == 5
    assert recorder.closed


def test_an_attempt_without_steps_has_a_start_and_an_end() -> None:
    sink: list[Any] = []
    recorder = begin(sink)
    recorder.finish(end_of(recorder), expect_images=False)
    assert [m.seq for m in sink] == [0, 1]


def test_nothing_leaves_after_the_end() -> None:
    sink: list[Any] = []
    recorder = begin(sink)
    recorder.step(STEP)
    recorder.images(0, PICTURE)
    recorder.finish(end_of(recorder), expect_images=False)
    count = len(sink)
    recorder.images(1, PICTURE)
    recorder.give_up()
    assert len(sink) == count


def test_kept_pictures_leave_with_the_next_report() -> None:
    sink: list[Any] = []
    recorder = begin(sink, report_steps=1)
    frame = ConsoleFrame(camera="wrist", step=0, width=320, height=240, jpeg=b"f")
    recorder.frame(frame)
    recorder.step(STEP)
    recorder.images(0, PICTURE)
    recorder.boundary()
    assert sink[1].frames == (frame,)


@given(
    st.lists(st.sampled_from(["step", "boundary", "picture"]), max_size=80),
    st.integers(1, 12),
    st.randoms(use_true_random=False),
)
def test_whatever_the_order_of_pictures_the_record_is_whole(
    moves: list[str], report_steps: int, order: random.Random
) -> None:
    sink: list[Any] = []
    recorder = begin(sink, report_steps)
    owed = []
    for move in moves:
        if move == "step":
            if recorder.step(STEP):
                owed.append(recorder.steps - 1)
        elif move == "boundary":
            recorder.boundary()
        elif owed:
            recorder.images(owed.pop(order.randrange(len(owed))), PICTURE)
    recorder.finish(end_of(recorder), expect_images=True)
    owed.append(recorder.steps)
    order.shuffle(owed)
    for step in owed:
        recorder.images(step, PICTURE)
    reports = [m for m in sink if isinstance(m, ChunkReport)]
    assert [m.seq for m in sink] == list(range(len(sink)))
    assert isinstance(sink[-1], EpisodeEnd)
    spans = [s for r in reports for s in range(r.start_step, r.start_step + len(r.sources))]
    assert spans == list(range(recorder.steps))
    anchors = [a.step for r in reports for a in r.anchors]
    assert anchors == [s for s in range(recorder.steps) if s % 2 == 0]
    assert sink[-1].last_images == PICTURE


@pytest.mark.parametrize("steps", [1, 10, 11])
def test_a_stretch_is_never_longer_than_a_chunk(steps: int) -> None:
    sink: list[Any] = []
    recorder = begin(sink)
    for number in range(steps):
        if recorder.step(STEP):
            recorder.images(number, PICTURE)
    recorder.finish(end_of(recorder), expect_images=False)
    assert max(len(m.sources) for m in sink if isinstance(m, ChunkReport)) <= 10
