from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import torch

from backend.vla.checkpoint import CheckpointError, load_eyes, save_eyes
from backend.vla.compact.config import CompactConfig
from backend.vla.compact.eyes import Eyes
from backend.vla.compact.model import CompactVla
from backend.vla.demos import load
from backend.vla.examples import Examples
from backend.vla.eye_training import EyePlan, EyeTrainer, even_by_octave, recolour
from tests.backend.vla.conftest import CARD, TINY
from tests.backend.vla.synthetic import record


def trainer(examples: Examples, steps: int) -> EyeTrainer:
    torch.manual_seed(0)
    return EyeTrainer(Eyes(TINY), [examples], EyePlan(steps=steps, batch_size=16))


def run(made: EyeTrainer, until: int | None = None) -> None:
    def pause() -> None:
        if made.step == until:
            raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        made.run(lambda step, loss: None, pause)


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_eyes_learn_where_unseen_demonstrations_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = Examples(load([record(tmp_path / "many", episodes=200)]), TINY.horizon)
    monkeypatch.setattr(examples, "alike", lambda: np.array([0.0, 0.0, 1.0], np.float32))
    made = trainer(examples, 700)
    before = made.errors()
    run(made)
    after = made.errors()
    for half in ("near", "far", "place"):
        name = f"dot_held_out_{half}_x_rms"
        assert after[name] < 0.75 * before[name]


def test_interrupted_training_goes_on_exactly(tmp_path: Path, examples: Examples) -> None:
    whole, half, resumed = (trainer(examples, 8) for _ in range(3))
    run(whole)
    run(half, until=3)
    half.save(tmp_path / "partial")
    resumed.load(tmp_path / "partial")
    run(resumed)
    for name, value in whole.eyes.state_dict().items():
        assert torch.equal(value, resumed.eyes.state_dict()[name]), name


def test_what_does_not_tell_episodes_apart_is_not_forecast(examples: Examples) -> None:
    ahead = examples.ahead()
    hidden = examples.alike() == 1.0
    assert hidden.any()
    assert not ahead[:, hidden].any()
    assert ahead[examples.training][:, ~hidden].std(axis=0) == pytest.approx(1.0, rel=0.01)


def test_the_way_ahead_leads_to_the_place(examples: Examples) -> None:
    place, middle, per_unit = examples.places()
    here = (examples.demos.state - middle) * per_unit
    assert np.allclose(here + examples.ahead(), place, atol=1e-4)
    assert np.abs(place[examples.training].mean(axis=0)).max() < 1e-4
    for number in np.unique(examples.demos.episode):
        ends = place[examples.demos.episode == number]
        assert np.allclose(ends, ends[0], atol=1e-5)


def test_trained_eyes_know_where_places_are_counted_from(
    tmp_path: Path, examples: Examples
) -> None:
    made = trainer(examples, 1)
    _, middle, per_unit = examples.places()
    card = CARD.__class__(**{**CARD.__dict__, "kind": "eyes"})
    save_eyes(tmp_path / "eyes", made.eyes, TINY, card)
    loaded = load_eyes(tmp_path / "eyes", TINY)
    assert np.allclose(loaded["origin"][0], middle, rtol=1e-3, atol=1e-6)
    assert np.allclose(loaded["per_unit"][0], per_unit, rtol=1e-3)


def test_paint_is_the_same_for_all_cameras_and_light_is_not() -> None:
    flat = torch.ones(1, 2, 3, 16, 16) * torch.tensor([0.2, -0.4, 0.6]).view(3, 1, 1)
    seen = recolour(flat, generator())
    # One colour stays one colour, up to the noise of the sensor.
    assert seen.std(dim=(3, 4)).max() < 0.05
    assert not torch.allclose(seen[:, 0].mean(), seen[:, 1].mean(), atol=1e-3)
    assert not torch.allclose(
        recolour(flat, generator())[0], recolour(flat.flip(2), generator())[0]
    )


def test_shapes_survive_another_light() -> None:
    picture = torch.zeros(1, 1, 3, 16, 16)
    picture[..., 4:9, 5:11] = 1.0
    seen = recolour(picture, generator())[0, 0].mean(dim=0)
    inside = picture[0, 0, 0] == 1.0
    assert (seen[inside].mean() - seen[~inside].mean()).abs() > 0.3


def test_eyes_survive_their_file(tmp_path: Path) -> None:
    eyes = Eyes(TINY)
    save_eyes(tmp_path / "eyes", eyes, TINY, CARD.__class__(**{**CARD.__dict__, "kind": "eyes"}))
    loaded = load_eyes(tmp_path / "eyes", TINY)
    for name, value in eyes.state_dict().items():
        assert torch.allclose(value, loaded[name], atol=1e-3), name


def test_eyes_of_another_model_are_refused(tmp_path: Path) -> None:
    card = CARD.__class__(**{**CARD.__dict__, "kind": "eyes"})
    save_eyes(tmp_path / "eyes", Eyes(TINY), TINY, card)
    other = CompactConfig.from_dict({**TINY.to_dict(), "tasks": ("dot", "line")})
    with pytest.raises(CheckpointError, match=r"trained for tasks .*'dot',.* in the same order"):
        load_eyes(tmp_path / "eyes", other)


def test_eyes_begin_with_those_of_a_vla(vla: CompactVla, vla_file: Path) -> None:
    fresh = Eyes(TINY)
    before, theirs = fresh.state_dict(), vla.network.encoder.eyes.state_dict()
    before = {name: tensor.clone() for name, tensor in before.items()}
    fresh.begin(load_eyes(vla_file, TINY))
    for name, value in fresh.state_dict().items():
        learned = name.startswith(("towers.", "ways.", "places."))
        assert torch.allclose(value, (theirs if learned else before)[name], atol=1e-3), name
    assert not torch.allclose(before["towers.0.0.weight"], theirs["towers.0.0.weight"], atol=1e-3)


def test_every_octave_of_the_way_ahead_is_drawn_equally_often() -> None:
    # Six have arrived, then two octaves with two anchors and one.
    length = torch.tensor([0.0, 0.0, 0.0, 0.001, 0.002, 0.003, 0.05, 0.06, 0.11])
    chance = even_by_octave(length)
    assert torch.allclose(chance, torch.tensor([1 / 6] * 6 + [1 / 2] * 2 + [1.0]))


@pytest.mark.parametrize("even", [False, True])
def test_anchors_are_drawn_as_they_come_unless_even_draws_are_asked_for(
    tmp_path: Path, even: bool
) -> None:
    examples = Examples(load([record(tmp_path / "demos")]), TINY.horizon)
    made = EyeTrainer(Eyes(TINY), [examples], EyePlan(steps=1, even=even))
    lengths = torch.from_numpy(examples.ahead()).norm(dim=1)[examples.training]
    expected = even_by_octave(lengths) if even else torch.ones_like(lengths)
    assert torch.equal(made._lessons[0].chance, expected)
