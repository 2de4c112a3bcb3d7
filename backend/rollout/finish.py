"""From a complete assembly to the episode file, and from the file to its row. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

import numpy as np

from backend.errors import BadRequest
from backend.kit.plain import plain
from backend.rollout.assembler import SOURCE_CODE, Assembly
from backend.rollout.moments import Floats
from backend.rollout.plan import Plan, reference
from backend.storage.recording import (
    SOURCES,
    EpisodeRecording,
    Picture,
    RecordingInfo,
    pack_pictures,
)
from backend.vla.lock import Lock

STRIDE = 2
"""Steps between two replay anchors."""

_HOLD = SOURCE_CODE["hold"]


@dataclass(frozen=True, kw_only=True)
class SegmentRow:
    """A maximal stretch of one phase, steps [start, end)."""

    phase: str
    start_step: int
    end_step: int
    policy_version: int


@dataclass(frozen=True, kw_only=True)
class EpisodeRow:
    """What the episode's row says beyond ids and file."""

    regime: str
    seed: int
    started_at: datetime
    ended_at: datetime
    started_by: str
    steps: int
    critical_steps: int
    hand_off_step: int
    interventions: int
    human_steps: int
    reset_seconds: float
    ended_by: str
    truncated: bool
    policy_version: int
    peak_force: float
    truth: dict[str, object] | None


def record(assembly: Assembly, plan: Plan, lock: Lock, *, token: int) -> EpisodeRecording:
    """The whole episode. References are cut as the run plays them.

    Args:
        assembly: complete.
        plan: of the run it belongs to.
        lock: of the models that sensed its anchors.
        token: K, length of the RL token.
    """
    layout, anchors = assembly.layout, assembly.anchors()
    config, delay = plan.config, assembly.start.delay
    actions = len(layout.action_names)
    speed, length = config.reference_speed, config.chunk
    cut = [reference(s.proposal, speed, delay=delay, length=length) for s in anchors]
    policy_pictures = [
        Picture(camera=image.camera, step=s.moment.step, jpeg=image.jpeg)
        for s in anchors
        for image in s.moment.images
    ]
    image_blob, image_index = pack_pictures(policy_pictures, layout.cameras)
    frame_blob, frame_index = pack_pictures(assembly.frames, layout.cameras)
    return EpisodeRecording(
        info=_info(assembly, plan, lock),
        action=_stack(assembly.actions, (actions,)),
        state=_states(assembly),
        source=np.array(assembly.sources, np.uint8),
        policy_version=np.array(assembly.policy_versions, np.int32),
        anchor_step=np.array([s.moment.step for s in anchors], np.int32),
        z=_stack([s.z for s in anchors], (token,)),
        reference=_stack(cut, (config.chunk, actions)),
        image_blob=image_blob,
        image_index=image_index,
        frame_blob=frame_blob,
        frame_index=frame_index,
    )


def segments_of(recording: EpisodeRecording) -> list[SegmentRow]:
    """Who drove when. Holding belongs to whoever drove before (or, at the start, after)."""
    drivers = _drivers(recording.source.tolist())
    rows, start = [], 0
    for driver, stretch in groupby(drivers):
        end = start + len(list(stretch))
        version = int(recording.policy_version[start:end].max())
        rows.append(
            SegmentRow(
                phase=SOURCES[driver], start_step=start, end_step=end, policy_version=version
            )
        )
        start = end
    return rows


def row_of(recording: EpisodeRecording) -> EpisodeRow:
    """A pure function of the file, so that a lost row can be written again."""
    info = recording.info
    human = SOURCES.index("human")
    segments = segments_of(recording)
    after_hand_off = info.steps - info.hand_off_step if info.hand_off_step >= 0 else 0
    return EpisodeRow(
        regime=info.regime,
        seed=info.seed,
        started_at=datetime.fromtimestamp(info.started_at, UTC),
        ended_at=datetime.fromtimestamp(info.ended_at, UTC),
        started_by=info.started_by,
        steps=info.steps,
        critical_steps=info.steps if info.regime == "critical" else after_hand_off,
        hand_off_step=info.hand_off_step,
        interventions=sum(segment.phase == "human" for segment in segments),
        human_steps=int(np.count_nonzero(recording.source == human)),
        reset_seconds=info.reset_seconds,
        ended_by=info.ended_by,
        truncated=info.truncated,
        policy_version=max(info.policy_versions, default=0),
        peak_force=info.peak_force,
        truth=info.truth,
    )


def _info(assembly: Assembly, plan: Plan, lock: Lock) -> RecordingInfo:
    start, end, layout = assembly.start, assembly.end, assembly.layout
    if end is None:
        raise BadRequest(f"Episode {assembly.episode_id} is not over yet.")
    return RecordingInfo(
        episode_id=str(start.episode_id),
        robot=layout.robot,
        task=start.task,
        regime=start.regime,
        run_id=str(start.run_id) if start.run_id else None,
        seed=start.seed,
        cameras=layout.cameras,
        action_names=layout.action_names,
        state_names=layout.state_names,
        vla_sha256=lock.vla_sha256,
        token_sha256=lock.token_sha256,
        normalisation_sha256=lock.normalisation_sha256,
        lock_sha256=lock.sha256,
        control_hz=layout.control_hz,
        stride=STRIDE,
        delay=start.delay,
        reference_speed=plan.config.reference_speed,
        ended_by=end.ended_by,
        truncated=end.truncated,
        steps=assembly.steps,
        hand_off_step=end.hand_off_step,
        policy_versions=tuple(sorted(set(assembly.policy_versions) - {0})),
        last_state_known=end.last_state is not None,
        started_at=start.started_at,
        ended_at=end.ended_at,
        started_by=start.issued_by,
        reset_seconds=start.reset_seconds,
        peak_force=end.peak_force,
        truth=plain(end.truth),
    )


def _states(assembly: Assembly) -> Floats:
    size = len(assembly.layout.state_names)
    rows = list(assembly.states)
    if len(rows) == assembly.steps:
        rows.append(rows[-1] if rows else np.zeros(size, np.float32))
    return _stack(rows, (size,))


def _stack(rows: list[Floats], shape: tuple[int, ...]) -> Floats:
    return np.stack(rows).astype(np.float32) if rows else np.zeros((0, *shape), np.float32)


def _drivers(sources: list[int]) -> list[int]:
    first = next((code for code in sources if code != _HOLD), SOURCE_CODE["base"])
    drivers: list[int] = []
    for code in sources:
        before = drivers[-1] if drivers else first
        drivers.append(before if code == _HOLD else code)
    return drivers
