from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import torch

from backend.vla.checkpoint import CheckpointError
from backend.vla.compact.model import CompactNetwork
from backend.vla.demos import DemoError, load
from backend.vla.examples import Examples
from backend.vla.training import Plan, Trainer
from tests.backend.vla.conftest import TINY
from tests.backend.vla.synthetic import record


def trainer(examples: Examples, steps: int, seed: int = 0) -> Trainer:
    torch.manual_seed(0)
    return Trainer(CompactNetwork(TINY), [examples], Plan(steps=steps, batch_size=8, seed=seed))


def run(made: Trainer, until: int | None = None) -> list[float]:
    heard: list[float] = []

    def pause() -> None:
        if made.step == until:
            raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        made.run(lambda step, losses: heard.append(float(losses.total)), pause)
    return heard


def test_losses_fall(examples: Examples) -> None:
    heard = run(trainer(examples, 120))
    assert sum(heard[-20:]) < 0.7 * sum(heard[:20])


def test_interrupted_training_goes_on_exactly(tmp_path: Path, examples: Examples) -> None:
    whole, half, resumed = (trainer(examples, 8) for _ in range(3))
    run(whole)
    run(half, until=3)
    half.save(tmp_path / "partial")
    resumed.load(tmp_path / "partial")
    run(resumed)
    for name, value in whole.averaged().state_dict().items():
        assert torch.equal(value, resumed.averaged().state_dict()[name]), name


def test_partial_file_of_another_plan_is_refused(tmp_path: Path, examples: Examples) -> None:
    trainer(examples, 8).save(tmp_path / "partial")
    with pytest.raises(CheckpointError, match="training of 8 steps"):
        trainer(examples, 9).load(tmp_path / "partial")


def test_held_out_figures_improve(examples: Examples) -> None:
    made = trainer(examples, 120)
    before = made.held_out()
    run(made)
    after = made.held_out()
    assert set(after) == set(before)
    assert after["dot_held_out_action_rms_z"] < before["dot_held_out_action_rms_z"]


def test_statistics_come_from_training_episodes_only(tmp_path: Path) -> None:
    # The held-out episode is moved far away; the statistics must not notice.
    demos = load([record(tmp_path / "d")])
    plain = Examples(demos, 10).normalisation
    demos.state[demos.held_out()] += 1000.0
    assert Examples(demos, 10).normalisation.sha256() == plain.sha256()


def test_steps_after_the_end_weigh_little(examples: Examples) -> None:
    weight = examples.batch(examples.training[3:4]).weight[0]
    assert weight[0] == 1.0
    assert weight[1:].max() == pytest.approx(0.1)


def test_too_few_demonstrations_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DemoError, match="At least ten"):
        Examples(load([record(tmp_path / "d", episodes=4)]), 10)


def test_a_policy_does_not_see_what_it_was_just_told_to_do(examples: Examples) -> None:
    names = examples.demos.meta.state_names
    everything, told = examples.alike(), examples.shown(("v*",))
    assert everything[names.index("vx")] == 1.0
    assert told[names.index("vx")] == 0.0
    assert (np.delete(told, names.index("vx")) == np.delete(everything, names.index("vx"))).all()
    made = Trainer(CompactNetwork(TINY), [examples], Plan(steps=1, batch_size=8, hidden=("v*",)))
    assert made.network.encoder.state_shown.tolist() == told.tolist()


def test_hiding_what_is_not_there_is_refused(examples: Examples) -> None:
    with pytest.raises(DemoError, match=r"'tcp_q\*'; there is x, y, vx"):
        examples.shown(("v*", "tcp_q*"))
