"""Who gets which picture."""

import asyncio
from uuid import UUID, uuid4

import pytest

from backend.fleet.video import HEADER, Video, Viewer, Wish, pack
from robot_bridge.protocol.messages import Stream, VideoFrame, Watch

ROBOT, OTHER = uuid4(), uuid4()


def frame(sequence: int, camera: str = "wrist") -> VideoFrame:
    return VideoFrame(
        camera=camera,
        sequence=sequence,
        captured_ns=1,
        captured_at=2.5,
        step=-1,
        width=320,
        height=240,
        jpeg=b"jpeg",
    )


def wish(camera: str = "wrist", width: int = 320, fps: int = 10, robot: UUID = ROBOT) -> Wish:
    return Wish(robot, camera, width, width * 3 // 4, fps)


def test_a_bridge_is_told_the_union_and_only_when_it_changes() -> None:
    told: list[tuple[UUID, Watch]] = []
    video = Video(lambda robot, watch: told.append((robot, watch)))
    wall, focus = Viewer(), Viewer()
    for viewer in (wall, focus):
        video.join(viewer)
    wall.want([wish(fps=12), wish("base")])
    video.refresh()
    focus.want([wish(width=640, fps=5)])
    video.refresh()
    video.refresh()
    large = Stream(camera="wrist", width=640, height=480, fps=12)
    base = Stream(camera="base", width=320, height=240, fps=10)
    assert told[-1] == (ROBOT, Watch(streams=(base, large)))
    assert len(told) == 2
    video.leave(focus)
    video.leave(wall)
    assert told[-1] == (ROBOT, Watch(streams=()))
    assert len(told) == 4


@pytest.mark.asyncio
async def test_a_slow_viewer_finds_the_newest_frame_of_each_stream() -> None:
    viewer = Viewer()
    viewer.want([wish(), wish("base"), wish(robot=OTHER)])
    for sequence in range(5):
        viewer.offer(ROBOT, frame(sequence), now=float(sequence))
    viewer.offer(ROBOT, frame(9, "base"), now=4.0)
    viewer.offer(OTHER, frame(1, "roof"), now=4.0)
    taken = await viewer.take()
    assert {index: one.sequence for index, one in taken.items()} == {0: 4, 1: 9}
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await viewer.take()


@pytest.mark.parametrize(("fps", "expected"), [(30, 90), (15, 45), (10, 30), (1, 3)])
@pytest.mark.asyncio
async def test_each_stream_keeps_to_its_own_rate(fps: int, expected: int) -> None:
    viewer = Viewer()
    viewer.want([wish(fps=fps)])
    got = 0
    for number in range(90):
        jitter = 0.004 if number % 2 else -0.004
        viewer.offer(ROBOT, frame(number), now=100 + number / 30 + jitter)
        got += len(viewer._slots)
        viewer._slots.clear()
    assert abs(got - expected) <= 2


def test_the_header_is_the_published_one() -> None:
    message = pack(3, frame(2**32 + 7), sent_at=4.5)
    assert len(message) == 32 + 4
    assert HEADER.unpack(message[:32]) == (1, 1, 3, 7, 2_500_000, 4_500_000, -1, 320, 240)
    assert message[32:] == b"jpeg"
