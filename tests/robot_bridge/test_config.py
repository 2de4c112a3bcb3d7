from pathlib import Path

import pytest

from robot_bridge.__main__ import main
from robot_bridge.config import load
from robot_bridge.errors import ConfigError

ENVIRON = {"RLT_ROBOT_TOKEN": "secret-token"}
GOOD = ["--robot", "r1", "--driver", "fake"]


def test_flags_win_over_the_file_and_the_file_over_defaults(tmp_path: Path) -> None:
    path = tmp_path / "bridge.toml"
    path.write_text('robot = "r2"\ndriver = "fake"\ntask = "screw"\nframes_hz = 4\n')
    config = load(["--config", str(path), "--task", "charger"], ENVIRON)
    assert (config.robot, config.task, config.frames_hz) == ("r2", "charger", 4)
    assert config.session_timeout_ms == 100
    assert config.folder == Path("data/bridge/r2")


def test_unpaced_simulation_waits_longer_and_keeps_fewer_pictures() -> None:
    config = load([*GOOD, "--speed", "max"], ENVIRON)
    assert (config.session_timeout_ms, config.frames_hz) == (2000, 2)


def test_the_token_may_lie_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(" from-a-file\n")
    assert load([*GOOD, "--token-file", str(path)], {}).token == "from-a-file"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--driver", "fake"], "give a name"),
        (["--robot", "../up", "--driver", "fake"], "give a name"),
        (["--robot", "r1", "--driver", "puma"], "choose mujoco or fake"),
        ([*GOOD, "--task", "juggle"], "task is 'juggle'"),
        ([*GOOD, "--web", "http://x"], "ws://host:port"),
        ([*GOOD, "--policy", "ws://"], "ws://host:port"),
        ([*GOOD, "--speed", "ludicrous"], "real, max"),
        ([*GOOD, "--session-timeout-ms", "500"], "from 60 to 150"),
        ([*GOOD, "--session-timeout-ms", "soon"], "whole number"),
        ([*GOOD, "--frames-hz", "-1"], "from 0 to 50"),
        ([*GOOD, "--config", "/nowhere.toml"], "cannot read /nowhere.toml"),
        ([*GOOD, "--token-file", "/nowhere"], "cannot read the token file"),
    ],
)
def test_a_wrong_setting_is_one_sentence(argv: list[str], words: str) -> None:
    with pytest.raises(ConfigError, match=words.replace(".", r"\.")):
        load(argv, ENVIRON)


@pytest.mark.parametrize(
    ("text", "words"), [("robot = ", "not TOML"), ("colour = 1", "unknown setting 'colour'")]
)
def test_a_wrong_file_is_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bridge.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=words):
        load(["--config", str(path)], ENVIRON)


@pytest.mark.parametrize("environ", [{}, {"RLT_ROBOT_TOKEN": " "}, {"RLT_ROBOT_TOKEN": "a b"}])
def test_without_a_usable_token_nothing_starts(environ: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"token|TOKEN"):
        load(GOOD, environ)


def test_the_process_says_it_and_leaves_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--robot", "r1", "--driver", "puma", "--token-file", __file__]) == 2
    assert capsys.readouterr().err.startswith("robot_bridge: ")
