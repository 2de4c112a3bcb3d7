"""Waiting for the console to answer."""

from collections.abc import Iterator

import httpx
import pytest

from backend.errors import ConfigError
from backend.supervisor.health import wait_healthy

pytestmark = pytest.mark.asyncio

PARTS = ("database", "rollout", "learner", "evaluator", "robots")


def state(*down: str) -> httpx.Response:
    parts = {part: "down" if part in down else "ok" for part in PARTS}
    return httpx.Response(200, json={"status": "down" if down else "ok", "parts": parts})


def console(answers: Iterator[httpx.Response | None]) -> httpx.AsyncClient:
    """A console that gives these answers in turn; None: nobody listens yet."""

    def answer(request: httpx.Request) -> httpx.Response:
        given = next(answers)
        if given is None:
            raise httpx.ConnectError("nobody listens", request=request)
        return given

    return httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://console")


def nothing_wrong() -> None:
    """No process has given up."""


def again(answer: httpx.Response | None) -> Iterator[httpx.Response | None]:
    while True:
        yield answer


async def test_ready_once_every_part_answers() -> None:
    answers = iter([None, httpx.Response(502), state("rollout"), state()])
    assert await wait_healthy(console(answers), nothing_wrong) == ""
    assert next(answers, "all asked") == "all asked"


async def test_names_the_parts_that_never_came() -> None:
    answers = again(state("learner", "rollout"))
    said = await wait_healthy(console(answers), nothing_wrong, patience_s=0.2)
    assert said == "learner, rollout"


async def test_robots_are_waited_for_only_a_little() -> None:
    def answers() -> Iterator[httpx.Response]:
        yield state("rollout", "robots")
        while True:
            yield state("robots")

    said = await wait_healthy(console(answers()), nothing_wrong, patience_s=1e6, robots_s=0.2)
    assert said == "robots"


async def test_a_process_that_gave_up_ends_the_waiting() -> None:
    def gave_up() -> None:
        raise ConfigError("web cannot start")

    with pytest.raises(ConfigError, match="web cannot start"):
        await wait_healthy(console(again(None)), gave_up)
