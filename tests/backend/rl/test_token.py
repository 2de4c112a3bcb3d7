import pytest
import torch
from torch import Tensor

from backend.rl.token import RlToken, TokenConfig

CONFIG = TokenConfig(embeddings=5, embedding_width=8, token=4, width=16, heads=2, layers=1)


@pytest.fixture
def token() -> RlToken:
    torch.manual_seed(0)
    return RlToken(CONFIG).eval()


@pytest.fixture
def embeddings() -> Tensor:
    return torch.randn(6, 5, 8, generator=torch.Generator().manual_seed(1))


def test_token_is_one_vector_of_unit_size(token: RlToken, embeddings: Tensor) -> None:
    z = token.encode(embeddings)
    assert z.shape == (6, 4)
    assert torch.allclose(z.square().mean(dim=1), torch.ones(6), atol=1e-2)


def test_loss_is_a_sum_over_embeddings_and_components(token: RlToken, embeddings: Tensor) -> None:
    # Rebuilding nothing but zeros costs the squared size of the embeddings themselves.
    for parameter in token.decoder_out.parameters():
        parameter.data.zero_()
    loss = token.loss(embeddings, None)
    assert torch.allclose(loss, embeddings.square().sum(dim=(1, 2)))
    assert torch.allclose(loss, token.baseline(embeddings))


def test_decoder_sees_only_what_came_before(token: RlToken, embeddings: Tensor) -> None:
    z = token.encode(embeddings)
    changed = embeddings.clone()
    changed[:, 3] += 1.0
    first, second = token._decode(z, embeddings), token._decode(z, changed)
    assert torch.allclose(first[:, :4], second[:, :4], atol=1e-6)
    assert not torch.allclose(first[:, 4], second[:, 4], atol=1e-4)


def test_without_a_generator_all_context_is_hidden(token: RlToken, embeddings: Tensor) -> None:
    z = token._encode(embeddings)
    rebuilt = token._decode(z, torch.zeros_like(embeddings))
    expected = (rebuilt - embeddings).square().sum(dim=(1, 2))
    assert torch.allclose(token.loss(embeddings, None), expected)


def test_most_of_the_context_is_hidden_in_training(embeddings: Tensor) -> None:
    torch.manual_seed(0)
    all_hidden = RlToken(TokenConfig(**{**CONFIG.to_dict(), "context_dropout": 1.0})).eval()
    generator = torch.Generator().manual_seed(0)
    assert torch.allclose(all_hidden.loss(embeddings, generator), all_hidden.loss(embeddings, None))


def test_standardising_removes_size_and_offset(token: RlToken, embeddings: Tensor) -> None:
    token.standardise(embeddings * 7.0 + 3.0)
    baseline = token.baseline(embeddings * 7.0 + 3.0).mean() / (5 * 8)
    assert baseline.item() == pytest.approx(5 / 6, rel=0.05)


def test_no_gradient_reaches_the_embeddings(token: RlToken, embeddings: Tensor) -> None:
    asked = embeddings.requires_grad_(True)
    torch.autograd.backward(token.loss(asked, None).sum())
    assert asked.grad is None


def test_round_trip(token: RlToken, embeddings: Tensor) -> None:
    again = RlToken.from_tensors(CONFIG, token.state_dict())
    assert torch.equal(again.encode(embeddings), token.encode(embeddings))
    assert not any(parameter.requires_grad for parameter in again.parameters())
