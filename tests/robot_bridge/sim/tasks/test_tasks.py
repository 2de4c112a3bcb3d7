import numpy as np
import pytest

from robot_bridge.errors import ConfigError
from robot_bridge.sim.tasks import TASKS, task_named
from robot_bridge.sim.tasks.base import generator


def test_an_unknown_task_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"choose one of: .*ethernet"):
        task_named("chess")


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_knows_its_own_name_and_both_regimes(name: str) -> None:
    task = task_named(name)
    assert task.name == name
    assert set(task.max_steps) == set(task.reset_seconds) == {"critical", "full"}
    assert task.instruction.endswith(".")


def test_streams_of_one_seed_are_independent_and_repeatable() -> None:
    first = generator(5, "layout").random(4)
    assert np.array_equal(first, generator(5, "layout").random(4))
    assert not np.array_equal(first, generator(5, "looks").random(4))
    assert not np.array_equal(first, generator(6, "layout").random(4))
