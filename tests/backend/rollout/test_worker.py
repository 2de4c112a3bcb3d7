import asyncio
import threading

import pytest

from backend.rollout.worker import LIVE, Worker

pytestmark = pytest.mark.asyncio


async def test_live_jobs_overtake_waiting_ones() -> None:
    gate = threading.Event()
    order: list[str] = []
    with Worker(asyncio.get_running_loop()) as worker:
        blocked = asyncio.create_task(worker.run(LIVE, gate.wait, 10.0))
        late = [
            asyncio.create_task(worker.run(1, order.append, name)) for name in ("first", "second")
        ]
        await asyncio.sleep(0)
        live = asyncio.create_task(worker.run(LIVE, order.append, "live"))
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(blocked, *late, live)
    assert order == ["live", "first", "second"]


async def test_waiting_episodes_are_finished_one_after_another() -> None:
    gate = threading.Event()
    order: list[str] = []
    with Worker(asyncio.get_running_loop()) as worker:
        blocked = asyncio.create_task(worker.run(LIVE, gate.wait, 10.0))
        jobs = [
            asyncio.create_task(worker.run(turn, order.append, f"{turn}{part}"))
            for part in "ab"
            for turn in (1, 2)
        ]
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(blocked, *jobs)
    assert order == ["1a", "1b", "2a", "2b"]


async def test_a_cancelled_job_is_not_run() -> None:
    gate = threading.Event()
    order: list[str] = []
    with Worker(asyncio.get_running_loop()) as worker:
        blocked = asyncio.create_task(worker.run(LIVE, gate.wait, 10.0))
        doomed = asyncio.create_task(worker.run(LIVE, order.append, "doomed"))
        await asyncio.sleep(0)
        doomed.cancel()
        await asyncio.sleep(0)
        gate.set()
        await blocked
        await worker.run(LIVE, order.append, "next")
    assert order == ["next"]


async def test_errors_reach_the_one_who_asked_and_the_thread_goes_on() -> None:
    with Worker(asyncio.get_running_loop()) as worker:
        with pytest.raises(ValueError, match="invalid literal"):
            await worker.run(LIVE, int, "x")
        assert await worker.run(LIVE, int, "3") == 3


async def test_closing_cancels_what_waits() -> None:
    begun, gate = threading.Event(), threading.Event()

    def held() -> bool:
        begun.set()
        return gate.wait(10.0)

    with Worker(asyncio.get_running_loop()) as worker:
        blocked = asyncio.create_task(worker.run(LIVE, held))
        waiting = asyncio.create_task(worker.run(1, int, "3"))
        assert await asyncio.to_thread(begun.wait, 10.0)
        # Closing waits for the job at hand, so somebody else has to let it go.
        threading.Timer(0.01, gate.set).start()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await blocked
