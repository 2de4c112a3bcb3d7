import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from robot_bridge.sim import render
from robot_bridge.studies import film, png


def decoded(data: bytes) -> np.ndarray:
    """A second, naive reader of what `encode` writes."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    at, body = 8, b""
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, content = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
            kind + content
        )
        body += content if kind == b"IDAT" else b""
        at += 12 + length
    raw = np.frombuffer(zlib.decompress(body), dtype=np.uint8).reshape(height, 1 + 3 * width)
    rows = np.zeros((height, 3 * width), dtype=np.uint8)
    for y, (way, *values) in enumerate(raw.tolist()):
        for x, value in enumerate(values):
            left = int(rows[y, x - 3]) if x > 2 else 0
            above = int(rows[y - 1, x]) if y else 0
            rows[y, x] = (value + (0, left, above)[way]) % 256
    return rows.reshape(height, width, 3)


def test_a_picture_survives_its_file() -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (7, 5, 3), dtype=np.uint8)
    pixels[3:] = pixels[3]
    pixels[1] = np.arange(5, dtype=np.uint8)[:, None] * 3
    assert np.array_equal(decoded(png.encode(pixels)), pixels)


def test_flat_pictures_make_small_files() -> None:
    pixels = np.zeros((200, 300, 3), dtype=np.uint8)
    pixels[:] = np.arange(300, dtype=np.uint16)[:, None].astype(np.uint8)
    assert len(png.encode(pixels)) < 2000


def test_a_sheet_keeps_rows_and_columns() -> None:
    cells = [
        [np.full((2, 3, 3), 10 * row + column, np.uint8) for column in (1, 2)] for row in (0, 1)
    ]
    page = png.sheet(cells, gap=1)
    assert page.shape == (5, 7, 3)
    assert page[:, :, 0].tolist()[0] == [1, 1, 1, 255, 2, 2, 2]
    assert page[4, 0, 0] == 11
    assert page[4, 6, 0] == 12


def test_a_strip_shows_the_start_and_the_last_step() -> None:
    assert film.shown_steps(100) == [0, 14, 29, 43, 57, 71, 86, 100]
    assert film.shown_steps(3) == [0, 0, 1, 1, 2, 2, 3, 3]


def test_the_command_writes_a_strip_and_names_the_episode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(render.VARIABLE, "raycast")
    monkeypatch.setattr(film, "EDGE", 24)
    out = tmp_path / "deep" / "strip.png"
    assert film.main(["ethernet", "--seed", "3", "--out", str(out)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("seed 3: success after ")
    page = decoded(out.read_bytes())
    assert page.shape == (2 * 24 + 2, 8 * 26 - 2, 3)
    first, last = page[:24, :24], page[:24, -24:]
    assert np.abs(first.astype(int) - last.astype(int)).mean() > 5.0


def test_an_ending_that_never_comes_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(film, "PATIENCE", 1)
    given = ["ethernet", "--seed", "3", "--ending", "failure", "--out", str(tmp_path / "x.png")]
    assert film.main(given) == 2
    assert "no failure in 1 episodes from seed 3 on" in capsys.readouterr().err


@pytest.mark.parametrize("who", ["slam", "dive beside the jack"])
def test_others_can_act_too(who: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(render.VARIABLE, "raycast")
    monkeypatch.setattr(film, "EDGE", 8)
    out = tmp_path / "x.png"
    assert film.main(["ethernet", "--ending", "failure", "--by", who, "--out", str(out)]) == 0
    assert out.exists()


def test_an_unknown_actor_is_refused_with_the_known_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert film.main(["screw", "--by", "nobody", "--out", str(tmp_path / "x.png")]) == 2
    assert "choose one of: demonstrator, push_down" in capsys.readouterr().err
