import numpy as np
import pytest

from backend.rollout.finish import record, row_of, segments_of
from backend.rollout.plan import UNPLANNED, Plan, reference
from backend.storage.recording import EpisodeRecording
from robot_bridge.protocol.messages import Source
from tests.backend.rollout.test_assembler import feed
from tests.fixtures.attempt import Attempt, action_at, pictures, state_at
from tests.fixtures.frozen import tiny_frozen

B, R, H, W = Source.BASE, Source.RL, Source.HUMAN, Source.HOLD


def recorded(attempt: Attempt, plan: Plan = UNPLANNED) -> EpisodeRecording:
    return record(feed(attempt.journal()), plan, tiny_frozen().lock, token=4)


def test_the_file_says_what_happened() -> None:
    recording = recorded(Attempt(steps=25, delay=2))
    assert recording.info.delay == 2
    assert recording.info.steps == 25
    assert np.array_equal(recording.action[7], action_at(7))
    assert np.array_equal(recording.state[25], state_at(25))
    assert recording.anchor_step.tolist() == [*range(0, 25, 2), 25]
    assert recording.z[3].tolist() == [6.0] * 4
    assert [p.jpeg for p in recording.images()][1] == pictures(2)[0].jpeg
    assert [p.step for p in recording.frames()] == [0, 10, 20]
    assert recording.info.lock_sha256 == tiny_frozen().lock.sha256


def test_the_last_state_is_repeated_where_nobody_sensed_it() -> None:
    recording = recorded(Attempt(steps=25, last=False))
    assert not recording.info.last_state_known
    assert np.array_equal(recording.state[25], recording.state[24])


def test_an_attempt_stopped_before_its_first_step_is_stored() -> None:
    recording = recorded(Attempt(steps=0, last=False, hand_off_step=-1, truncated=True))
    assert EpisodeRecording.from_bytes(recording.to_bytes()).info.steps == 0
    assert row_of(recording).critical_steps == 0
    assert segments_of(recording) == []


def stretches(sources: list[Source]) -> list[tuple[str, int, int]]:
    attempt = Attempt(steps=len(sources), source=lambda s: sources[s])
    return [(s.phase, s.start_step, s.end_step) for s in segments_of(recorded(attempt))]


def test_segments_are_maximal_and_holding_belongs_to_the_driver() -> None:
    assert stretches([W, B, B, W, R, R, W, H, H, B]) == [
        ("base", 0, 4),
        ("rl", 4, 7),
        ("human", 7, 9),
        ("base", 9, 10),
    ]


def test_an_attempt_that_only_held_counts_as_base() -> None:
    assert stretches([W, W]) == [("base", 0, 2)]


def test_the_row_counts_people_and_versions() -> None:
    sources = [B] * 4 + [R] * 4 + [H] * 3 + [R] * 4 + [H] * 2
    versions = [0] * 4 + [7] * 4 + [0] * 3 + [9] * 4 + [0] * 2
    attempt = Attempt(
        steps=17, regime="full", hand_off_step=4,
        source=lambda s: sources[s], version=lambda s: versions[s],
    )  # fmt: skip
    recording = recorded(attempt)
    row = row_of(recording)
    assert (row.interventions, row.human_steps, row.policy_version) == (2, 5, 9)
    assert row.critical_steps == 13
    assert recording.info.policy_versions == (7, 9)
    assert [s.policy_version for s in segments_of(recording)] == [0, 7, 0, 9, 0]


@pytest.mark.parametrize(("regime", "hand_off", "critical"), [("critical", 0, 25), ("full", -1, 0)])
def test_active_time_begins_at_the_hand_off(regime: str, hand_off: int, critical: int) -> None:
    row = row_of(recorded(Attempt(regime=regime, hand_off_step=hand_off)))
    assert row.critical_steps == critical


def test_references_are_sped_up_then_cut_by_the_delay() -> None:
    proposal = np.arange(100, dtype=np.float32).reshape(50, 2)
    cut = reference(proposal, 2.0, delay=3, length=10)
    assert cut.shape == (10, 2)
    assert np.allclose(cut[0], proposal[6] + proposal[7])


def test_a_reference_that_is_too_short_is_refused() -> None:
    with pytest.raises(Exception, match="lower one of the three"):
        reference(np.zeros((50, 2), np.float32), 4.0, delay=3, length=10)
