import numpy as np
import pytest
import torch

from backend.rl.normalisation import Normalisation


def fitted() -> Normalisation:
    actions = np.array([[0.001, 0.0], [0.003, 0.0]])
    return Normalisation.fit(actions, np.array([[1.0], [3.0]]), [0.01, 0.01])


def test_z_scores_by_hand() -> None:
    # Mean 0.002, deviation 0.001: 0.004 is two deviations above.
    made = fitted()
    assert made.action_z([[0.004, 0.0]])[0].tolist() == pytest.approx([2.0, 0.0], abs=1e-5)
    assert made.state_z([[5.0]])[0].tolist() == [3.0]


def test_component_that_never_moved_is_left_in_physical_units() -> None:
    assert fitted().action_std[1] == 1.0


def test_limits_in_deviations() -> None:
    low, high = fitted().bounds_z()
    assert low[0] == pytest.approx(-12.0, rel=1e-5)
    assert high[0] == pytest.approx(8.0, rel=1e-5)


def test_round_trip_keeps_identity() -> None:
    made = fitted()
    again = Normalisation.from_tensors({**made.tensors(), "other": torch.zeros(1)})
    assert again.sha256() == made.sha256()


def test_identity_changes_with_the_figures() -> None:
    other = Normalisation.fit(np.ones((2, 2)), np.ones((2, 1)), [0.01, 0.01])
    assert other.sha256() != fitted().sha256()


def test_missing_statistics_are_refused() -> None:
    with pytest.raises(ValueError, match="no normalisation"):
        Normalisation.from_tensors({})
