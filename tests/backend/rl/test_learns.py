"""A problem small enough to learn in seconds: reach a goal that the reference only half knows."""

import numpy as np
import torch

from backend.rl.algorithms.rlt import Rlt
from backend.rl.config import RltConfig
from backend.rl.dims import Dims
from backend.rl.normalisation import Normalisation
from backend.rl.policy import ActorPolicy
from backend.rl.transitions import EpisodeArrays, StepSource, build

DIMS = Dims(token=1, state=1, action=1, chunk=2)
CONFIG = RltConfig(
    chunk=2,
    execute=2,
    gamma=0.9,
    batch_size=64,
    hidden=32,
    learning_rate=1e-3,
    beta=0.002,
    beta_early=0.002,
    actor_average=0.05,
    replay_capacity=20_000,
    exploration_chunk=0.5,
    exploration_step=0.1,
)
NORMALISATION = Normalisation(
    action_mean=np.zeros(1, np.float32),
    action_std=np.ones(1, np.float32),
    action_limit=np.full(1, 3.0, np.float32),
    state_mean=np.zeros(1, np.float32),
    state_std=np.ones(1, np.float32),
)
GOAL = 4.0
STEPS = 8


def attempt(
    policy: ActorPolicy, *, explore: bool, generator: torch.Generator
) -> tuple[EpisodeArrays, bool]:
    """Walk on a line from 0; success is standing within 0.5 of the goal. The reference falls short.

    Its steps of 0.3 cover 2.4 of the 4 in the time there is.
    """
    place, rows, actions, references = 0.0, [], [], []
    reference = torch.full((1, 2, 1), 0.3)
    for _ in range(STEPS // 2):
        rows.append(place)
        references.append(reference[0].numpy())
        x = torch.tensor([[place]])
        chunk = policy.act(x, x, reference, explore, generator)[0].numpy()
        actions.append(chunk)
        place += float(chunk.sum())
    rows.append(place)
    references.append(reference[0].numpy())
    anchors = np.arange(0, STEPS + 1, 2, dtype=np.int32)
    state = np.interp(np.arange(STEPS + 1), anchors, rows).astype(np.float32)[:, None]
    arrays = EpisodeArrays(
        action=np.concatenate(actions).astype(np.float32),
        state=state,
        source=np.full(STEPS, StepSource.RL, np.uint8),
        anchor_step=anchors,
        z=np.array(rows, np.float32)[:, None],
        reference=np.array(references, np.float32),
        truncated=False,
        hand_off_step=0,
    )
    return arrays, abs(place - GOAL) < 0.5


def test_it_learns_what_the_reference_cannot_do() -> None:
    torch.set_num_threads(1)
    rlt = Rlt(CONFIG, DIMS, NORMALISATION, seed=0)
    replay = rlt.new_replay()
    generator = torch.Generator().manual_seed(0)
    for number in range(120):
        policy = ActorPolicy.load(rlt.actor_state())
        arrays, success = attempt(policy, explore=True, generator=generator)
        windows = build(arrays, delay=0, normalisation=NORMALISATION, config=CONFIG)
        replay.add(str(number), windows, "success" if success else "failure")
        if number == 29:
            rlt.pretrain(replay, 200)
            _, copied = attempt(
                ActorPolicy.load(rlt.actor_state()), explore=False, generator=generator
            )
            assert not copied
        if number >= 30:
            rlt.train(replay, 20)
    policy = ActorPolicy.load(rlt.actor_state())
    arrays, success = attempt(policy, explore=False, generator=generator)
    assert success, arrays.z.ravel()
