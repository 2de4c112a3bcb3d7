"""The whole product, started as a user starts it."""

from collections.abc import Iterator

import pytest

from backend.studies.person import Operator
from backend.studies.stack import Stack
from tests.fixtures.stack import started


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """`rlt up` with one simulated robot; of each module its own, so that two never run at once."""
    yield from started(Stack(tmp_path_factory.mktemp("loop") / "data"))


@pytest.fixture(scope="module")
def operator(stack: Stack) -> Iterator[Operator]:
    """The administrator, signed in."""
    with stack.operator() as person:
        yield person


@pytest.fixture
def robot(operator: Operator) -> str:
    """Id of the simulated robot, armed and idle."""
    found = operator.call("GET", "/robots")[0]
    robot_id: str = found["id"]
    if not found["telemetry"]["armed"]:
        operator.arm(robot_id)
    operator.wait_robot(robot_id, lambda r: r["telemetry"]["armed"], seconds=20, what="The arming")
    return robot_id
