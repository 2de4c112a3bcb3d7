from dataclasses import replace

import numpy as np
import pytest

from backend.errors import ConsoleError
from backend.learner.experience import Unusable, windows_of
from backend.rl.config import RltConfig
from backend.rl.transitions import Windows
from tests.fixtures.attempt import Attempt
from tests.fixtures.frozen import tiny_frozen
from tests.fixtures.stored import recording_of

FROZEN = tiny_frozen()


def windows(content: bytes, config: RltConfig | None = None) -> Windows:
    return windows_of(
        content,
        lock_sha256=FROZEN.lock.sha256,
        normalisation=FROZEN.normalisation,
        config=config or RltConfig(chunk=10),
    )


def test_windows_hold_what_was_played_after_the_delay() -> None:
    recording = recording_of(Attempt(steps=40, delay=2))
    cut = windows(recording.to_bytes())
    expected = FROZEN.normalisation.action_z(recording.action[6 + 2 : 6 + 2 + 10]).reshape(-1)
    assert np.array_equal(cut.action[3], expected)
    assert np.array_equal(cut.x[3, :4], recording.z[3])


def test_an_attempt_that_was_never_handed_off_teaches_nothing() -> None:
    attempt = Attempt(regime="full", hand_off_step=-1)
    assert len(windows(recording_of(attempt).to_bytes())) == 0


def test_an_attempt_without_steps_teaches_nothing() -> None:
    attempt = Attempt(steps=0, last=False, hand_off_step=-1)
    assert len(windows(recording_of(attempt).to_bytes())) == 0


def spoiled(**changes: object) -> bytes:
    recording = replace(recording_of(Attempt()), **changes)  # type: ignore[arg-type]
    return recording.to_bytes()


def test_another_lock_is_refused() -> None:
    info = replace(recording_of(Attempt()).info, lock_sha256="f" * 64)
    with pytest.raises(Unusable, match="another VLA, token or robot"):
        windows(spoiled(info=info))


def test_another_reference_speed_is_refused() -> None:
    with pytest.raises(Unusable, match=r"3\.0"):
        windows(recording_of(Attempt()).to_bytes(), RltConfig(chunk=10, reference_speed=3.0))


def test_another_chunk_is_refused() -> None:
    with pytest.raises(Unusable, match="chunk"):
        windows(recording_of(Attempt()).to_bytes(), RltConfig(chunk=5, execute=5))


@pytest.mark.parametrize("name", ["action", "state", "z", "reference"])
def test_values_that_are_not_numbers_are_refused(name: str) -> None:
    array = getattr(recording_of(Attempt()), name).copy()
    array[4] = np.nan
    with pytest.raises(Unusable, match="not numbers"):
        windows(spoiled(**{name: array}))


def test_other_files_are_refused() -> None:
    with pytest.raises(ConsoleError):
        windows(b"nothing of the kind")
