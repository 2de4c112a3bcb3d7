"""From an episode file to the windows one run learns from. Pure."""

import numpy as np

from backend.errors import ConfigError
from backend.rl.config import RltConfig
from backend.rl.normalisation import Normalisation
from backend.rl.transitions import EpisodeArrays, Windows, build
from backend.storage.recording import EpisodeRecording


class Unusable(ConfigError):
    """An episode that cannot be learned from; it stays stored and is left out."""

    title = "Episode left out"


def windows_of(
    content: bytes, *, lock_sha256: str, normalisation: Normalisation, config: RltConfig
) -> Windows:
    """Cut one episode file into windows; raises Unusable with the reason."""
    return windows_in(
        EpisodeRecording.from_bytes(content),
        lock_sha256=lock_sha256,
        normalisation=normalisation,
        config=config,
    )


def windows_in(
    recording: EpisodeRecording,
    *,
    lock_sha256: str,
    normalisation: Normalisation,
    config: RltConfig,
) -> Windows:
    """The same for an episode that was read already."""
    info = recording.info
    if info.lock_sha256 != lock_sha256:
        raise Unusable(
            f"It was recorded under lock {info.lock_sha256[:12]}, this run learns under "
            f"{lock_sha256[:12]}: another VLA, token or robot."
        )
    if info.reference_speed != config.reference_speed:
        raise Unusable(
            f"Its references are played at {info.reference_speed} times the speed, this run's at "
            f"{config.reference_speed}."
        )
    episode = EpisodeArrays(
        action=recording.action,
        state=recording.state,
        source=recording.source,
        anchor_step=recording.anchor_step,
        z=recording.z,
        reference=recording.reference,
        truncated=info.truncated,
        hand_off_step=info.hand_off_step if info.hand_off_step >= 0 else None,
    )
    try:
        windows = build(episode, delay=info.delay, normalisation=normalisation, config=config)
    except ValueError as error:
        raise Unusable(str(error)) from error
    for name in ("x", "reference", "action"):
        if not np.isfinite(getattr(windows, name)).all():
            raise Unusable("It holds values that are not numbers.")
    return windows
