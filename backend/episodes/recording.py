"""Reads pictures and curves out of an episode's file, touching only the bytes asked for."""

import bisect
import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors import SafetensorError, safe_open

from backend.errors import NotFound, Unavailable
from backend.storage.container import METADATA_KEY

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_POINTS = 200
CURVES = ("tcp_x", "tcp_y", "tcp_z")
FORCE = ("force_x", "force_y", "force_z")
SOURCES = (("frame_index", "frame_blob"), ("image_index", "image_blob"))
"""Console pictures first; a camera without any falls back to what the policy saw."""

Index = dict[str, dict[int, tuple[str, int, int]]]
"""Camera, step: blob name, offset, length."""


class Recording:
    """One episode's file, opened for reading. Blocking: call it from a thread."""

    def __init__(self, path: Path) -> None:
        """Opens nothing yet."""
        self._path = path

    def frames(self) -> dict[str, list[int]]:
        """Steps with a picture, ascending, by camera."""
        with self._open() as file:
            return {camera: sorted(steps) for camera, steps in self._index(file).items()}

    def picture(self, camera: str, step: int) -> bytes:
        """The JPEG at `step` or the nearest one before it (the first, when none is before)."""
        with self._open() as file:
            index = self._index(file).get(camera)
            if not index:
                raise NotFound(f"This episode has no pictures of the camera {camera}.")
            steps = sorted(index)
            found = steps[max(bisect.bisect_right(steps, step) - 1, 0)]
            blob, offset, length = index[found]
            picture: NDArray[np.uint8] = file.get_slice(blob)[offset : offset + length]
        return picture.tobytes()

    def curves(self) -> tuple[list[str], list[tuple[int, list[float]]]]:
        """Names, and rows of step and values: force and tool position, at most 200 rows."""
        with self._open() as file:
            names = list(_info(file).get("state_names", ()))
            states: NDArray[np.float32] = file.get_tensor("state")
        every = max(1, -(-len(states) // MOST_POINTS))
        chosen = states[::every]
        shown: dict[str, NDArray[np.float32]] = {}
        if set(FORCE) <= set(names):
            columns = chosen[:, [names.index(name) for name in FORCE]]
            shown["force_norm"] = np.linalg.norm(columns, axis=1)
        for name in CURVES:
            if name in names:
                shown[name] = chosen[:, names.index(name)]
        table = np.stack(list(shown.values()), axis=1) if shown else np.empty((len(chosen), 0))
        rounded = np.nan_to_num(table.astype(float)).round(6).tolist()
        return list(shown), [(row * every, values) for row, values in enumerate(rounded)]

    def control_hz(self) -> int:
        """Steps per second."""
        with self._open() as file:
            return int(_info(file).get("control_hz", 50))

    def _open(self) -> Any:  # noqa: ANN401  the library's handle has no public type
        try:
            return safe_open(self._path, framework="numpy")
        except FileNotFoundError as error:
            raise NotFound("The file of this episode is gone from the data folder.") from error
        except (SafetensorError, OSError) as error:
            raise Unavailable(
                "The file of this episode cannot be read; look at the disk."
            ) from error

    def _index(self, file: Any) -> Index:  # noqa: ANN401
        cameras = _info(file)["cameras"]
        index: Index = defaultdict(dict)
        for table, blob in SOURCES:
            rows = file.get_tensor(table).tolist()
            found: Index = defaultdict(dict)
            for camera, step, offset, length in rows:
                found[cameras[camera]][step] = (blob, offset, length)
            for camera, steps in found.items():
                index.setdefault(camera, steps)
        return index


def _info(file: Any) -> dict[str, Any]:  # noqa: ANN401
    info: dict[str, Any] = json.loads((file.metadata() or {}).get(METADATA_KEY, "{}"))
    return info
