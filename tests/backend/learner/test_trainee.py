from uuid import uuid4

import torch

from backend.learner.experience import windows_of
from backend.learner.trainee import Counters, Trainee
from backend.rl.config import RltConfig
from backend.rl.transitions import Windows
from backend.rl.tuning import Tuning
from tests.fixtures.attempt import Attempt
from tests.fixtures.frozen import tiny_frozen
from tests.fixtures.stored import recording_of

FROZEN = tiny_frozen()
CONFIG = RltConfig(
    chunk=10, warmup_episodes=2, warmup_updates=12, pretrain_steps=30, batch_size=8, hidden=8,
    replay_capacity=2000, updates_per_transition=2.0, early_episodes=1,
)  # fmt: skip


def windows(steps: int = 25) -> Windows:
    return windows_of(
        recording_of(Attempt(steps=steps)).to_bytes(),
        lock_sha256=FROZEN.lock.sha256,
        normalisation=FROZEN.normalisation,
        config=CONFIG,
    )


COUNT = len(windows())


def trainee() -> Trainee:
    return Trainee(
        run_id=uuid4(), config=CONFIG, dims=FROZEN.dims(10), normalisation=FROZEN.normalisation,
        seed=3, lock_sha256=FROZEN.lock.sha256,
    )  # fmt: skip


def warmed() -> Trainee:
    made = trainee()
    for name in ("a", "b"):
        made.add(name, windows())
        made.judge(name, "success", 1)
    return made


def exhaust(made: Trainee) -> int:
    updates = 0
    while made.ready:
        updates += made.work()[0]
    return updates


def test_nothing_is_done_before_the_warm_up_is_over() -> None:
    made = trainee()
    made.add("a", windows())
    made.judge("a", "success", 1)
    made.add("b", windows())
    assert not made.ready
    made.judge("b", "discard", 1)
    assert not made.ready
    made.judge("b", "failure", 2)
    assert made.ready


def test_the_warm_up_copies_first_and_then_makes_its_updates() -> None:
    made = warmed()
    assert made.work()[0] == 0
    assert not made.playable
    assert exhaust(made) == CONFIG.warmup_updates
    assert made.copied == CONFIG.pretrain_steps
    assert made.playable
    assert made.utd == 0.0


def test_updates_never_exceed_what_came_in() -> None:
    made = warmed()
    exhaust(made)
    made.add("c", windows())
    assert not made.ready
    made.judge("c", "failure", 1)
    assert exhaust(made) == 2 * COUNT
    assert made.utd == 2.0


def test_a_relabelled_episode_is_not_paid_for_twice() -> None:
    made = warmed()
    exhaust(made)
    made.judge("a", "failure", 2)
    made.judge("a", "discard", 3)
    made.judge("a", "success", 4)
    assert not made.ready
    assert made.windows_total == 2 * COUNT


def test_a_judgement_is_applied_once_and_the_newest_counts() -> None:
    made = warmed()
    assert not made.judge("a", "success", 1)
    assert made.judge("a", "failure", 3)
    assert not made.judge("a", "success", 2)
    rewards = made.replay._reward[:COUNT]
    assert rewards.sum() == 0.0
    assert made.judge("a", "success", 4)
    assert made.replay._reward[:COUNT].sum() > 0.0


def test_a_judgement_of_an_unknown_episode_waits_for_its_repetition() -> None:
    made = trainee()
    assert not made.judge("a", "success", 1)
    made.add("a", windows())
    assert made.judge("a", "success", 1)


def test_a_second_copy_of_an_episode_changes_nothing() -> None:
    made = warmed()
    made.add("a", windows(steps=40))
    assert len(made.replay) == 2 * COUNT


def test_the_pull_is_let_go_after_the_early_episodes() -> None:
    made = warmed()
    assert made.trainer.beta == CONFIG.beta_early
    made.add("c", windows())
    made.judge("c", "success", 1)
    assert made.trainer.beta == CONFIG.beta


def test_a_tuned_pull_holds_until_it_is_taken_back() -> None:
    made = warmed()
    made.tune(Tuning(beta=0.5))
    made.add("c", windows())
    made.judge("c", "success", 1)
    assert made.trainer.beta == made.in_force()["beta"] == 0.5
    made.tune(Tuning())
    assert made.trainer.beta == CONFIG.beta


def test_paused_learning_takes_in_and_owes_but_computes_nothing() -> None:
    made = warmed()
    exhaust(made)
    made.tune(Tuning(learning_paused=True))
    made.add("c", windows())
    assert made.judge("c", "success", 1)
    assert not made.ready
    made.tune(Tuning())
    assert exhaust(made) == 2 * COUNT


def test_settings_in_force_are_the_tuned_ones_or_else_the_configured() -> None:
    made = trainee()
    assert made.in_force() == {
        "beta": CONFIG.beta_early, "exploration_chunk": CONFIG.exploration_chunk,
        "exploration_step": CONFIG.exploration_step, "learning_paused": 0.0, "actor_frozen": 0.0,
    }  # fmt: skip
    made.tune(Tuning(exploration_chunk=0.1, actor_frozen=True))
    assert made.trainer.actor_frozen
    assert made.in_force()["exploration_chunk"] == 0.1
    assert made.in_force()["actor_frozen"] == 1.0


def test_a_resumed_run_owes_what_it_owed_and_what_came_since() -> None:
    before = warmed()
    exhaust(before)
    before.add("c", windows())
    before.judge("c", "success", 1)
    before.work()
    saved, counters = before.trainer.state_dict(), before.counters()
    assert isinstance(counters, Counters)

    after = warmed()
    for name in ("c", "d"):
        after.add(name, windows())
        after.judge(name, "success", 1)
    after.resume(saved, counters)
    assert after.trainer.updates == before.trainer.updates
    assert after.copied == CONFIG.pretrain_steps
    assert after.windows_total == 4 * COUNT
    assert exhaust(after) == before.schedule.due + 2 * COUNT
    assert after.playable


def test_a_resumed_run_computes_on_the_same_bits() -> None:
    before = warmed()
    exhaust(before)
    after = warmed()
    after.resume(before.trainer.state_dict(), before.counters())
    for made in (before, after):
        made.add("c", windows())
        made.judge("c", "failure", 1)
        exhaust(made)
    ours, theirs = before.trainer.state_dict(), after.trainer.state_dict()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_it_goes_back_to_an_earlier_actor_once() -> None:
    made = warmed()
    earlier = made.trainer.actor_state()
    made.trainer.train(made.replay, 4)
    assert not same_actor(made, earlier)
    made.go_back(earlier, 1)
    assert same_actor(made, earlier)
    networks = made.trainer.networks
    for slow in (networks.target_actor, networks.played_actor):
        pairs = zip(slow.parameters(), networks.actor.parameters(), strict=True)
        assert all(torch.equal(mine, learned) for mine, learned in pairs)
    made.trainer.train(made.replay, 4)
    made.go_back(earlier, made.counters().times_back)
    assert not same_actor(made, earlier)


def same_actor(trainee: Trainee, state: dict[str, torch.Tensor]) -> bool:
    now = trainee.trainer.networks.actor.state_dict()
    return all(torch.equal(value, state[f"actor.{name}"]) for name, value in now.items())
