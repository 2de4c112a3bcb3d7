from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from backend.vla.demos import DemoError, Demos, load
from backend.vla.probes import probe
from tests.backend.vla.synthetic import record


@pytest.fixture
def many(tmp_path: Path) -> Demos:
    demos = load([record(tmp_path / "many", episodes=60)])
    pose = np.random.default_rng(0).normal(size=demos.relative_pose.shape).astype(np.float32)
    pose *= np.array([1e-3, 1e-3, 1e-3, 0, 0, 0.02], np.float32)
    return replace(demos, relative_pose=pose)


def test_figures_that_are_there_are_found(many: Demos) -> None:
    shown = torch.from_numpy(many.relative_pose[:, [0, 1, 5]] * 1000.0)
    found = probe(shown, many, "all")
    assert found["all_linear_x_mm"] < 0.1 * found["spread_x_mm"]
    assert found["all_mlp_yaw_deg"] < 0.5 * found["spread_yaw_deg"]


def test_noise_tells_nothing(many: Demos) -> None:
    noise = torch.randn(len(many), 3, generator=torch.Generator().manual_seed(1))
    found = probe(noise, many, "noise")
    assert found["noise_linear_x_mm"] > 0.9 * found["spread_x_mm"]
    assert 0.2 < found["noise_contact_accuracy"] < 0.8


def test_contact_is_found(many: Demos) -> None:
    shown = torch.from_numpy(many.contact_force)[:, None]
    assert probe(shown, many, "force")["force_contact_accuracy"] > 0.8


def test_too_few_looks_near_the_goal_are_refused(many: Demos) -> None:
    afar = replace(many, relative_pose=many.relative_pose + np.float32(0.1))
    with pytest.raises(DemoError, match=r"only 0 for training.* smaller --every"):
        probe(torch.zeros(len(many), 3), afar, "none")
