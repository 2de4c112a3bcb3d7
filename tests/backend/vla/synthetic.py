"""Tiny demonstration files with the layout of real ones.

A bright square in a dark picture shows where the goal is, seen from the tool; the demonstrator
walks towards it.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from safetensors.numpy import save_file

SIZE = 16
STATE_NAMES = ("x", "y", "vx")
META: dict[str, Any] = {
    "schema": 1,
    "task": "dot",
    "instruction": "Go to the dot.",
    "regime": "critical",
    "control_hz": 50,
    "stride": 2,
    "cameras": [{"name": "top", "policy_size": SIZE}],
    "state_names": STATE_NAMES,
    "action_names": ("dx", "dy"),
    "action_limit": (0.003, 0.003),
}


def picture(goal: NDArray[np.float64], size: int) -> bytes:
    """A square at the goal, coordinates in 0 .. 1."""
    pixels = np.full((size, size, 3), 30, np.uint8)
    row, column = (goal * (size - 6)).astype(int)
    pixels[row : row + 6, column : column + 6] = 220
    return bytes(simplejpeg.encode_jpeg(pixels, quality=95, colorspace="RGB"))


def record(
    path: Path,
    *,
    episodes: int = 10,
    seed: int = 0,
    failed: tuple[int, ...] = (),
    size: int = SIZE,
    **meta: Any,
) -> Path:
    """Write one demonstration file of short episodes (7, 8, 7, 8, ... steps)."""
    rng = np.random.default_rng(seed)
    lengths = [7 + number % 2 for number in range(episodes)]
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    state, action, blob, index, owner, steps, pose = [], [], b"", [], [], [], []
    for number, length in enumerate(lengths):
        goal = rng.uniform(0.0, 1.0, 2)
        place = np.zeros(2)
        for step in range(length):
            move = 0.002 * (goal - place * 100)
            state.append([*place, move[0]])
            action.append(move)
            if step % 2 == 0:
                jpeg = picture(goal - place * 100, size)
                index.append([[len(blob), len(jpeg)]])
                blob += jpeg
                owner.append(number)
                steps.append(step)
                pose.append([*(place - goal / 100), 0.0, 0.0, 0.0, goal[0] / 10])
            place = place + move
    arrays: dict[str, NDArray[Any]] = {
        "episode_first_step": bounds.astype(np.int64),
        "episode_success": np.array([number not in failed for number in range(episodes)], np.uint8),
        "state": np.array(state, np.float32),
        "action": np.array(action, np.float32),
        "anchor_episode": np.array(owner, np.int32),
        "anchor_step": np.array(steps, np.int32),
        "image_blob": np.frombuffer(blob, np.uint8),
        "image_index": np.array(index, np.int64),
        "probe_relative_pose": np.array(pose, np.float32),
        "probe_contact_force": rng.normal(size=(len(steps), 3)).astype(np.float32) * 2.0,
    }
    cameras = {"cameras": [{"name": "top", "policy_size": size}]}
    save_file(arrays, path, metadata={"rlt_demos": json.dumps({**META, **cameras, **meta})})
    return path
