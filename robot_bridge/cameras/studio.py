"""Which pictures are wanted, at which size and quality, and what becomes of them."""

from collections.abc import Callable
from uuid import UUID

from robot_bridge.cameras.host import CameraHost
from robot_bridge.cameras.wire import Picture, Priority
from robot_bridge.control.clock import SECOND, Clock
from robot_bridge.control.ports import FrameWish, ImageWish
from robot_bridge.control.recorder import Images
from robot_bridge.protocol.messages import ConsoleFrame, PolicyImage, Stream, VideoFrame
from robot_bridge.robots.base import CameraSpec

POLICY_QUALITY = 95
CONSOLE_QUALITY = 80
KEPT_SIZE = (320, 240)

_StreamKey = tuple[str, int, int]


class Studio:
    """Policy images, kept pictures and live video, all from one camera process."""

    def __init__(
        self,
        host: CameraHost,
        cameras: tuple[CameraSpec, ...],
        clock: Clock,
        *,
        views: tuple[CameraSpec, ...],
        on_images: Callable[[int, Images], None],
        on_frame: Callable[[UUID, ConsoleFrame], None],
        on_video: Callable[[VideoFrame], None],
    ) -> None:
        """The three ways out: to the policy, to the record, to people; `views` only to people."""
        self._host = host
        self._cameras = cameras
        self._watchable = {camera.name for camera in (*cameras, *views)}
        self._clock = clock
        self._on_images = on_images
        self._on_frame = on_frame
        self._on_video = on_video
        self._streams: dict[_StreamKey, Stream] = {}
        self._due: dict[_StreamKey, int] = {}
        self._busy: set[_StreamKey] = set()
        self._generation = 0
        self._sequence = 0

    def want_images(self, wish: ImageWish) -> None:
        """Square policy images of all cameras, with full colour resolution."""
        pictures = tuple(
            Picture(camera.name, camera.policy_size, camera.policy_size, POLICY_QUALITY, True)
            for camera in self._cameras
        )

        def use(jpegs: tuple[bytes, ...]) -> None:
            pairs = zip(self._cameras, jpegs, strict=True)
            images = tuple(PolicyImage(camera=camera.name, jpeg=jpeg) for camera, jpeg in pairs)
            self._on_images(wish.id, images)

        priority = Priority.POLICY if wish.urgent else Priority.ANCHOR
        self._host.order(priority, wish.snapshot, pictures, use)

    def want_frames(self, wish: FrameWish) -> None:
        """Small console pictures for people who label later."""
        width, height = KEPT_SIZE
        pictures = tuple(
            Picture(camera.name, width, height, CONSOLE_QUALITY, False) for camera in self._cameras
        )

        def use(jpegs: tuple[bytes, ...]) -> None:
            for camera, jpeg in zip(self._cameras, jpegs, strict=True):
                frame = ConsoleFrame(
                    camera=camera.name, step=wish.step, width=width, height=height, jpeg=jpeg
                )
                self._on_frame(wish.episode_id, frame)

        self._host.order(Priority.KEPT, wish.snapshot, pictures, use)

    def watch(self, streams: tuple[Stream, ...]) -> None:
        """Replace the wish for live video. Streams of cameras that do not exist are dropped."""
        known = (stream for stream in streams if stream.camera in self._watchable)
        self._streams = {(s.camera, s.width, s.height): s for s in known}
        self._due = {key: self._due.get(key, 0) for key in self._streams}

    def due(self, now: int) -> list[Stream]:
        """Streams whose next picture should be taken now; one that is still busy skips its turn."""
        if self._generation != self._host.generation:
            self._generation = self._host.generation
            self._busy.clear()
        return [
            stream
            for key, stream in self._streams.items()
            if now >= self._due[key] and key not in self._busy
        ]

    def film(self, streams: list[Stream], snapshot: bytes, step: int) -> None:
        """Take one picture for each of these streams."""
        now, wall = self._clock.now_ns(), self._clock.wall()
        for stream in streams:
            key = (stream.camera, stream.width, stream.height)
            period = SECOND // stream.fps
            in_time = now - self._due[key] < period
            self._due[key] = self._due[key] + period if in_time else now + period
            self._busy.add(key)
            self._order_video(stream, key, snapshot, (now, wall, step))

    def _order_video(
        self, stream: Stream, key: _StreamKey, snapshot: bytes, moment: tuple[int, float, int]
    ) -> None:
        def use(jpegs: tuple[bytes, ...]) -> None:
            self._busy.discard(key)
            if key not in self._streams:
                return
            self._sequence += 1
            self._on_video(
                VideoFrame(
                    camera=stream.camera,
                    sequence=self._sequence,
                    captured_ns=moment[0],
                    captured_at=moment[1],
                    step=moment[2],
                    width=stream.width,
                    height=stream.height,
                    jpeg=jpegs[0],
                )
            )

        picture = Picture(stream.camera, stream.width, stream.height, CONSOLE_QUALITY, False)
        self._host.order(Priority.VIDEO, snapshot, (picture,), use)
