"""From an observation to the chunk that answers it. Used from the worker thread only."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
import torch

from backend.rl.exploration import Exploration
from backend.rl.normalisation import Normalisation
from backend.rl.tuning import Tuning
from backend.rollout.models import FrozenModels, Stopwatch, seeded
from backend.rollout.moments import Floats, Moment, Sensed
from backend.rollout.plan import Plan, Snapshot, reference
from robot_bridge.protocol.codec import Array
from robot_bridge.protocol.messages import Chunk, Observation, Source


@dataclass(frozen=True)
class Decision:
    """The answer, and what it was made from."""

    chunk: Chunk
    sensed: Sensed
    hand_off: float | None = None
    """Probability that a hand-off is due; None where nothing was learned."""


def decide(
    observation: Observation, models: FrozenModels, plan: Plan, instruction: str, chunk_id: UUID
) -> Decision:
    """The actor's chunk in the RL phase, the base policy's otherwise.

    Until a run has its first actor, its RL phase is warm-up: the reference with the actor's noise.
    """
    watch = Stopwatch()
    sensed = models.sense(moment_of(observation), instruction, watch)
    normalisation = models.vla.normalisation
    chunk = choose(observation, sensed, plan, normalisation, chunk_id, watch)
    learned = plan.suggestions
    if learned is None:
        return Decision(chunk, sensed)
    due = learned.hand_off_probability(sensed.z, sensed.moment.state)
    return Decision(chunk, sensed, due)


def choose(
    observation: Observation,
    sensed: Sensed,
    plan: Plan,
    normalisation: Normalisation,
    chunk_id: UUID,
    watch: Stopwatch,
) -> Chunk:
    """The chunk for an observation that was sensed already."""
    config = plan.config
    # Before the hand-off the base policy is by itself.
    speed = config.reference_speed if observation.rl else config.approach_speed
    proposal = reference(sensed.proposal, speed, delay=observation.delay, length=config.chunk)
    source, version = Source.BASE, 0
    if observation.rl and plan.snapshot is not None:
        source, version = Source.RL, plan.snapshot.version
        actions = _act(plan.snapshot, plan.tuning, sensed, proposal, explore=observation.explore)
    elif observation.rl and observation.explore:
        actions = _noisy(proposal, plan, normalisation, sensed.moment)
    else:
        actions = proposal
    watch.lap("actor")
    return Chunk(
        episode_id=observation.episode_id,
        chunk_id=chunk_id,
        first_step=observation.step + observation.delay,
        actions=Array.of(actions[: config.execute]),
        source=source,
        policy_version=version,
        took_ms=watch.took_ms,
    )


def moment_of(observation: Observation) -> Moment:
    """What was sensed."""
    state = np.asarray(observation.state.numpy(), np.float32)
    return Moment(
        episode_id=observation.episode_id,
        step=observation.step,
        images=observation.images,
        state=state,
    )


def _act(
    snapshot: Snapshot, tuning: Tuning, sensed: Sensed, proposal: Floats, *, explore: bool
) -> Floats:
    moment = sensed.moment
    z, state, shown = (
        torch.from_numpy(np.array(values, np.float32))[None]
        for values in (sensed.z, moment.state, proposal)
    )
    noise = seeded("exploration", moment.episode_id, moment.step)
    actor = snapshot.actor.exploring(tuning.exploration(snapshot.actor.exploration))
    return actor.act(z, state, shown, explore, noise)[0].numpy()


def _noisy(proposal: Floats, plan: Plan, normalisation: Normalisation, moment: Moment) -> Floats:
    config = plan.config
    configured = Exploration(config.exploration_chunk, config.exploration_step)
    exploration = plan.tuning.exploration(configured)
    generator = seeded("exploration", moment.episode_id, moment.step)
    noise = exploration.noise(1, len(proposal), proposal.shape[1], generator)[0].numpy()
    return np.asarray(proposal + noise * normalisation.action_std, np.float32)
