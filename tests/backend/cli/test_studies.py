"""`rlt evaluate`, `rlt train` and `rlt study`: wrong words get one sentence."""

from pathlib import Path

import pytest

from backend.__main__ import main


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["evaluate", "ethernet", "--policy", ","], "names nobody"),
        (["evaluate", "ethernet", "--episodes", "0"], "'0' is not a whole number from 1 on"),
        (["evaluate", "ethernet", "--time-scale", "0.5"], "numbers from 1 to 4"),
        (["evaluate", "juggle"], "juggle"),
        (["train", "ethernet", "--set", "beta"], "NAME=VALUE"),
        (["train", "ethernet", "--set", "beta=much"], "beta must be a number"),
        (["train", "ethernet", "--set", "beta=a lot"], "is no number"),
        (["train", "ethernet", "--set", "bta=1"], "bta"),
        (["train", "ethernet", "--episodes", "0"], "at least 1"),
        (["train", "ethernet", "--critical-first", "9"], "for the full regime"),
        (
            ["train", "screw", "--regime", "full", "--critical-first", "250"],
            "leave some of the 250",
        ),
        (["train", "screw", "--regime", "full", "--critical-first", "-1"], "leave some of the 250"),
        (["study", "x", "--critical-first", "9"], "for the full regime"),
        (["study", "x", "--controls", "magic"], "no control 'magic'"),
        (["study", "x", "--seeds", "a"], "whole numbers"),
    ],
)
def test_mistakes(
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status = main(arguments)
    except SystemExit as error:
        status = int(error.code or 0)
    assert status == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
