"""The whole learner over a real Postgres: episodes and labels in, actors and curves out."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest
import pytest_asyncio
import torch
from sqlalchemy import select, update

from backend.config import Settings
from backend.db import Database, Wakeup, notify, wakeups
from backend.learner.feed import Feed
from backend.learner.main import learner
from backend.learner.trainee import Trainee
from backend.models import Checkpoint, MetricPoint, Run
from backend.rl.policy import ActorPolicy
from backend.storage.objects import ObjectStore
from backend.storage.weights import unpack
from tests.backend.learner.test_trainee import CONFIG
from tests.fixtures.attempt import Attempt
from tests.fixtures.cell_rows import CellRows, add_label, make_cell
from tests.fixtures.frozen import tiny_frozen
from tests.fixtures.stored import store_attempt

pytestmark = pytest.mark.asyncio


class Lab:
    """A learner that can be started as often as a test stops it, and what it works on."""

    def __init__(self, database: Database, data: Path, ids: CellRows) -> None:
        self.database = database
        self.store = ObjectStore(data)
        self.ids = ids
        self._settings = Settings(database_url=database.url, data=data)

    def start(self) -> AbstractAsyncContextManager[Feed]:
        return learner(self._settings, lambda _: tiny_frozen())

    async def attempt(self, outcome: str = "", steps: int = 25) -> Attempt:
        made = Attempt(run_id=self.ids.run_id, steps=steps)
        await store_attempt(self.database, self.store, self.ids, made)
        if outcome:
            await add_label(self.database, self.ids, made.episode_id, outcome)
        return made

    async def label(self, attempt: Attempt, outcome: str, version: int) -> UUID:
        return await add_label(self.database, self.ids, attempt.episode_id, outcome, version)

    async def checkpoints(self) -> list[Checkpoint]:
        async with self.database.unit() as session:
            return list(await session.scalars(select(Checkpoint).order_by(Checkpoint.version)))

    async def curve(self, name: str) -> list[float]:
        async with self.database.unit() as session:
            query = select(MetricPoint.value).where(MetricPoint.name == name)
            return list(await session.scalars(query.order_by(MetricPoint.id)))

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Ear"]:
        ear = Ear()
        task = asyncio.create_task(ear.listen(self.database.url))
        await self._until_heard(ear)
        yield ear
        task.cancel()

    async def _until_heard(self, ear: "Ear") -> None:
        """Our own wake-up comes back once we listen."""
        while True:
            async with self.database.unit() as session:
                await notify(session, "robot", "here")
            try:
                await asyncio.wait_for(ear.next("robot"), 0.2)
            except TimeoutError:
                continue
            return


class Ear:
    """Every NOTIFY, in order."""

    def __init__(self) -> None:
        self._heard: asyncio.Queue[Wakeup] = asyncio.Queue()

    async def listen(self, url: str) -> None:
        async for wakeup in wakeups(url):
            self._heard.put_nowait(wakeup)

    async def next(self, kind: str) -> str:
        while (wakeup := await self._heard.get()).kind != kind:
            pass
        return wakeup.id


@pytest_asyncio.fixture
async def lab(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setenv("DATABASE_URL", database.url)
    return Lab(database, tmp_path, await make_cell(database, CONFIG.to_dict()))


async def whole_pass(feed: Feed) -> None:
    """Everything that is written now has been read, and the training thread has taken it over."""
    async with feed.passed:
        due = feed.passes + 2
        feed._bell.set()
        while feed.passes < due:
            await feed.passed.wait()
            feed._bell.set()
    taken = asyncio.Event()
    loop = asyncio.get_running_loop()

    def tell() -> None:
        loop.call_soon_threadsafe(taken.set)

    feed._thread.post(tell)
    await taken.wait()


def trainee_of(feed: Feed, lab: Lab) -> Trainee:
    return feed._teacher.seats[lab.ids.run_id].trainee


def fingerprint(trainee: Trainee) -> str:
    """Everything that is sampled, and which rows may be."""
    replay, digest = trainee.replay, hashlib.sha256()
    rows = replay._rows()[0]
    for tensor in (
        rows, replay._x[rows], replay._action[rows], replay._reference[rows], replay._target[rows],
        replay._reward[rows], replay._discount[rows], replay._x[replay._following[rows]],
    ):  # fmt: skip
        digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()


async def test_labelled_episodes_become_an_actor_that_drives(lab: Lab) -> None:
    async with lab.listening() as ear, lab.start():
        await lab.attempt("success")
        await lab.attempt("failure")
        checkpoint_id = await ear.next("checkpoint")
    first = (await lab.checkpoints())[0]
    assert str(first.id) == checkpoint_id
    assert (first.version, first.updates) == (1, CONFIG.warmup_updates)
    assert first.lock_sha256 == tiny_frozen().lock.sha256
    content = lab.store.get("checkpoints", first.actor_sha256)
    tensors, about = unpack(content, lock_sha256=first.lock_sha256)
    assert ActorPolicy.load(tensors).dims == tiny_frozen().dims(10)
    assert about["run_id"] == str(lab.ids.run_id)
    assert first.learner_sha256 is not None


async def test_a_corrected_label_changes_rewards_while_it_learns(lab: Lab) -> None:
    attempt = await lab.attempt("success")
    await lab.attempt("failure")
    async with lab.listening() as ear, lab.start() as feed:
        await ear.next("checkpoint")
        assert trainee_of(feed, lab).replay._reward.sum() > 0
        label_id = await lab.label(attempt, "failure", 2)
        assert await ear.next("reward") == str(label_id)
        assert trainee_of(feed, lab).replay._reward.sum() == 0
    (delay,) = await lab.curve("label_to_reward_ms")
    assert delay >= 0


async def test_a_label_without_wake_up_is_found_by_polling(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Feed, "heard", lambda *_: None)
    attempt = await lab.attempt()
    async with lab.listening() as ear, lab.start() as feed:
        await whole_pass(feed)
        label_id = await lab.label(attempt, "success", 1)
        assert await ear.next("reward") == str(label_id)


async def test_a_label_that_came_before_its_episode_counts(lab: Lab) -> None:
    attempt = Attempt(run_id=lab.ids.run_id)
    async with lab.listening() as ear, lab.start() as feed:
        await whole_pass(feed)
        label_id = await lab.label(attempt, "success", 1)
        await store_attempt(lab.database, lab.store, lab.ids, attempt)
        assert await ear.next("reward") == str(label_id)


async def test_a_rebuilt_replay_equals_the_live_one(lab: Lab) -> None:
    async with lab.listening() as ear, lab.start() as feed:
        await whole_pass(feed)
        attempts = [await lab.attempt("success", steps) for steps in (25, 40, 31)]
        await lab.attempt()
        for _ in attempts:
            await ear.next("reward")
        await lab.label(attempts[1], "discard", 2)
        await ear.next("reward")
        await lab.label(attempts[2], "failure", 2)
        await ear.next("reward")
        live = trainee_of(feed, lab)
        fingerprint_live = fingerprint(live)
    async with lab.start() as feed:
        await whole_pass(feed)
        rebuilt = trainee_of(feed, lab)
        assert fingerprint(rebuilt) == fingerprint_live
        assert rebuilt.replay.composition() == live.replay.composition()


async def test_a_restarted_learner_goes_on_counting(lab: Lab) -> None:
    async with lab.listening() as ear, lab.start():
        await lab.attempt("success")
        await lab.attempt("failure")
        await ear.next("checkpoint")
    before = (await lab.checkpoints())[-1]
    async with lab.listening() as ear, lab.start() as feed:
        await whole_pass(feed)
        assert trainee_of(feed, lab).trainer.updates >= before.updates
        await lab.attempt("success")
        await ear.next("checkpoint")
    after = (await lab.checkpoints())[-1]
    assert after.version > before.version
    assert after.updates > before.updates
    assert after.transitions > before.transitions


async def test_a_torn_learner_state_is_passed_over(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    async with lab.listening() as ear, lab.start():
        await lab.attempt("success")
        await lab.attempt("failure")
        await ear.next("checkpoint")
    (first, *_) = await lab.checkpoints()
    path = lab.store.path("checkpoints", str(first.learner_sha256))
    path.write_bytes(path.read_bytes()[:-1])
    async with lab.listening() as ear, lab.start():
        await ear.next("checkpoint")
    assert "left out" in caplog.text
    assert (await lab.checkpoints())[-1].version > first.version


async def test_a_torn_episode_is_left_out_and_the_others_are_learned(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    torn = Attempt(run_id=lab.ids.run_id, steps=33)
    sha256 = await store_attempt(lab.database, lab.store, lab.ids, torn)
    path = lab.store.path("episodes", sha256)
    path.write_bytes(path.read_bytes()[:-1])
    await lab.label(torn, "success", 1)
    await lab.attempt("success")
    async with lab.start() as feed:
        await whole_pass(feed)
        assert trainee_of(feed, lab).replay.episodes == 1
    assert "damaged" in caplog.text


async def test_a_stopped_run_is_let_go(lab: Lab) -> None:
    async with lab.start() as feed:
        await whole_pass(feed)
        async with lab.database.unit() as session:
            await session.execute(update(Run).values(state="stopped"))
        await whole_pass(feed)
        assert feed._followed == {}


async def test_a_paused_run_takes_labels_but_does_not_train(lab: Lab) -> None:
    async with lab.database.unit() as session:
        await session.execute(update(Run).values(state="paused"))
    async with lab.listening() as ear, lab.start() as feed:
        await whole_pass(feed)
        await lab.attempt("success")
        await lab.attempt("success")
        await ear.next("reward")
        await ear.next("reward")
        assert trainee_of(feed, lab).copied == 0


@pytest.mark.parametrize("later", range(6))
async def test_a_feed_that_is_told_to_end_just_when_a_wake_up_comes_ends(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, later: int
) -> None:
    async with lab.start() as feed:
        await whole_pass(feed)

        async def nothing() -> None:
            pass

        monkeypatch.setattr(feed, "look", nothing)
        running = asyncio.create_task(feed.run())
        await asyncio.sleep(0)
        feed.heard(Wakeup("run", str(lab.ids.run_id)))
        for _ in range(later):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait((running,), timeout=0.5)
        assert running.cancelled()


async def tune(lab: Lab, **tuning: object) -> None:
    async with lab.database.unit() as session:
        await session.execute(update(Run).values(tuning=tuning))
        await notify(session, "run", lab.ids.run_id)


async def test_a_running_learner_follows_what_people_change(lab: Lab) -> None:
    async with lab.listening() as ear, lab.start() as feed:
        await lab.attempt("success")
        await lab.attempt("failure")
        await ear.next("checkpoint")
        await tune(lab, beta=0.5, actor_frozen=True)
        await whole_pass(feed)
        trainer = trainee_of(feed, lab).trainer
        assert (trainer.beta, trainer.actor_frozen) == (0.5, True)
        frozen = trainer.actor_state()
        made = trainer.updates
        await lab.attempt("success")
        while trainer.updates == made:
            await ear.next("metrics")
        after = trainer.actor_state()
        assert all(torch.equal(after[name], frozen[name]) for name in frozen)
    assert (await lab.curve("beta"))[-1] == 0.5
    assert (await lab.curve("actor_frozen"))[-1] == 1.0


async def test_what_people_changed_outlives_the_learner(lab: Lab) -> None:
    await tune(lab, beta=0.25, learning_paused=True)
    await lab.attempt("success")
    await lab.attempt("success")
    for _ in range(2):
        async with lab.start() as feed:
            await whole_pass(feed)
            trainee = trainee_of(feed, lab)
            assert (trainee.trainer.beta, trainee.copied) == (0.25, 0)
    assert await lab.curve("learning_paused") == [1.0, 1.0]


async def test_a_change_that_is_none_leaves_the_run_as_it_is(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    async with lab.start() as feed:
        await whole_pass(feed)
        await tune(lab, beta=0.25)
        await whole_pass(feed)
        await tune(lab, beta=99.0)
        await whole_pass(feed)
        assert trainee_of(feed, lab).trainer.beta == 0.25
    assert "beta must be between" in caplog.text


async def test_a_run_with_an_impossible_configuration_harms_no_other(
    lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    async with lab.database.unit() as session:
        session.add(
            Run(
                id=UUID(int=1), name="typo", task_id="ethernet", regime="critical",
                algorithm="rlt", config={"betta": 1},
            )
        )  # fmt: skip
    async with lab.start() as feed:
        await whole_pass(feed)
        assert set(feed._followed) == {lab.ids.run_id}
    assert "betta" in caplog.text


async def test_learning_goes_back_with_the_run_even_over_a_restart(lab: Lab) -> None:
    async with lab.listening() as ear, lab.start() as feed:
        await lab.attempt("success")
        await lab.attempt("failure")
        await ear.next("checkpoint")
        await roll_back(lab, times=1)
        await whole_pass(feed)
        assert trainee_of(feed, lab).times_back == 1
    await roll_back(lab, times=2)
    async with lab.start() as feed:
        await whole_pass(feed)
        assert trainee_of(feed, lab).times_back == 2


async def roll_back(lab: Lab, times: int) -> None:
    tuning = {"back_to": 1, "times_back": times}
    async with lab.database.unit() as session:
        await session.execute(update(Run).where(Run.id == lab.ids.run_id).values(tuning=tuning))
