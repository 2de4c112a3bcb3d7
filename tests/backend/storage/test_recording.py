from dataclasses import replace

import numpy as np
import pytest

from backend.storage.container import NotAContainer
from backend.storage.recording import (
    EpisodeRecording,
    Picture,
    RecordingInfo,
    pack_pictures,
    read_info,
)

PICTURES = [
    Picture(camera="wrist", step=0, jpeg=b"w0"),
    Picture(camera="base", step=0, jpeg=b"b-0"),
    Picture(camera="wrist", step=2, jpeg=b"w2!!"),
]


def info(steps: int = 4) -> RecordingInfo:
    return RecordingInfo(
        episode_id="e", robot="cell", task="ethernet", regime="critical", run_id=None, seed=3,
        cameras=("wrist", "base"), action_names=("dx", "dy"), state_names=("x",),
        vla_sha256="v", token_sha256="t", normalisation_sha256="n", lock_sha256="l", control_hz=50,
        stride=2, delay=3, reference_speed=2.0, ended_by="label", truncated=False, steps=steps,
        hand_off_step=0, policy_versions=(4,), last_state_known=True,
        started_at=1.0, ended_at=2.0, started_by="ann", reset_seconds=0.5, peak_force=3.0,
        truth={"ending": None},
    )  # fmt: skip


def recording(steps: int = 4, anchors: int = 2) -> EpisodeRecording:
    image_blob, image_index = pack_pictures(PICTURES, ("wrist", "base"))
    frame_blob, frame_index = pack_pictures([], ("wrist", "base"))
    return EpisodeRecording(
        info=info(steps),
        action=np.arange(steps * 2, dtype=np.float32).reshape(steps, 2),
        state=np.ones((steps + 1, 1), np.float32),
        source=np.ones(steps, np.uint8),
        policy_version=np.full(steps, 4, np.int32),
        anchor_step=np.arange(0, 2 * anchors, 2, dtype=np.int32),
        z=np.zeros((anchors, 5), np.float32),
        reference=np.zeros((anchors, 3, 2), np.float32),
        image_blob=image_blob,
        image_index=image_index,
        frame_blob=frame_blob,
        frame_index=frame_index,
    )


def test_a_recording_survives_the_round_trip() -> None:
    before = recording()
    after = EpisodeRecording.from_bytes(before.to_bytes())
    assert after.info == before.info
    assert np.array_equal(after.action, before.action)
    assert after.image_index.dtype == np.int64
    assert list(after.images()) == PICTURES
    assert list(after.frames()) == []


def test_equal_recordings_are_equal_bytes() -> None:
    assert recording().to_bytes() == recording().to_bytes()


def test_the_header_is_readable_alone() -> None:
    assert read_info(recording().to_bytes()) == info()


def test_an_attempt_without_steps_has_a_file_too() -> None:
    empty = EpisodeRecording.from_bytes(recording(steps=0, anchors=0).to_bytes())
    assert empty.info.steps == 0
    assert empty.reference.shape == (0, 3, 2)


def test_arrays_that_disagree_are_refused() -> None:
    good = recording()
    with pytest.raises(NotAContainer, match="do not agree"):
        replace(good, state=good.state[:-1])


@pytest.mark.parametrize(
    "content", [b"", b"\x80\x04pickle", b"\xff" * 64, b"\x02" + b"\0" * 7 + b"{}"]
)
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(NotAContainer):
        EpisodeRecording.from_bytes(content)


def test_another_schema_is_refused() -> None:
    newer = replace(recording(), info=replace(info(), schema=2))
    with pytest.raises(NotAContainer, match="schema 2"):
        EpisodeRecording.from_bytes(newer.to_bytes())


def test_a_truncated_file_is_refused() -> None:
    with pytest.raises(NotAContainer):
        EpisodeRecording.from_bytes(recording().to_bytes()[:-3])
