from dataclasses import replace

from backend.rl.config import RltConfig
from backend.rl.schedule import UpdateSchedule

CONFIG = RltConfig(
    warmup_episodes=2, batch_size=8, warmup_updates=20, updates_per_transition=5, max_backlog=100
)


def warm() -> UpdateSchedule:
    schedule = UpdateSchedule(CONFIG)
    assert schedule.try_finish_warmup(episodes=2, windows=50)
    return schedule


def test_warmup_owes_its_updates_once() -> None:
    schedule = warm()
    assert schedule.due == 20
    assert not schedule.try_finish_warmup(episodes=3, windows=80)
    assert schedule.due == 20


def test_each_window_owes_its_updates() -> None:
    schedule = warm()
    schedule.done(20)
    schedule.added(3)
    assert schedule.due == 15
    schedule.done(15)
    assert schedule.due == 0


def test_too_few_episodes_are_not_warm() -> None:
    schedule = UpdateSchedule(CONFIG)
    assert not schedule.try_finish_warmup(episodes=1, windows=500)
    assert not schedule.warm


def test_beta_is_stronger_at_first() -> None:
    schedule = UpdateSchedule(replace(CONFIG, beta_early=0.008, beta=0.004, early_episodes=50))
    assert schedule.beta(0) == 0.008
    assert schedule.beta(49) == 0.008
    assert schedule.beta(50) == 0.004
