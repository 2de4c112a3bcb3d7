"""Fixtures of the VLA's tests: tiny demonstrations and a tiny model."""

from pathlib import Path

import pytest
import torch

from backend.vla.base import VlaSpec
from backend.vla.card import Card
from backend.vla.checkpoint import load_vla, save_vla
from backend.vla.compact.config import CompactConfig
from backend.vla.compact.model import CompactNetwork, CompactVla
from backend.vla.demos import Demos, load
from backend.vla.examples import Examples
from tests.backend.vla.synthetic import SIZE, STATE_NAMES, record

TINY = CompactConfig(
    tasks=("dot",),
    cameras=("top",),
    image_size=SIZE,
    state=len(STATE_NAMES),
    action=2,
    width=16,
    heads=2,
    prefix_layers=1,
    expert_layers=1,
    horizon=10,
    patch=8,
    channels=(8, 8),
    forecast_hidden=16,
    components=8,
    foresight=len(STATE_NAMES),
    patch_hidden=16,
)
CARD = Card(kind="vla", command="rlt vla train", revision="r", data=("d",), seed=0, steps=1)
SPEC = VlaSpec(
    cameras=("top",),
    image_size=SIZE,
    state_names=STATE_NAMES,
    action_names=("dx", "dy"),
    instructions=("Go to the dot.",),
    tasks=("dot",),
    control_hz=50,
    horizon=10,
    tokens=TINY.tokens,
    width=16,
)


@pytest.fixture(autouse=True)
def _one_core() -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)


@pytest.fixture
def demos(tmp_path: Path) -> Demos:
    """Ten short demonstrations."""
    return load([record(tmp_path / "demos.safetensors")])


@pytest.fixture
def examples(demos: Demos) -> Examples:
    """The same, normalised."""
    return Examples(demos, TINY.horizon)


@pytest.fixture
def vla_file(tmp_path: Path, examples: Examples) -> Path:
    """An untrained tiny model on disk."""
    path = tmp_path / "vla.safetensors"
    network = CompactNetwork(TINY)
    network.encoder.eyes.measure([examples.some_images()])
    units = {"dot": examples.normalisation}
    save_vla(path, network, spec=SPEC, normalisations=units, card=CARD)
    return path


@pytest.fixture
def vla(vla_file: Path) -> CompactVla:
    """The same, loaded."""
    return load_vla(vla_file, "dot")
