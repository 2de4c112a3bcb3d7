"""The episode file: what one attempt did, sensed and was proposed. Free of torch.

Transitions are a pure function of this file, the outcome and the run's configuration.

Legend: T played steps, A action, S state, N anchors, K token, C chunk, M pictures. All values are
in physical units; pictures are JPEG.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from backend.storage.container import NotAContainer, metadata_of, read_metadata

SCHEMA = 1
SOURCES = ("base", "rl", "human", "hold")
"""Names of the codes in `source`."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class RecordingInfo:
    """The metadata of an episode file."""

    episode_id: str
    robot: str
    task: str
    regime: str
    run_id: str | None
    seed: int
    cameras: tuple[str, ...]
    """Names by camera index."""
    action_names: tuple[str, ...]
    state_names: tuple[str, ...]
    vla_sha256: str
    token_sha256: str
    normalisation_sha256: str
    lock_sha256: str
    control_hz: int
    stride: int
    delay: int
    reference_speed: float
    ended_by: str
    truncated: bool
    steps: int
    hand_off_step: int
    policy_versions: tuple[int, ...]
    """Every actor version that made a step, ascending, without the base policy's 0."""
    last_state_known: bool
    started_at: float
    """Seconds since the epoch, by the bridge's clock."""
    ended_at: float
    started_by: str
    reset_seconds: float
    peak_force: float
    truth: dict[str, Any] | None
    """The simulator's own verdict; None on real robots."""
    schema: int = SCHEMA


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One stored JPEG."""

    camera: str
    step: int
    jpeg: bytes


@dataclass(frozen=True, kw_only=True)
class EpisodeRecording:
    """One attempt. `last_*` values of the bridge become an anchor at step T when they are known."""

    info: RecordingInfo
    action: Floats
    """[T, A] as the driver says it sent them."""
    state: Floats
    """[T + 1, S]; the last row repeats the one before where the final state was not sensed."""
    source: NDArray[np.uint8]
    """[T] index into SOURCES."""
    policy_version: NDArray[np.int32]
    """[T]"""
    anchor_step: NDArray[np.int32]
    """[N] ascending."""
    z: Floats
    """[N, K]"""
    reference: Floats
    """[N, C, A] the proposal for steps i + delay …, time-scaled."""
    image_blob: NDArray[np.uint8]
    image_index: NDArray[np.int64]
    """[M, 4] camera index, step, offset, length into the blob of policy images."""
    frame_blob: NDArray[np.uint8]
    frame_index: NDArray[np.int64]
    """The same for console frames."""

    def __post_init__(self) -> None:
        """Refuse arrays that do not agree with each other."""
        steps, anchors = self.info.steps, len(self.anchor_step)
        agree = (
            len(self.action) == len(self.source) == len(self.policy_version) == steps
            and len(self.state) == steps + 1
            and len(self.z) == len(self.reference) == anchors
            and self.image_index.shape[1:] == self.frame_index.shape[1:] == (4,)
        )
        if not agree:
            raise NotAContainer(
                f"The arrays of episode {self.info.episode_id} do not agree on its {steps} steps "
                f"and {anchors} anchors."
            )

    def to_bytes(self) -> bytes:
        """The file; equal recordings give equal bytes."""
        arrays = {
            item.name: np.ascontiguousarray(getattr(self, item.name))
            for item in fields(self)
            if item.name != "info"
        }
        return safetensors.numpy.save(arrays, metadata_of(asdict(self.info)))

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read a file back; raises NotAContainer when it is not an episode of this schema."""
        info = read_info(content)
        try:
            arrays = safetensors.numpy.load(content)
            return cls(info=info, **arrays)
        except (SafetensorError, TypeError) as error:
            raise NotAContainer(f"The episode file cannot be read: {error}.") from error

    def images(self) -> Iterator[Picture]:
        """The policy's pictures, in the order of their steps."""
        return _pictures(self.info.cameras, self.image_blob, self.image_index)

    def frames(self) -> Iterator[Picture]:
        """The console's pictures, in the order of their steps."""
        return _pictures(self.info.cameras, self.frame_blob, self.frame_index)


def read_info(content: bytes) -> RecordingInfo:
    """The metadata alone."""
    document = read_metadata(content)
    if document.get("schema") != SCHEMA:
        raise NotAContainer(
            f"Episode files of schema {document.get('schema')} are not read here, only {SCHEMA}."
        )
    try:
        return RecordingInfo(**{k: _frozen(v) for k, v in document.items()})
    except TypeError as error:
        raise NotAContainer(f"The episode file's header is incomplete: {error}.") from error


def pack_pictures(
    pictures: list[Picture], cameras: tuple[str, ...]
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pictures as one blob and its index."""
    number = {name: index for index, name in enumerate(cameras)}
    index = np.zeros((len(pictures), 4), np.int64)
    offset = 0
    for row, picture in enumerate(pictures):
        index[row] = number[picture.camera], picture.step, offset, len(picture.jpeg)
        offset += len(picture.jpeg)
    blob = np.frombuffer(b"".join(p.jpeg for p in pictures), np.uint8)
    return blob, index


def _pictures(
    cameras: tuple[str, ...], blob: NDArray[np.uint8], index: NDArray[np.int64]
) -> Iterator[Picture]:
    for camera, step, offset, length in index.tolist():
        jpeg = blob[offset : offset + length].tobytes()
        yield Picture(camera=cameras[camera], step=step, jpeg=jpeg)


def _frozen(value: Any) -> Any:  # noqa: ANN401
    return tuple(value) if isinstance(value, list) else value
