from dataclasses import replace

import numpy as np
import pytest

from backend.rl.transitions import StepSource
from tests.backend.rl.episodes import CONFIG, episode, windows


def test_window_of_an_anchor_starts_after_the_delay() -> None:
    # Ten steps, delay 1, chunk 4: anchor 2 holds actions 3, 4, 5, 6, whose first component is t+1.
    made = windows(episode(10), delay=1)
    assert made.action.reshape(-1, 4, 2)[1, :, 0].tolist() == [4, 5, 6, 7]
    assert made.action.reshape(-1, 4, 2)[1, :, 1].tolist() == [-4, -5, -6, -7]


def test_observation_joins_token_and_state_of_the_anchor() -> None:
    made = windows(episode(10))
    assert made.x[2].tolist() == [4, 4, 4, 4, 4.5]


def test_last_windows_are_filled_up_with_zero_and_keep_their_length() -> None:
    # Anchors 0 2 4 6 8 10; windows start at 1 3 5 7 9 11, so lengths are 4 4 4 3 1 0.
    made = windows(episode(10), delay=1)
    assert made.steps.tolist() == [4, 4, 4, 3, 1, 0]
    assert made.action.reshape(-1, 4, 2)[3, :, 0].tolist() == [8, 9, 10, 0]
    assert len(made) == 5


def test_last_marks_every_window_that_holds_the_final_step() -> None:
    # Final step 9. Window of anchor 4 is 5..8 (no), of 6 is 7..9 (yes), of 8 is 9 (yes).
    made = windows(episode(10), delay=1)
    assert made.last.tolist() == [False, False, False, True, True, False]


def test_window_that_ends_exactly_with_the_episode_is_last() -> None:
    # Delay 2: window of anchor 4 is 6..9 and holds the final step.
    assert windows(episode(10), delay=2).last.tolist() == [False, False, True, True, False, False]


def test_following_state_is_a_chunk_later_or_where_the_window_was_cut() -> None:
    # Anchor 0 -> step 4 (row 2); 4 -> 8 (row 4); 6 with n=3 -> step 9, next anchor is 10 (row 5);
    # 8 with n=1 -> 9 -> row 5.
    assert windows(episode(10), delay=1).following.tolist() == [2, 3, 4, 5, 5, 5]


def test_a_longer_return_looks_further_ahead_from_the_same_actions() -> None:
    # Two chunks: anchor 0 counts steps 1..8 and goes on at step 8 (row 4); anchor 2 counts 3..9,
    # which holds the final step; its actions are those of one chunk still.
    one, two = windows(episode(10)), windows(episode(10), config=replace(CONFIG, return_chunks=2))
    assert two.steps.tolist() == [8, 7, 5, 3, 1, 0]
    assert two.last.tolist() == [False, True, True, True, True, False]
    assert two.following.tolist() == [4, 5, 5, 5, 5, 5]
    assert two.action.tolist() == one.action.tolist()


def test_odd_length_has_its_final_anchor() -> None:
    made = windows(episode(9), delay=1)
    assert made.x[:, 0].tolist() == [0, 2, 4, 6, 8, 9]
    assert made.steps.tolist() == [4, 4, 4, 2, 0, 0]


def test_only_the_handed_off_segment_is_kept() -> None:
    # Windows whose first action is played at step 5 or later: anchors 4, 6, 8, 10.
    made = windows(episode(10, hand_off_step=5), delay=1)
    assert made.x[:, 0].tolist() == [4, 6, 8, 10]
    assert made.following.tolist() == [2, 3, 3, 3]


def test_an_episode_never_handed_off_gives_nothing() -> None:
    assert len(windows(episode(10, hand_off_step=None))) == 0


def test_target_is_the_reference_except_where_a_person_drove() -> None:
    arrays = episode(10)
    arrays.source[4:6] = StepSource.HUMAN
    made = windows(arrays, delay=1)
    # Anchor 2 plays steps 3..6; steps 4 and 5 are the person's (actions 5 and 6).
    assert made.target.reshape(-1, 4, 2)[1, :, 0].tolist() == [200, 5, 6, 203]
    assert made.reference.reshape(-1, 4, 2)[1, :, 0].tolist() == [200, 201, 202, 203]


def test_switch_shows_the_persons_action_as_the_reference() -> None:
    arrays = episode(10)
    arrays.source[4:6] = StepSource.HUMAN
    made = windows(arrays, delay=1, config=replace(CONFIG, human_replaces_reference=True))
    assert made.reference.reshape(-1, 4, 2)[1, :, 0].tolist() == [200, 5, 6, 203]


def test_source_of_a_window_is_the_highest_driver_in_it() -> None:
    arrays = episode(10)
    arrays.source[3:] = StepSource.RL
    arrays.source[9] = StepSource.HUMAN
    made = windows(arrays, delay=1)
    # Windows: 1..4 base and rl, 3..6 rl, 5..8 rl, 7..9 human, 9 human, none.
    assert made.source.tolist() == [1, 1, 1, 2, 2, 0]


def test_held_steps_count_as_what_they_were_zero_actions_of_nobody() -> None:
    arrays = episode(10, source=StepSource.RL)
    arrays.source[:] = StepSource.HOLD
    assert set(windows(arrays).source.tolist()) == {0}


@pytest.mark.parametrize("field", ["state", "z", "reference"])
def test_arrays_that_do_not_fit_are_refused(field: str) -> None:
    arrays = episode(10)
    with pytest.raises(ValueError, match="needs"):
        windows(replace(arrays, **{field: getattr(arrays, field)[:-1]}))


def test_another_chunk_length_is_refused() -> None:
    arrays = episode(10)
    with pytest.raises(ValueError, match="chunks of 4"):
        windows(replace(arrays, reference=np.repeat(arrays.reference, 2, axis=1)))
