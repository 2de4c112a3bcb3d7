"""Who drives: one holder, growing epochs, lost with the last page."""

from uuid import UUID, uuid4

import httpx
import pytest
from websockets.asyncio.client import connect

from backend.fleet.hub import LEASE_CHECK_SECONDS
from backend.fleet.leases import PRESENCE_SECONDS, Holder, Lease
from tests.fixtures.console import Console

ADA, BOB = Holder(uuid4(), "ada"), Holder(uuid4(), "bob")


def test_a_lease_runs_out_when_its_holder_is_silent() -> None:
    lease = Lease(0, grace=2)
    lease.take(ADA, 1, now=10)
    assert not lease.expired(10 + PRESENCE_SECONDS + 1.9)
    lease.renew(13)
    assert not lease.expired(13 + PRESENCE_SECONDS + 1.9)
    assert lease.expired(13 + PRESENCE_SECONDS + 2)


def test_losing_the_last_page_leaves_the_grace_and_no_more() -> None:
    lease = Lease(0, grace=2)
    lease.take(ADA, 1, now=10)
    lease.abandon(11)
    assert not lease.expired(12.9)
    assert lease.expired(13)
    lease.renew(12.5)
    assert not lease.expired(13)


def test_abandoning_never_lengthens() -> None:
    lease = Lease(0, grace=2)
    lease.take(ADA, 1, now=10)
    lease.abandon(11)
    lease.abandon(12)
    assert lease.expired(13)


def test_an_epoch_never_repeats() -> None:
    lease = Lease(4, grace=2)
    lease.take(ADA, 5, now=0)
    lease.release()
    assert not lease.expired(100)
    with pytest.raises(AssertionError):
        lease.take(BOB, 5, now=0)


async def take(client: httpx.AsyncClient, robot: UUID, **wish: object) -> httpx.Response:
    return await client.post(f"/robots/{robot}/lease", json=wish)


@pytest.mark.asyncio
async def test_taking_over_needs_a_reason_and_is_audited(console: Console) -> None:
    robot, _ = await console.bridge()
    ada, bob = await console.person("operator", "ada"), await console.person("operator", "bob")
    assert (await take(ada, robot)).json()["epoch"] == 1
    assert (await take(ada, robot)).json()["epoch"] == 1
    refused = await take(bob, robot)
    assert refused.status_code == 409
    assert refused.json()["holder"]["name"] == "ada"
    assert (await take(bob, robot, takeover=True, reason=" ")).status_code == 400
    taken = (await take(bob, robot, takeover=True, reason="shift ends")).json()
    assert (taken["epoch"], taken["holder"]["name"]) == (2, "bob")
    assert (await ada.delete(f"/robots/{robot}/lease")).status_code == 409
    assert (await bob.delete(f"/robots/{robot}/lease")).status_code == 204
    rows = (await ada.get("/audit")).json()["items"]
    found = [(row["actor"], row["action"]) for row in rows if row["action"].startswith("lease")]
    assert found == [("bob", "lease_released"), ("bob", "lease_taken_over"), ("ada", "lease_taken")]


@pytest.mark.asyncio
async def test_who_asks_is_shown_and_the_driver_hands_over(console: Console) -> None:
    robot, _ = await console.bridge()
    ada, bob = await console.person("operator", "ada"), await console.person("operator", "bob")
    ask, hand_over = f"/robots/{robot}/lease/ask", f"/robots/{robot}/lease/hand-over"
    assert (await bob.post(ask)).status_code == 409
    await take(ada, robot)
    assert (await ada.post(hand_over)).status_code == 409
    assert (await bob.post(ask)).json()["asking"]["name"] == "bob"
    assert (await bob.post(hand_over)).status_code == 409
    given = (await ada.post(hand_over)).json()
    assert (given["epoch"], given["holder"]["name"], given["asking"]) == (2, "bob", None)
    rows = (await ada.get("/audit")).json()["items"]
    found = [(row["actor"], row["action"]) for row in rows if row["action"].startswith("lease")]
    assert found == [("ada", "lease_handed_over"), ("bob", "lease_asked"), ("ada", "lease_taken")]


@pytest.mark.asyncio
async def test_epochs_go_on_after_a_restart(console: Console) -> None:
    robot, _ = await console.bridge()
    ada = await console.person("operator", "ada")
    await take(ada, robot)
    fleet = console.app.state.fleet
    fleet.cells.clear()
    await fleet.load()
    assert (await take(ada, robot)).json()["epoch"] == 2


@pytest.mark.asyncio
async def test_a_lease_lives_with_the_page_and_expires_without(console: Console) -> None:
    robot, _ = await console.bridge()
    ada = await console.person("operator", "ada")
    fleet = console.app.state.fleet
    lease = fleet.cells[robot].lease
    async with connect(console.live_url, additional_headers=console.live_headers("ada")) as live:
        await live.recv()
        await take(ada, robot)
        held = lease._deadline - fleet.clock.monotonic()
        assert held > PRESENCE_SECONDS
    await console.settled(lambda: not fleet._pages)
    assert lease._deadline - fleet.clock.monotonic() <= 2.0 + LEASE_CHECK_SECONDS
    lease._deadline = 0.0
    await console.settled(lambda: lease.holder is None)
    await console.written()
    newest = (await ada.get("/audit")).json()["items"][0]
    assert (newest["actor"], newest["action"]) == ("ada", "lease_expired")
