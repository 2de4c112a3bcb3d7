"""Recorded work, and whether the update can be recorded at all."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from backend.rl.algorithms.rlt import Rlt
from backend.rl.config import RltConfig
from backend.rl.launch import CPU, Directly, Recorded, Work, launcher
from backend.rl.replay import Replay, blurred
from backend.rl.update import Networks, Td3Step
from tests.backend.rl.episodes import CONFIG, DIMS, episode, unit_normalisation, windows

GPU = torch.device("cuda")
QUIET = replace(CONFIG, observation_noise=0.0, target_noise=0.0, reference_dropout=0.0)
"""Devices draw different noise."""
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no GPU")


def replay_on(device: torch.device, config: RltConfig = CONFIG) -> tuple[Rlt, Replay]:
    rlt = Rlt(config, DIMS, unit_normalisation(), seed=0, device=device)
    replay = rlt.new_replay()
    for number in range(4):
        arrays = episode(10 + number)
        arrays.reference[:] /= 1000.0
        arrays.action[:] /= 10.0
        replay.add(str(number), windows(arrays), "success" if number % 2 else "failure")
    return rlt, replay


def test_a_processor_needs_no_recording() -> None:
    assert isinstance(launcher(CPU, torch.Generator()), Directly)


def test_every_call_does_the_work_exactly_once() -> None:
    done: list[float] = []

    def work(rows: Tensor) -> Tensor:
        done.append(rows.sum().item())
        return rows * 2

    recorded: list[Tensor] = []

    def record(work: Work, rows: Tensor) -> Work:
        recorded.append(rows)
        return work

    launches = Recorded(record)
    answers = [launches.run(("a", True), work, torch.tensor([n])).item() for n in range(4)]
    assert (answers, done, len(recorded)) == ([0, 2, 4, 6], [0, 1, 2, 3], 1)
    launches.run(("a", False), work, torch.tensor([9]))
    assert len(recorded) == 1, "another kind of work starts anew"


def test_recording_changes_nothing_of_what_is_learned() -> None:
    (plain, replay), (recorded, again) = replay_on(CPU), replay_on(CPU)
    recorded._launcher = Recorded(lambda work, _rows: work)
    for updates in (5, 5, 5, 5, 3):
        plain.train(replay, updates)
        recorded.train(again, updates)
    for name, value in plain.networks.state_dict().items():
        assert torch.equal(value, recorded.networks.state_dict()[name]), name


def test_how_updates_are_told_together_changes_nothing() -> None:
    (one, replay), (many, again) = replay_on(CPU), replay_on(CPU)
    for _ in range(23):
        one.train(replay, 1)
    many.train(again, 23)
    for name, value in one.networks.state_dict().items():
        assert torch.equal(value, many.networks.state_dict()[name]), name


def test_an_update_lies_on_its_device_whole_and_never_waits_for_it() -> None:
    # Tensors of this device have no values: to ask for one is an error, and so is to meet a tensor
    # of the processor.
    elsewhere = torch.device("meta")
    networks = Networks(DIMS, CONFIG.hidden, elsewhere)
    bound = torch.full((DIMS.flat_chunk,), 3.0, device=elsewhere)
    step = Td3Step(networks, CONFIG, (-bound, bound))
    batch = Replay(DIMS, 100, device=elsewhere).at(
        torch.zeros(8, dtype=torch.int64, device=elsewhere)
    )
    no_generator: torch.Generator = None  # type: ignore[assignment]
    batch = blurred(batch, 0.1, no_generator)
    step.copy(batch, no_generator)
    loss, *_ = step.critics(batch, no_generator)
    moved, _ = step.actor(batch, torch.zeros((), device=elsewhere), no_generator)
    assert loss.device == moved.device == elsewhere


@needs_gpu
def test_a_gpu_learns_what_a_processor_learns() -> None:
    (there, its_replay), (here, replay) = replay_on(GPU, QUIET), replay_on(CPU, QUIET)
    for _ in range(4):
        there.train(its_replay, 10)
        here.train(replay, 10)
    for name, value in there.networks.state_dict().items():
        expected = here.networks.state_dict()[name]
        torch.testing.assert_close(value.cpu(), expected, rtol=1e-3, atol=1e-4)


@needs_gpu
def test_a_checkpoint_of_one_device_goes_on_on_the_other() -> None:
    (on_gpu, there), (here, replay) = replay_on(GPU), replay_on(CPU)
    on_gpu.train(there, 20)
    here.load_state_dict(on_gpu.state_dict())
    here.train(replay, 2)
    on_gpu.load_state_dict(here.state_dict())
    assert on_gpu.updates == here.updates == 22
