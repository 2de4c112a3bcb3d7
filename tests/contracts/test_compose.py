"""docker-compose.yml and the Dockerfile, as far as they can be judged without an engine."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.__main__ import parser as backend_parser
from robot_bridge.config import parser as bridge_parser

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = sorted(set(SERVICES) - {"postgres"})


def command(service: str) -> list[str]:
    return [re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", word) for word in SERVICES[service]["command"]]


def test_the_processes_are_all_there() -> None:
    assert set(SERVICES) == {"postgres", "setup", "web", "rollout", "learner", "evaluator", "robot"}


@pytest.mark.parametrize("service", sorted(set(OURS) - {"robot"}))
def test_backend_commands_exist(service: str) -> None:
    python, dash_m, module, *arguments = command(service)
    assert (python, dash_m, module) == ("python", "-m", "backend")
    assert backend_parser().parse_args(arguments).command == arguments[0]


def test_the_robot_command_exists() -> None:
    python, dash_m, module, *arguments = command("robot")
    assert (python, dash_m, module) == ("python", "-m", "robot_bridge")
    assert bridge_parser().parse_args(arguments).robot == "sim-1"


@pytest.mark.parametrize("service", OURS)
def test_our_containers_can_do_little(service: str) -> None:
    described = SERVICES[service]
    assert described["cap_drop"] == ["ALL"]
    assert described["init"] is True
    assert described["read_only"] is True
    assert "no-new-privileges:true" in described["security_opt"]


def test_the_image_runs_as_an_unprivileged_user() -> None:
    users = re.findall(r"^USER (\S+)", DOCKERFILE, re.M)
    assert users[-1:] == ["rlt"]
    assert DOCKERFILE.rindex("USER rlt") < DOCKERFILE.rindex("CMD ")


def test_every_volume_dependency_and_network_is_declared() -> None:
    for described in SERVICES.values():
        for volume in described.get("volumes", []):
            assert volume.split(":")[0] in COMPOSE["volumes"]
        assert set(described.get("depends_on", {})) <= set(SERVICES)
        assert set(described["networks"]) <= set(COMPOSE["networks"])


def test_only_the_web_process_is_reachable_and_only_from_this_machine() -> None:
    published = {name: s["ports"] for name, s in SERVICES.items() if "ports" in s}
    assert list(published) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in published["web"])


def test_settings_given_to_the_processes_exist() -> None:
    from backend.config import Settings

    known = {f"RLT_{name.upper()}" for name in Settings.model_fields} | {"DATABASE_URL"}
    given = {key for s in map(SERVICES.__getitem__, OURS) for key in s.get("environment", {})}
    assert given <= known
    assert "DATABASE_URL" in given


def test_the_image_holds_what_it_copies() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M)
    paths = [path for line in copied for path in line.split()]
    assert paths
    assert {path for path in paths if not (ROOT / path).exists()} == set()
