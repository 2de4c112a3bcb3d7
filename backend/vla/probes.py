"""What can be read out of embeddings: pose relative to the goal and contact, on held-out episodes.

Probes use privileged figures of the simulation to judge a model; they never train one.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor, nn

from backend.vla.demos import DemoError, Demos

Floats = NDArray[np.float32]

NEAR_METRES = 0.005
"""Anchors whose tool is closer to the goal's mouth than this, along its axis, count as near."""
CONTACT_NEWTONS = 1.5

_FEWEST = 3
"""Anchors near the goal that probes need."""
_RIDGE = 1e-2
_PROBE_STEPS = 1500
_PROBE_BATCH = 256


def near_goal(demos: Demos) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """[N] True for the anchors near the goal that probes learn from, and for those that judge them.

    Raises:
        DemoError: when there are too few of either.
    """
    near = np.abs(demos.relative_pose[:, 2]) < NEAR_METRES
    held_out = demos.held_out()
    train, test = near & ~held_out, near & held_out
    if train.sum() < _FEWEST or test.sum() < _FEWEST:
        msg = (
            f"Of these looks only {train.sum()} for training and {test.sum()} held out are within "
            f"{NEAR_METRES * 1e3:.0f} mm of the goal, and probes need {_FEWEST} of each: use more "
            "demonstrations, or more of their looks with a smaller --every."
        )
        raise DemoError(msg)
    return train, test


def probe(features: Tensor, demos: Demos, name: str) -> dict[str, float]:
    """Held-out errors of a linear and a small nonlinear probe.

    Args:
        features: [N, F] one row per anchor.
        demos: the demonstrations they come from.
        name: prefix of the figures.

    Returns:
        Root mean square errors near contact in mm (x, y) and degrees (yaw), the spread of the
        same figures for comparison, and the balanced accuracy of contact.
    """
    pose = demos.relative_pose[:, [0, 1, 5]] * np.array([1e3, 1e3, np.degrees(1.0)], np.float32)
    train, test = near_goal(demos)
    standard = _standardise(features, train)
    figures = {}
    for kind, predict in (("linear", _linear), ("mlp", _mlp)):
        guess = predict(standard[train], torch.from_numpy(pose[train]), standard[test])
        error = np.sqrt(np.mean((guess.numpy() - pose[test]) ** 2, axis=0))
        for axis, value in zip(("x_mm", "y_mm", "yaw_deg"), error, strict=True):
            figures[f"{name}_{kind}_{axis}"] = float(value)
    for axis, value in zip(("x_mm", "y_mm", "yaw_deg"), pose[test].std(axis=0), strict=True):
        figures[f"spread_{axis}"] = float(value)
    figures[f"{name}_contact_accuracy"] = _contact(standard, demos, train, test)
    return figures


def _standardise(features: Tensor, rows: NDArray[np.bool_]) -> Tensor:
    chosen = features[torch.from_numpy(rows)]
    return (features - chosen.mean(dim=0)) / chosen.std(dim=0).clamp_min(1e-4)


def _contact(
    features: Tensor, demos: Demos, train: NDArray[np.bool_], test: NDArray[np.bool_]
) -> float:
    """Mean of the hit rates with and without contact: 0.5 is blind."""
    touching = demos.contact_force > CONTACT_NEWTONS
    wanted = torch.from_numpy(np.where(touching, 1.0, -1.0).astype(np.float32))[:, None]
    both = torch.cat([features[train], features[test]])
    guess = _linear(features[train], wanted[train], both).numpy()[:, 0]
    known, asked = guess[: train.sum()], guess[train.sum() :]
    # Contact is rarer than its absence, or the other way round: cut half-way between the classes.
    cut = np.mean([known[touching[train] == side].mean() for side in (True, False)])
    truth = touching[test]
    sides = [truth == side for side in (True, False) if (truth == side).any()]
    return float(np.mean([np.mean((asked[side] > cut) == truth[side]) for side in sides]))


def _linear(inputs: Tensor, wanted: Tensor, asked: Tensor) -> Tensor:
    """Ridge regression with an offset."""
    centre = wanted.mean(dim=0)
    gram = inputs.T @ inputs + _RIDGE * len(inputs) * torch.eye(inputs.shape[1])
    weights: Tensor = torch.linalg.solve(gram, inputs.T @ (wanted - centre))
    return asked @ weights + centre


def _mlp(inputs: Tensor, wanted: Tensor, asked: Tensor) -> Tensor:
    """One hidden layer, trained briefly from a fixed seed."""
    centre, scale = wanted.mean(dim=0), wanted.std(dim=0)
    generator = Generator().manual_seed(0)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        net = nn.Sequential(
            nn.Linear(inputs.shape[1], 128), nn.GELU(), nn.Dropout(0.1), nn.Linear(128, 3)
        )
        optimizer = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=0.1)
        for _ in range(_PROBE_STEPS):
            rows = torch.randint(len(inputs), (_PROBE_BATCH,), generator=generator)
            error = (net(inputs[rows]) - (wanted[rows] - centre) / scale).square().mean()
            optimizer.zero_grad()
            error.backward()
            optimizer.step()
    with torch.inference_mode():
        guess: Tensor = net.eval()(asked) * scale + centre
    return guess
