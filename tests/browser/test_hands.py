"""Hands on a cell and on its run: keys, driving without a policy, tuning, evaluations."""

import re
import subprocess
import sys
from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import Page, expect

from backend.db import libpq_url
from backend.studies.person import Operator
from backend.studies.stack import Stack
from backend.supervisor.postgres import socket_url
from tests.fixtures.pages import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LEARNER_MS = 90_000
"""It steps back behind everything that a robot waits for."""


def test_a_key_of_ones_own_is_refused_saved_listed_and_reset(
    page: Page, operator: Operator
) -> None:
    robot = operator.call("GET", "/robots")[0]["id"]
    page.goto("/help#keys")
    hand_off = page.get_by_role("button", name="Hand off to RL")
    told = page.locator("rlt-key-editor [role=status]")
    hand_off.press("Enter")
    page.keyboard.press("n")
    expect(told).to_contain_text("N is “Start episode” already")
    page.keyboard.press("j")
    expect(told).to_contain_text("“Hand off to RL” is now J.")

    page.goto(f"/robots/{robot}")
    expect(page.locator("rlt-do button").first).to_be_visible()
    page.keyboard.press("?")
    shown = page.locator("dialog.help").get_by_role("definition").filter(has_text="Hand off to RL")
    expect(shown.locator("xpath=..")).to_contain_text("J")
    page.get_by_role("button", name="Close").click()

    page.goto("/help#keys")
    page.get_by_role("button", name="Standard keys again").click()
    expect(told).to_contain_text("standard ones again")
    assert operator.call("GET", "/me")["keys"] == {}


def tool_x(operator: Operator, robot: str) -> float:
    found = operator.call("GET", f"/robots/{robot}")
    place = found["spec"]["state_names"].index("tcp_x")
    return float(found["telemetry"]["state"][place])


def test_hands_drive_between_attempts_and_nothing_is_recorded(
    page: Page, operator: Operator
) -> None:
    robot = operator.call("GET", "/robots")[0]["id"]
    page.goto(f"/robots/{robot}")
    operator.arm(robot)
    display = page.locator(".phase-display")
    expect(display).to_contain_text("Between episodes")
    before = tool_x(operator, robot)

    def pushed() -> bool:
        # A busy machine takes hands that are late for gone: then they take over again. And a
        # console that is late for lost: then the robot stops, and a person arms it again.
        if operator.robot(robot)["telemetry"]["phase"] == "stopped":
            operator.arm(robot)
        page.keyboard.down("t")
        expect(display).to_contain_text(re.compile("nothing is recorded|was lost"))
        page.keyboard.down("w")
        page.wait_for_timeout(400)
        page.keyboard.up("w")
        page.keyboard.up("t")
        return tool_x(operator, robot) > before + 0.005

    until(page, pushed)
    expect(display.locator(".phase-word")).to_have_text(re.compile("paused", re.IGNORECASE))
    assert list(operator.episodes()) == []


@pytest.fixture(scope="module")
def run(operator: Operator) -> str:
    """Id of a run that the learner has taken on."""
    task = operator.call("GET", "/robots")[0]["task_id"]
    made = operator.call("POST", "/runs", {"task_id": task, "name": "Tuned"})
    run_id: str = made["id"]
    return run_id


def test_a_changed_setting_is_followed_and_drawn(page: Page, operator: Operator, run: str) -> None:
    page.goto(f"/runs/{run}")
    panel = page.get_by_role("region", name="Live tuning")
    expect(panel).to_contain_text("The learner follows", timeout=LEARNER_MS)
    panel.get_by_label("Pull β").fill("0.02")
    panel.get_by_label("Pull β").press("Enter")
    expect(panel).to_contain_text("in force 0.02", timeout=LEARNER_MS)
    panel.get_by_role("button", name="Pause learning").click()
    expect(panel.get_by_role("button", name="Resume learning")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(panel).to_contain_text("The learner follows", timeout=LEARNER_MS)

    line = page.get_by_role("region", name="What happened")
    line.get_by_text("as a list").click()
    expect(line.get_by_role("listitem").first).to_contain_text("learning paused: off → on")
    expect(line.get_by_role("listitem").nth(1)).to_contain_text("Pull β: as configured → 0.02")

    stored = operator.call("GET", f"/runs/{run}")["tuning"]
    assert (stored["beta"], stored["learning_paused"]) == (0.02, True)
    panel.get_by_role("button", name="As configured").click()
    early = operator.call("GET", f"/runs/{run}")["config"]["beta_early"]
    expect(panel).to_contain_text(f"in force {early}", timeout=LEARNER_MS)


def publish(stack: Stack, run: str, task: str) -> None:
    """A checkpoint that can be played, of an actor that nobody trained."""
    command = (sys.executable, "-m", "tests.fixtures.untrained", task, str(stack.data))
    made = subprocess.run(command, check=True, capture_output=True, text=True)
    lock, sha256 = made.stdout.split()
    with psycopg.connect(libpq_url(socket_url(stack.data / "postgres"))) as connection:
        connection.execute(
            "insert into checkpoints (id, run_id, version, actor_sha256, updates, transitions, "
            "lock_sha256, metrics) values (%s, %s, 4, %s, 0, 0, %s, '{}')",
            (uuid4(), run, sha256, lock),
        )


def test_an_evaluation_is_asked_for_taken_up_and_called_off(
    page: Page, operator: Operator, stack: Stack
) -> None:
    task = operator.call("GET", "/robots")[0]["task_id"]
    run = operator.call("POST", "/runs", {"task_id": task, "name": "Evaluated"})["id"]
    page.goto(f"/runs/{run}")
    panel = page.get_by_role("region", name="Evaluations", exact=True)
    expect(panel).to_contain_text("The first checkpoint comes after the warm-up")
    publish(stack, run, task)
    page.reload()
    page.get_by_role("button", name="Evaluate v4…").click()
    form = panel.get_by_role("form", name="Evaluate…")
    expect(form.get_by_label("Checkpoint")).to_be_focused()
    form.get_by_label("Starts", exact=False).first.fill("10")
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("v4 critical phase · 10 starts · set 0")
    expect(panel).to_contain_text(re.compile(r"The simulated cell starts…|\d+ of \d+ attempts"))
    panel.get_by_role("button", name="Cancel v4").click()
    panel.get_by_text("Without a result: 1").click()
    expect(panel).to_contain_text("v4 critical phase · 10 starts · set 0: cancelled")
