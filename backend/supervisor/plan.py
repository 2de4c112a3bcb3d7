"""Which processes there are, with their arguments, environment, priority and order of stopping."""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from backend.config import Settings
from backend.supervisor.child import Spec
from backend.supervisor.options import UpOptions

ROBOT_PREFIX = "sim"
AUTOPILOT = "autopilot"

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Several processes share the cores: none of them may take all of them for one multiplication."""

BACKEND = ("web", "rollout", "learner", "evaluator")
"""All start with the same priority. The robots wait for web and rollout, so these keep it; the
learner steps aside by itself once it has found its place again; the evaluator itself does next to
nothing, and what it starts is nicer than all of these."""

ROOT = Path(__file__).resolve().parent.parent.parent


SIMULATED = ("ethernet", "charger", "screw", "zip_tie")
"""Tasks of the simulated cell, in the order in which new robots get them."""


def robot_names(count: int) -> list[str]:
    """Names of the simulated robots, which are also their journals' folders."""
    return [f"{ROBOT_PREFIX}-{number}" for number in range(1, count + 1)]


def child_environment(inherited: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """What every backend process is told."""
    return {
        **inherited,
        **ONE_THREAD,
        "PYTHONUNBUFFERED": "1",
        "DATABASE_URL": settings.database_url,
        "RLT_DATA": str(settings.data),
        "RLT_HOST": settings.host,
        "RLT_PORT": str(settings.port),
        "RLT_POLICY_HOST": settings.policy_host,
        "RLT_POLICY_PORT": str(settings.policy_port),
    }


class Prepared(Protocol):
    """What preparing the database told of each simulated robot, by its name."""

    @property
    def tokens(self) -> Mapping[str, str]:
        """Secrets of the robots' bridges, and the autopilot's."""
        ...

    @property
    def tasks(self) -> Mapping[str, str]:
        """What each of them does."""
        ...


def backend_specs(
    settings: Settings, options: UpOptions, inherited: Mapping[str, str], tokens: Mapping[str, str]
) -> list[Spec]:
    """Web, rollout, learner, evaluator and, when asked for, the autopilot."""
    environment = child_environment(inherited, settings)
    specs = [_backend(name, environment, 0) for name in BACKEND]
    if options.autopilot:
        told = environment | {
            "RLT_AUTOPILOT_TOKEN": tokens[AUTOPILOT],
            "RLT_AUTOPILOT_ROBOTS": ",".join(robot_names(options.robots)),
        }
        specs.append(_backend(AUTOPILOT, told, 5))
    return specs


def bridge_specs(
    settings: Settings, options: UpOptions, inherited: Mapping[str, str], prepared: Prepared
) -> list[Spec]:
    """One bridge for each simulated robot; the database is none of its business."""
    environment = {k: v for k, v in inherited.items() if k != "DATABASE_URL"} | ONE_THREAD
    return [
        Spec(
            name=name,
            command=_bridge_command(settings, options, name, prepared.tasks[name]),
            environment=environment
            | {"PYTHONUNBUFFERED": "1", "RLT_ROBOT_TOKEN": prepared.tokens[name]},
            folder=ROOT,
        )
        for name in robot_names(options.robots)
    ]


def _backend(name: str, environment: Mapping[str, str], niceness: int) -> Spec:
    return Spec(
        name=name,
        command=(sys.executable, "-m", "backend", name),
        environment=environment,
        niceness=niceness,
        folder=ROOT,
        orphan_signal=signal.SIGKILL,  # what it holds is in rows, files and the bridges' journals
    )


def _bridge_command(
    settings: Settings, options: UpOptions, name: str, task: str
) -> tuple[str, ...]:
    console = settings.base_url.replace("http", "ws", 1)
    # The policy session has no TLS of its own; the address is otherwise found as the console's is.
    policy = settings.model_copy(
        update={
            "host": settings.policy_host,
            "port": settings.policy_port,
            "tls_certificate": None,
        }
    ).base_url.replace("http", "ws", 1)
    return (
        *(sys.executable, "-m", "robot_bridge", "--robot", name),
        *("--driver", options.driver, "--task", task, "--speed", options.speed),
        *("--data", str(settings.data)),
        *("--web", f"{console}/api/v1/bridge"),
        *("--policy", f"{policy}/policy"),
    )
