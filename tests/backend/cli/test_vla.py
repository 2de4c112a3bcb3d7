from pathlib import Path
from subprocess import CompletedProcess

import pytest
from safetensors.torch import load_file

from backend.__main__ import main
from tests.backend.vla.synthetic import record


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Demonstrations large enough for the built-in model's pictures."""
    record(tmp_path / "demos.safetensors", size=64)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_train_eyes_vla_and_token(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train = ["--demos", "demos.safetensors", "--steps", "2", "--batch", "4"]
    assert main(["vla", "eyes", *train, "--out", "eyes.safetensors"]) == 0
    assert "dot_held_out_near_y_rms" in Path("eyes.json").read_text()
    more = ["--from", "eyes.safetensors", "--even", "--out", "more.safetensors"]
    assert main(["vla", "eyes", *train, *more]) == 0
    first, second = (load_file(f"{name}.safetensors") for name in ("eyes", "more"))
    moved = sum((second[name] - first[name]).abs().sum() for name in first)
    assert 0 < moved / sum(value.abs().sum() for value in first.values()) < 0.05
    eyes = ["--eyes", "eyes.safetensors"]
    assert main(["vla", "train", *train, *eyes, "--out", "vla.safetensors"]) == 0
    assert not Path("vla.safetensors.partial").exists()
    assert '"kind": "vla"' in Path("vla.json").read_text()
    token = ["--vla", "vla.safetensors", *train, "--length", "8"]
    assert main(["token", "train", *token, "--out", "token.safetensors"]) == 0
    assert "held_out_relative_error" in Path("token.json").read_text()
    assert "sha256" in capsys.readouterr().out


def test_a_file_that_is_no_demonstration_gets_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("x").write_text("hello")
    assert main(["vla", "eyes", "--demos", "x", "--out", "eyes.safetensors"]) == 2
    assert "cannot be read as a demonstration file" in capsys.readouterr().err


def test_pictures_of_another_size_get_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = record(tmp_path / "odd", size=48)
    assert main(["vla", "eyes", "--demos", str(odd), "--out", str(tmp_path / "e")]) == 2
    assert "image_size 48 must be a multiple of patch 32" in capsys.readouterr().err


def test_demos_hands_its_arguments_to_the_recorder(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []

    def run(command: list[str], *, check: bool) -> CompletedProcess[str]:
        called.append(command)
        return CompletedProcess(command, 3)

    monkeypatch.setattr("backend.cli.simulated.subprocess.run", run)
    assert main(["demos", "ethernet", "--episodes", "2"]) == 3
    assert called[0][1:] == ["-m", "robot_bridge.sim.demos", "ethernet", "--episodes", "2"]
