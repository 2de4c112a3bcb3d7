"""What a bridge is told: a TOML file, flags over it, and the token from outside both."""

import argparse
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from robot_bridge.build import BUILT_IN, load_driver
from robot_bridge.control.watchdog import SESSION_TIMEOUT_MS
from robot_bridge.errors import ConfigError

TOKEN_VARIABLE = "RLT_ROBOT_TOKEN"  # noqa: S105 - the name of the variable, not its value
REAL_TIMEOUT_MS = (60, 150)
MAX_SPEED_TIMEOUT_MS = 2000
FRAMES_HZ = {"real": 10, "max": 2}


@dataclass(frozen=True, kw_only=True)
class BridgeConfig:
    """Everything one bridge process needs to know; already checked."""

    robot: str
    token: str
    driver: str = "mujoco"
    task: str = "ethernet"
    web: str = "ws://127.0.0.1:8000/api/v1/bridge"
    policy: str = "ws://127.0.0.1:8001/policy"
    data: Path = Path("data")
    speed: str = "real"
    """`real`: 50 Hz by the clock. `max`: simulated time as fast as chunks come."""
    session_timeout_ms: int = SESSION_TIMEOUT_MS
    """Silence of a session that stops an armed robot."""
    frames_hz: int = 10
    """Console pictures kept per second and camera of robot time; 0 keeps none."""
    min_free_mb: int = 200
    """Below this much free disk no episode starts."""

    @property
    def folder(self) -> Path:
        """Where this bridge keeps its journal."""
        return self.data / "bridge" / self.robot


_OPTIONS: dict[str, str] = {
    "robot": "name of this robot, as in the console",
    "driver": f"{', '.join(BUILT_IN)}, or a Python module of yours",
    "task": "task to begin with",
    "web": "address of the control session, ws:// or wss://",
    "policy": "address of the policy session, ws:// or wss://",
    "data": "data folder; the journal lies under it",
    "speed": "real or max (simulated robots only)",
    "session_timeout_ms": "silence that stops an armed robot",
    "frames_hz": "console pictures kept per second and camera",
    "min_free_mb": "free disk below which no episode starts",
}
_KEYS = {field.name for field in fields(BridgeConfig)} - {"token"} | {"token_file"}


def parser() -> argparse.ArgumentParser:
    """The command line. Flags win over the file."""
    result = argparse.ArgumentParser(
        prog="python -m robot_bridge", description="Drives one robot for the console."
    )
    result.add_argument("--config", type=Path, help="TOML file with the same names")
    result.add_argument("--token-file", help=f"file with the robot token, else {TOKEN_VARIABLE}")
    for name, text in _OPTIONS.items():
        result.add_argument(f"--{name.replace('_', '-')}", help=text)
    return result


def load(argv: Sequence[str], environ: Mapping[str, str] | None = None) -> BridgeConfig:
    """Read, merge and check. Raises ConfigError with one sentence."""
    flags = vars(parser().parse_args(argv))
    path = flags.pop("config")
    values = _read_file(path) if path is not None else {}
    values.update({key: value for key, value in flags.items() if value is not None})
    unknown = sorted(set(values) - _KEYS)
    if unknown:
        raise ConfigError(f"unknown setting {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}")
    token = _token(values.pop("token_file", None), os.environ if environ is None else environ)
    return _checked(values, token)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error


def _token(path: str | None, environ: Mapping[str, str]) -> str:
    if path is None:
        token = environ.get(TOKEN_VARIABLE, "")
        where = f"{TOKEN_VARIABLE} is not set: set it, or give --token-file"
    else:
        try:
            token = Path(path).read_text()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"cannot read the token file {path}: {error}") from error
        where = f"the token file {path} is empty: put the robot token into it"
    token = token.strip()
    if not token:
        raise ConfigError(where)
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigError("the robot token has characters that no token has: copy it again")
    return token


def _checked(values: dict[str, Any], token: str) -> BridgeConfig:
    speed = str(values.get("speed", "real"))
    driver = str(values.get("driver", "mujoco"))
    task = str(values.get("task", "ethernet"))
    _one_of("speed", speed, ("real", "max"))
    _one_of("task", task, load_driver(driver).TASKS)
    robot = str(values.get("robot", ""))
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", robot):
        raise ConfigError(
            f"robot is {robot!r}: give a name of up to 40 letters, digits, - and _ (--robot NAME)"
        )
    low, high = REAL_TIMEOUT_MS if speed == "real" else (REAL_TIMEOUT_MS[0], 10_000)
    usual = SESSION_TIMEOUT_MS if speed == "real" else MAX_SPEED_TIMEOUT_MS
    defaults = BridgeConfig(robot=robot, token=token)
    return BridgeConfig(
        robot=robot,
        token=token,
        driver=driver,
        task=task,
        web=_address("web", str(values.get("web", defaults.web))),
        policy=_address("policy", str(values.get("policy", defaults.policy))),
        data=Path(str(values.get("data", defaults.data))),
        speed=speed,
        session_timeout_ms=_number(values, "session_timeout_ms", usual, low, high),
        frames_hz=_number(values, "frames_hz", FRAMES_HZ[speed], 0, 50),
        min_free_mb=_number(values, "min_free_mb", defaults.min_free_mb, 0, 1_000_000),
    )


def _one_of(name: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise ConfigError(f"{name} is {value!r}; choose one of: {', '.join(allowed)}")


def _address(name: str, value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise ConfigError(f"{name} is {value!r}; give an address like ws://host:port/path")
    return value


def _number(values: dict[str, Any], name: str, usual: int, low: int, high: int) -> int:
    given = values.get(name, usual)
    try:
        number = int(str(given))
    except ValueError as error:
        raise ConfigError(f"{name} is {given!r}; give a whole number") from error
    if not low <= number <= high:
        raise ConfigError(f"{name} is {number}; give a number from {low} to {high}")
    return number
