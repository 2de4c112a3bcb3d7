"""Demonstration files (written by `rlt demos`) as training examples.

Pictures stay JPEG files in memory and are decoded on request.

Legend: E episodes, N anchors, S state, A action, H horizon, P image edge.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, compress
from pathlib import Path
from typing import Any

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from backend.errors import ConfigError

Floats = NDArray[np.float32]

_SCHEMA = 1
_MUST_AGREE = ("task", "instruction", "control_hz", "stride", "cameras", "state_names")
_SHARED = ("control_hz", "cameras", "image_size", "state_names", "action_names", "action_limit")


class DemoError(ConfigError):
    """A demonstration file cannot be used; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class DemoMeta:
    """What all files of one training have in common."""

    task: str
    instruction: str
    control_hz: int
    cameras: tuple[str, ...]
    image_size: int
    state_names: tuple[str, ...]
    action_names: tuple[str, ...]
    action_limit: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Demos:
    """All anchors of the successful episodes of one or several files."""

    meta: DemoMeta
    jpegs: tuple[tuple[bytes, ...], ...]
    """[N][cameras] policy pictures."""
    state: Floats
    """[N, S] before the action of the anchor."""
    episode: NDArray[np.int64]
    """[N] running number of the episode, over all files."""
    first_step: NDArray[np.int64]
    """[E + 1] rows of `steps_state` and `steps_action` of each episode."""
    row: NDArray[np.int64]
    """[N] the anchor's row in the step arrays."""
    steps_state: Floats
    steps_action: Floats
    relative_pose: Floats
    """[N, 6] tool relative to the goal, metres and radians. Privileged: for probes only."""
    contact_force: Floats
    """[N] newtons. Privileged: for probes only."""
    sha256: tuple[str, ...]
    """Identity of each file."""

    def __len__(self) -> int:
        """Anchors."""
        return len(self.row)

    def pictures(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        """What the cameras saw at these anchors, [n, cameras, P, P, 3]."""
        size = self.meta.image_size
        seen = np.empty((len(rows), len(self.meta.cameras), size, size, 3), np.uint8)
        for at, row in enumerate(rows):
            for camera, jpeg in enumerate(self.jpegs[row]):
                seen[at, camera] = simplejpeg.decode_jpeg(jpeg, colorspace="RGB")
        return seen

    def held_out(self, every: int = 10) -> NDArray[np.bool_]:
        """[N] True for the anchors of every tenth episode, which no training may see."""
        return np.asarray(self.episode % every == every - 1)

    def chunks(self, rows: NDArray[np.int64], horizon: int) -> tuple[Floats, NDArray[np.bool_]]:
        """Actions that followed the anchors [n]: [n, H, A], and True where the episode still ran.

        Beyond the end of an episode the action is zero: stay.
        """
        index = self.row[rows][:, None] + np.arange(horizon)
        inside = index < self.first_step[self.episode[rows] + 1][:, None]
        chosen = self.steps_action[np.minimum(index, len(self.steps_action) - 1)]
        return np.where(inside[..., None], chosen, np.float32(0.0)), inside

    def futures(self, rows: NDArray[np.int64], horizons: Sequence[int]) -> Floats:
        """Change of proprioception from each anchor to some steps later and to the end.

        [n, (len(horizons) + 1) * S]; horizons stop at the end of the episode.
        """
        now = self.row[rows]
        end = self.first_step[self.episode[rows] + 1] - 1
        later = [np.minimum(now + horizon, end) for horizon in horizons]
        changes = [self.steps_state[at] - self.steps_state[now] for at in [*later, end]]
        return np.concatenate(changes, axis=1)


def load(paths: Sequence[Path], *, every: int = 1) -> Demos:
    """Read files of one task, of which every so-many-th anchor counts.

    A file that does not fit the first is refused.
    """
    return _one_task(_read_all(paths), every)


def load_by_task(paths: Sequence[Path], *, every: int = 1) -> tuple[Demos, ...]:
    """Read files of several tasks, in the order in which the tasks first appear.

    All tasks must share cameras, proprioception and actions.
    """
    parts = _read_all(paths)
    tasks = dict.fromkeys(part.meta["task"] for _, part in parts)
    demos = [
        _one_task([pair for pair in parts if pair[1].meta["task"] == task], every) for task in tasks
    ]
    for other in demos[1:]:
        for name in _SHARED:
            if getattr(other.meta, name) != getattr(demos[0].meta, name):
                msg = (
                    f"The tasks {demos[0].meta.task} and {other.meta.task} differ in {name}; "
                    "one model needs the same for all."
                )
                raise DemoError(msg)
    return tuple(demos)


def _read_all(paths: Sequence[Path]) -> "list[tuple[Path, _Part]]":
    if not paths:
        msg = "Name at least one demonstration file (record some with `rlt demos`)."
        raise DemoError(msg)
    return [(path, _read(path)) for path in paths]


def _one_task(read: "list[tuple[Path, _Part]]", every: int) -> Demos:
    paths, parts = [path for path, _ in read], [part for _, part in read]
    for path, part in zip(paths[1:], parts[1:], strict=True):
        differing = [k for k in _MUST_AGREE if part.meta[k] != parts[0].meta[k]]
        if differing:
            msg = f"{path} differs from {paths[0]} in {', '.join(differing)}; train on one kind."
            raise DemoError(msg)
    return _join(parts, every)


@dataclass(frozen=True)
class _Part:
    meta: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    jpegs: list[tuple[bytes, ...]]
    sha256: str


def _read(path: Path) -> _Part:
    try:
        with safe_open(path, "numpy") as file:
            meta = json.loads((file.metadata() or {}).get("rlt_demos", "null"))
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        msg = f"{path} cannot be read as a demonstration file: {error}."
        raise DemoError(msg) from error
    if meta is None or meta.get("schema") != _SCHEMA:
        msg = f"{path} is not a demonstration file of schema {_SCHEMA}; record it with `rlt demos`."
        raise DemoError(msg)
    sizes = {camera["policy_size"] for camera in meta["cameras"]}
    if len(sizes) != 1:
        msg = f"{path}: all cameras must give the policy images of one size, not {sorted(sizes)}."
        raise DemoError(msg)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    blob = arrays.pop("image_blob").tobytes()
    jpegs = [
        tuple(blob[offset : offset + length] for offset, length in cameras)
        for cameras in arrays["image_index"].tolist()
    ]
    return _Part(meta, arrays, jpegs, digest)


def _join(parts: list[_Part], every: int) -> Demos:
    """Concatenate, renumber, and keep some anchors of the successful episodes only."""
    episodes, anchors, kept = [], [], []
    first = [np.zeros(1, np.int64)]
    steps = 0
    for part in parts:
        arrays = part.arrays
        count = len(arrays["episode_success"])
        ahead = sum(len(p.arrays["episode_success"]) for p in parts[: len(first) - 1])
        episode = arrays["anchor_episode"].astype(np.int64)
        bounds = arrays["episode_first_step"].astype(np.int64)
        episodes.append(episode + ahead)
        anchors.append(bounds[episode] + arrays["anchor_step"] + steps)
        first.append(bounds[1 : count + 1] + steps)
        counts = arrays["anchor_step"] % (every * part.meta["stride"]) == 0
        kept.append(counts & (arrays["episode_success"][episode] > 0))
        steps += int(bounds[-1])
    chosen = np.concatenate(kept)
    if not chosen.any():
        msg = "None of the demonstrations succeeded; there is nothing to learn from."
        raise DemoError(msg)
    row = np.concatenate(anchors)[chosen]
    steps_state = _stack(parts, "state")
    force = np.linalg.norm(_stack(parts, "probe_contact_force"), axis=1)
    return Demos(
        meta=_meta(parts[0].meta),
        jpegs=tuple(compress(chain.from_iterable(part.jpegs for part in parts), chosen)),
        state=steps_state[row],
        episode=np.concatenate(episodes)[chosen],
        first_step=np.concatenate(first),
        row=row,
        steps_state=steps_state,
        steps_action=_stack(parts, "action"),
        relative_pose=_stack(parts, "probe_relative_pose")[chosen],
        contact_force=force[chosen].astype(np.float32),
        sha256=tuple(part.sha256 for part in parts),
    )


def _stack(parts: list[_Part], name: str) -> Floats:
    return np.concatenate([part.arrays[name] for part in parts]).astype(np.float32)


def _meta(raw: dict[str, Any]) -> DemoMeta:
    return DemoMeta(
        task=raw["task"],
        instruction=raw["instruction"],
        control_hz=raw["control_hz"],
        cameras=tuple(camera["name"] for camera in raw["cameras"]),
        image_size=raw["cameras"][0]["policy_size"],
        state_names=tuple(raw["state_names"]),
        action_names=tuple(raw["action_names"]),
        action_limit=tuple(raw["action_limit"]),
    )
