import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from backend.rl.token import RlToken, TokenConfig
from backend.vla.card import Card
from backend.vla.checkpoint import (
    BUILTIN,
    CheckpointError,
    load_token,
    load_vla,
    read_card,
    save_token,
)
from backend.vla.compact.model import CompactVla
from backend.vla.examples import Examples
from tests.backend.vla.conftest import CARD

TASKS = ("ethernet", "charger", "screw", "zip_tie")
TOKEN_CARD = Card(kind="token", command="c", revision="r", data=(), seed=0, steps=1)


def write_token(path: Path, vla_sha256: str) -> str:
    token = RlToken(TokenConfig(embeddings=5, embedding_width=16, token=4, width=16, layers=1))
    return save_token(path, token, vla_sha256=vla_sha256, card=TOKEN_CARD)


def test_identity_is_the_hash_of_the_file(vla: CompactVla, vla_file: Path) -> None:
    assert vla.sha256 == hashlib.sha256(vla_file.read_bytes()).hexdigest()


def test_statistics_survive_in_full_precision(vla: CompactVla, examples: Examples) -> None:
    assert vla.normalisation.sha256() == examples.normalisation.sha256()


def test_card_can_be_read_without_the_weights(vla_file: Path) -> None:
    assert read_card(vla_file) == CARD


def test_token_of_its_vla(tmp_path: Path, vla: CompactVla) -> None:
    sha256 = write_token(tmp_path / "token", vla.sha256)
    loaded = load_token(tmp_path / "token", vla_sha256=vla.sha256)
    assert (loaded.sha256, loaded.vla_sha256, loaded.card) == (sha256, vla.sha256, TOKEN_CARD)
    assert loaded.token.encode(torch.zeros(1, 5, 16)).shape == (1, 4)


def test_token_of_another_vla_is_refused(tmp_path: Path, vla: CompactVla) -> None:
    write_token(tmp_path / "token", "0" * 64)
    with pytest.raises(CheckpointError, match="trained on the VLA 000000000000, not on"):
        load_token(tmp_path / "token", vla_sha256=vla.sha256)


def test_wrong_kinds_of_file_are_refused(tmp_path: Path, vla_file: Path) -> None:
    with pytest.raises(CheckpointError, match=r"holds vla .* not token"):
        load_token(vla_file, vla_sha256="x")
    save_file({"a": torch.zeros(1)}, tmp_path / "plain")
    with pytest.raises(CheckpointError, match="not vla"):
        load_vla(tmp_path / "plain", "dot")
    with pytest.raises(CheckpointError, match="cannot be read"):
        load_vla(tmp_path / "absent", "dot")
    with pytest.raises(CheckpointError, match="knows the tasks dot, not 'screw'"):
        load_vla(vla_file, "screw")


@pytest.mark.parametrize("name", TASKS)
def test_builtin_pair_fits_and_answers(name: str) -> None:
    vla = load_vla(BUILTIN / "vla.safetensors", name)
    pair = load_token(BUILTIN / f"{name}-token.safetensors", vla_sha256=vla.sha256)
    edge, state = vla.spec.image_size, torch.from_numpy(vla.normalisation.state_mean)[None]
    images = {camera: np.full((1, edge, edge, 3), 128, np.uint8) for camera in vla.spec.cameras}
    prefix = vla.prefix(images, state, vla.spec.instructions[vla.spec.tasks.index(name)])
    z = pair.token.encode(prefix.embeddings)
    chunk = vla.chunk(prefix, torch.Generator().manual_seed(0))
    assert z.shape == (1, pair.token.config.token)
    assert chunk.shape == (1, vla.spec.horizon, len(vla.spec.action_names))
    assert torch.isfinite(z).all()
    assert torch.isfinite(chunk).all()


@pytest.mark.parametrize("name", ["vla", *(f"{task}-token" for task in TASKS)])
def test_builtin_files_are_small_and_carry_their_card(name: str) -> None:
    path = BUILTIN / f"{name}.safetensors"
    assert path.stat().st_size < 24_000_000
    assert path.with_suffix(".json").read_text().strip() == read_card(path).to_json()
