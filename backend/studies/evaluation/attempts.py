"""One attempt of a study as a row."""

from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from backend.studies.lockstep.slot import Slot
from robot_bridge.protocol.messages import ChunkReport, EpisodeEnd, EpisodeStart, Source

CONTROL_HZ = 50


@dataclass(frozen=True, kw_only=True)
class Row:
    """How one attempt went."""

    start: int
    """Number of the start; equal numbers of one report are equal starts."""
    seed: int
    success: bool
    ended_by: str
    steps: int
    precise_steps: int
    """Steps since the hand-off; all of them in the critical regime."""
    human_steps: int
    interventions: int
    reset_seconds: float
    """What the reset takes on a real cell."""
    peak_force: float
    relative_pose: tuple[float, ...]
    """Of the held object in the goal's frame at the end: metres, radians."""
    objections: tuple[str, ...]
    """Of the audit's witness; they make a success false."""
    audited: bool

    def to_dict(self) -> dict[str, Any]:
        """As JSON gives it back."""
        values = asdict(self)
        return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}


def row_of(slot: Slot, start: int) -> Row:
    """The row of an attempt that has ended."""
    first, end = slot.said[0], slot.said[-1]
    assert isinstance(first, EpisodeStart)
    assert isinstance(end, EpisodeEnd)
    truth = end.truth or {}
    sources = [s for m in slot.said if isinstance(m, ChunkReport) for s in m.sources]
    stretches = [source for source, _ in groupby(sources)]
    precise = end.steps - end.hand_off_step if end.hand_off_step >= 0 else 0
    return Row(
        start=start,
        seed=first.seed,
        success=end.ended_by == "success",
        ended_by=end.ended_by,
        steps=end.steps,
        precise_steps=end.steps if first.regime == "critical" else precise,
        human_steps=sources.count(Source.HUMAN),
        interventions=0 if slot.order.expert else stretches.count(Source.HUMAN),
        reset_seconds=first.reset_seconds,
        peak_force=end.peak_force,
        relative_pose=tuple(truth.get("relative_pose", ())),
        objections=tuple(truth.get("objections", ())),
        audited="objections" in truth,
    )
