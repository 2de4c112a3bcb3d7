"""A person's mistake is one sentence on stderr, and exit status 2."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from backend.__main__ import main


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "RLT_PORT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def taken() -> Iterator[int]:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        yield listener.getsockname()[1]


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What `rlt` says to this, once it is clear that it is one sentence."""
    try:
        status = main(arguments)
    except SystemExit as wrong:
        status = int(wrong.code or 0)
    out, err = capsys.readouterr()
    assert status == 2
    assert out == ""
    assert len(err.splitlines()) == 1
    return err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["fly"], "invalid choice: 'fly'"),
        (["up", "--robots", "99"], "argument --robots: '99' is not a number from 1 to 16"),
        (["up", "--port", "http"], "argument --port: 'http' is not a port number"),
        (["up", "--speed", "9"], "invalid choice: '9'"),
        (["up", "--looks", "chrome"], "'chrome' is not known: choose primitives or panda"),
        (["up", "--looks", "panda", "--driver", "fake"], "not allowed with argument"),
        (["up", "--colour"], "unrecognized arguments: --colour"),
        (["up", "--data", "/proc/none"], "/proc/none cannot be used as the data folder"),
        (["prepare"], "DATABASE_URL is empty"),
    ],
)
def test_wrong_arguments(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert sentence in said(capsys, *arguments)


def test_a_taken_port(capsys: pytest.CaptureFixture[str], tmp_path: Path, taken: int) -> None:
    sentence = said(capsys, "up", "--data", str(tmp_path), "--port", str(taken))
    assert f"Port {taken} of 127.0.0.1 is taken by another program" in sentence


def test_a_taken_policy_port(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, taken: int
) -> None:
    arguments = ["--data", str(tmp_path), "--port", "0", "--policy-port", str(taken)]
    assert "choose another with --policy-port" in said(capsys, "up", *arguments)


def test_an_address_of_another_machine(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    sentence = said(capsys, "up", "--data", str(tmp_path), "--port", "0", "--host", "192.0.2.1")
    assert "192.0.2.1 is not an address of this machine" in sentence


def test_a_database_that_does_not_answer(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    taken: int,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone@127.0.0.1:1/rlt")
    sentence = said(capsys, "up", "--data", str(tmp_path), "--port", "0")
    assert "The Postgres of DATABASE_URL does not answer" in sentence
    assert "Connection refused" in sentence


def test_a_setting_that_cannot_be_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RLT_PORT", "eighty")
    assert "RLT_PORT is 'eighty'" in said(capsys, "up", "--data", str(tmp_path))
