import numpy as np
import pytest

from backend.rl.time_scale import faster


def test_twice_as_fast_adds_neighbouring_displacements() -> None:
    chunk = np.array([[1.0], [2.0], [3.0], [4.0], [5.0]])
    assert faster(chunk, 2.0)[:, 0].tolist() == [3.0, 7.0]


def test_half_as_fast_again_splits_displacements() -> None:
    # Path 0 1 3 6; read at 0, 1.5, 3 -> 0, 2, 6 -> displacements 2, 4.
    assert faster(np.array([[1.0], [2.0], [3.0]]), 1.5)[:, 0].tolist() == [2.0, 4.0]


def test_speed_one_changes_nothing() -> None:
    chunk = np.random.default_rng(0).normal(size=(2, 50, 6)).astype(np.float32)
    np.testing.assert_allclose(faster(chunk, 1.0), chunk, atol=1e-6)


def test_length_survives_floating_point() -> None:
    assert faster(np.ones((50, 1)), 1.25).shape == (40, 1)


def test_slower_is_refused() -> None:
    with pytest.raises(ValueError, match="1 or faster"):
        faster(np.ones((4, 1)), 0.5)
