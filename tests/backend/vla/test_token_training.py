import pytest
import torch
from torch import Tensor

from backend.rl.token import RlToken, TokenConfig
from backend.vla.compact.model import CompactVla
from backend.vla.demos import Demos
from backend.vla.token_figures import figures
from backend.vla.token_training import TokenPlan, embed, reconstruction, train

CONFIG = TokenConfig(embeddings=3, embedding_width=8, token=8, width=16, heads=2, layers=1)


@pytest.fixture
def embeddings() -> Tensor:
    """Three embeddings that all come from two hidden figures."""
    generator = torch.Generator().manual_seed(0)
    hidden = torch.randn(200, 2, generator=generator)
    mixing = torch.randn(2, 3 * 8, generator=generator)
    return (hidden @ mixing).view(200, 3, 8)


def test_training_beats_the_mean_predictor(embeddings: Tensor) -> None:
    torch.manual_seed(0)
    token, losses = RlToken(CONFIG), []
    train(token, embeddings, TokenPlan(steps=400), lambda step, loss: losses.append(loss))
    assert losses[-1] < 0.5 * losses[0]
    assert reconstruction(token, embeddings) < 0.5


def test_untrained_token_is_no_better_than_the_mean(embeddings: Tensor) -> None:
    torch.manual_seed(0)
    token = RlToken(CONFIG)
    token.standardise(embeddings)
    assert reconstruction(token, embeddings) > 0.9


def test_embeddings_of_all_anchors(vla: CompactVla, demos: Demos) -> None:
    heard: list[int] = []
    made = embed(vla, demos, heard.append, batch_size=16)
    assert made.shape == (len(demos), vla.spec.tokens, vla.spec.width)
    assert heard == [16, 32, 40]


def test_figures_name_their_units(vla: CompactVla, demos: Demos) -> None:
    torch.manual_seed(0)
    embeddings = embed(vla, demos, lambda done: None)
    config = TokenConfig(
        embeddings=vla.spec.tokens, embedding_width=vla.spec.width, token=8, width=16, layers=1
    )
    token = RlToken(config).eval()
    token.standardise(embeddings)
    found = figures(token, embeddings, demos)
    assert {"token_linear_x_mm", "token_mlp_yaw_deg", "token_contact_accuracy"} <= set(found)
    assert "held_out_relative_error" in found
