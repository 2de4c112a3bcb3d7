from dataclasses import replace
from uuid import uuid4

import numpy as np
import pytest

from backend.errors import BadRequest
from backend.rl.algorithms.rlt import Rlt
from backend.rl.config import RltConfig
from backend.rl.policy import ActorPolicy
from backend.rl.tuning import Tuning
from backend.rollout.decide import Decision, decide, moment_of
from backend.rollout.models import FrozenModels
from backend.rollout.plan import UNPLANNED, Plan, Snapshot, reference
from robot_bridge.protocol.messages import Observation, PolicyImage, Source
from tests.fixtures.attempt import Attempt
from tests.fixtures.frozen import tiny_frozen

FROZEN = tiny_frozen()
MODELS = FrozenModels(FROZEN)
ATTEMPT = Attempt()
QUIET = RltConfig(chunk=10, reference_speed=1.0, exploration_chunk=0.0, exploration_step=0.0)


def with_actor(version: int = 4) -> Plan:
    trainer = Rlt(RltConfig(hidden=8, chunk=10), FROZEN.dims(10), FROZEN.normalisation, seed=3)
    actor = ActorPolicy.load(trainer.actor_state())
    snapshot = Snapshot(checkpoint_id=uuid4(), version=version, actor=actor)
    return Plan(run_id=uuid4(), config=RltConfig(hidden=8, chunk=10), snapshot=snapshot)


def answer(observation: Observation, plan: Plan) -> Decision:
    return decide(observation, MODELS, plan, "insert the plug", uuid4())


def actions(decision: Decision) -> np.ndarray:
    return decision.chunk.actions.numpy()


@pytest.mark.parametrize(
    ("rl", "speed"), [(False, 1.0), (True, 1.5)], ids=["before the hand-off", "after it"]
)
def test_the_base_policy_plays_its_cut_proposal_at_the_pace_of_its_phase(
    *, rl: bool, speed: float
) -> None:
    plan = Plan(run_id=uuid4(), config=RltConfig(reference_speed=1.5))
    decision = answer(ATTEMPT.observation(4, rl=rl, explore=False), plan)
    cut = reference(decision.sensed.proposal, speed, delay=3, length=plan.config.execute)
    assert np.array_equal(actions(decision), cut)


def test_an_approach_may_be_sped_up_too() -> None:
    config = RltConfig(approach_speed=2.0)
    decision = answer(ATTEMPT.observation(4, rl=False), Plan(run_id=uuid4(), config=config))
    cut = reference(decision.sensed.proposal, 2.0, delay=3, length=config.execute)
    assert np.array_equal(actions(decision), cut)


def test_before_the_hand_off_the_base_policy_drives_whatever_was_learned() -> None:
    decision = answer(ATTEMPT.observation(4, rl=False), with_actor())
    assert decision.chunk.source is Source.BASE
    assert decision.chunk.policy_version == 0
    assert decision.chunk.first_step == 7
    assert set(decision.chunk.took_ms) == {"decode", "vla", "token", "proposal", "actor"}


def test_before_the_first_actor_the_rl_phase_plays_the_reference_with_noise() -> None:
    plan = Plan(run_id=uuid4(), config=RltConfig(reference_speed=1.0))
    noisy = answer(ATTEMPT.observation(4), plan)
    calm = answer(ATTEMPT.observation(4, rl=False), plan)
    assert noisy.chunk.source is Source.BASE
    assert noisy.chunk.policy_version == 0
    assert not np.array_equal(actions(noisy), actions(calm))
    quiet = answer(ATTEMPT.observation(4), replace(plan, config=QUIET))
    assert np.allclose(actions(quiet), actions(calm))
    evaluated = answer(ATTEMPT.observation(4, explore=False), plan)
    assert np.array_equal(actions(evaluated), actions(calm))


def test_the_actor_drives_and_stamps_its_version() -> None:
    plan = with_actor(version=4)
    decision = answer(ATTEMPT.observation(4), plan)
    assert decision.chunk.source is Source.RL
    assert decision.chunk.policy_version == 4
    assert np.abs(actions(decision)).max() <= 0.002 + 1e-9
    mean = answer(ATTEMPT.observation(4, explore=False), plan)
    assert not np.array_equal(actions(decision), actions(mean))


@pytest.mark.parametrize("plan", [with_actor(), Plan(run_id=uuid4(), config=RltConfig())])
def test_tuned_exploration_holds_for_the_actor_and_for_warm_up(plan: Plan) -> None:
    mean = answer(ATTEMPT.observation(4, explore=False), plan)
    calm = replace(plan, tuning=Tuning(exploration_chunk=0.0, exploration_step=0.0))
    assert np.allclose(actions(answer(ATTEMPT.observation(4), calm)), actions(mean))
    same = replace(plan, tuning=Tuning(beta=0.5))
    untuned = answer(ATTEMPT.observation(4), plan)
    assert np.array_equal(actions(answer(ATTEMPT.observation(4), same)), actions(untuned))


def test_the_same_moment_gives_the_same_bits() -> None:
    plan = with_actor()
    first, second = (answer(ATTEMPT.observation(4), plan) for _ in range(2))
    assert np.array_equal(actions(first), actions(second))
    alone = MODELS.sense(moment_of(ATTEMPT.observation(4)), "insert the plug")
    assert np.array_equal(alone.z, first.sensed.z)
    assert np.array_equal(alone.proposal, first.sensed.proposal)


def test_other_moments_get_other_noise() -> None:
    here = MODELS.sense(moment_of(ATTEMPT.observation(4)), "insert")
    there = MODELS.sense(replace(moment_of(ATTEMPT.observation(4)), step=6), "insert")
    assert np.array_equal(here.z, there.z)
    assert not np.array_equal(here.proposal, there.proposal)


def test_only_the_steps_to_be_executed_are_sent() -> None:
    plan = Plan(run_id=None, config=RltConfig(chunk=10, execute=5))
    assert actions(answer(ATTEMPT.observation(4), plan)).shape == (5, 2)


def test_a_picture_that_is_none_is_refused_by_name() -> None:
    bad = replace(
        moment_of(ATTEMPT.observation(4)), images=(PolicyImage(camera="wrist", jpeg=b"x"),)
    )
    with pytest.raises(BadRequest, match="wrist"):
        MODELS.sense(bad, "insert")


def test_a_missing_camera_is_refused() -> None:
    with pytest.raises(BadRequest, match="wrist"):
        MODELS.sense(replace(moment_of(ATTEMPT.observation(4)), images=()), "insert")


def test_without_a_run_the_base_policy_drives() -> None:
    assert answer(ATTEMPT.observation(4, rl=False), UNPLANNED).chunk.source is Source.BASE
