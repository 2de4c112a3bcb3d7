import pytest

from backend.rl.exploration import Exploration
from backend.rl.tuning import LIMITS, Tuning

CONFIGURED = Exploration(per_chunk=0.3, per_step=0.05)


def test_nothing_tuned_leaves_everything_as_configured() -> None:
    assert Tuning.from_dict({}) == Tuning()
    assert Tuning().exploration(CONFIGURED) == CONFIGURED


def test_each_deviation_is_tuned_by_itself() -> None:
    assert Tuning(exploration_chunk=0.0).exploration(CONFIGURED) == Exploration(0.0, 0.05)
    assert Tuning(exploration_step=0.1).exploration(CONFIGURED) == Exploration(0.3, 0.1)


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("value", [-0.1, 1e6, float("nan")])
def test_values_outside_their_range_are_refused(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} must be between"):
        Tuning.from_dict({name: value})


def test_unknown_names_are_refused() -> None:
    with pytest.raises(TypeError, match="gamma"):
        Tuning.from_dict({"gamma": 0.9})
