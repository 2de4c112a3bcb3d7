"""Suggestions of a run: learned by the learner, followed by the rollout, overruled by a person."""

from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
import pytest_asyncio
from sqlalchemy import select, update

from backend.audit import repository as audit
from backend.audit.repository import Entry
from backend.config import Settings
from backend.db import Database
from backend.kit.clock import SystemClock
from backend.kit.ids import uuid7
from backend.learner import repository
from backend.learner.suggesting import EVERY, MOST_TRACES, Known, Notes, load, packed
from backend.models import Run, SuggestedOutcome, Suggestion
from backend.rl.suggestions import Suggestions, Taught, Trace, teach
from backend.rollout.models import FrozenModels
from backend.rollout.serve import rollout
from backend.storage.weights import LockMismatch
from tests.backend.learner.test_main import Lab, trainee_of, whole_pass
from tests.backend.learner.test_trainee import CONFIG
from tests.backend.rl.suggestions.test_suggestions import LESSON
from tests.fixtures.attempt import Attempt
from tests.fixtures.cell_rows import make_cell
from tests.fixtures.frozen import tiny_frozen
from tests.fixtures.policy_bridge import FakeBridge, bridge_at

SWITCH = 40


def trace() -> Trace:
    return LESSON[1].trace


def learned() -> Taught:
    taught = teach(LESSON)
    assert taught is not None
    return taught


def test_a_lesson_is_due_every_ten_newly_judged_attempts() -> None:
    notes = Notes()
    ids = [uuid4() for _ in range(EVERY)]
    for episode_id in ids[1:]:
        notes.judged(episode_id, "failure", 1)
    notes.judged(ids[1], "success", 2)
    assert not notes.due
    notes.judged(ids[0], "discard", 1)
    assert not notes.due
    notes.judged(ids[0], "success", 2)
    assert notes.due
    notes.taught_from = EVERY
    assert not notes.due


def test_the_newest_label_counts_whatever_comes_later() -> None:
    notes = Notes()
    episode_id = uuid4()
    notes.saw(episode_id, trace(), fresh=True)
    notes.judged(episode_id, "success", 2)
    notes.judged(episode_id, "failure", 1)
    (one,) = notes.lesson({episode_id})
    assert (one.outcome, one.by_suggestion) == ("success", True)


def test_only_fresh_attempts_are_spoken_of() -> None:
    notes = Notes(known=Known(uuid4(), learned()))
    old, new = uuid4(), uuid4()
    notes.saw(old, trace(), fresh=False)
    notes.saw(new, trace(), fresh=True)
    assert list(notes.to_say) == [new]
    assert notes.to_say[new][1] > 0.5


def test_the_oldest_attempts_are_forgotten() -> None:
    notes = Notes()
    first = uuid4()
    notes.saw(first, trace(), fresh=False)
    for _ in range(MOST_TRACES):
        notes.saw(uuid4(), trace(), fresh=False)
    assert len(notes.traces) == MOST_TRACES
    assert first not in notes.traces


def test_the_file_belongs_to_its_models() -> None:
    taught = teach(LESSON)
    assert taught is not None
    content = packed(taught, "here", attempts=24)
    assert content == packed(taught, "here", attempts=24)
    assert load(content, "here").success_probability(trace()) == pytest.approx(
        taught.suggestions.success_probability(trace())
    )
    with pytest.raises(LockMismatch):
        load(content, "elsewhere")


# ── the processes ─────────────────────────────────────────────────────────────────────────────────


@pytest_asyncio.fixture
async def lab(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setenv("DATABASE_URL", database.url)
    config = CONFIG.to_dict() | {"hand_off": "suggestion", "warmup_episodes": 1000}
    return Lab(database, tmp_path, await make_cell(database, config))


def attempt_of(lab: Lab) -> Attempt:
    return Attempt(run_id=lab.ids.run_id, regime="full", steps=80, hand_off_step=SWITCH)


async def practise(lab: Lab, bridge: FakeBridge, number: int) -> None:
    attempt = attempt_of(lab)
    await bridge.deliver(attempt.journal())
    await lab.label(attempt, "failure" if number % 2 else "success", 1)


async def said_in(bridge: FakeBridge, attempt: Attempt, *steps: int, rl: bool = False) -> list[str]:
    return [(await bridge.ask(attempt.observation(step, rl=rl))).hand_off for step in steps]


@pytest.mark.asyncio
async def test_a_suggestion_is_learned_followed_and_overruled(lab: Lab) -> None:
    settings = Settings(database_url=lab.database.url, data=lab.store._root.parent, policy_port=0)
    async with rollout(settings, lambda _: FrozenModels(tiny_frozen())) as port:
        async with bridge_at(port) as bridge:
            before = attempt_of(lab)
            await bridge.send(before.journal()[0])
            assert await said_in(bridge, before, 5) == ["truth"]
            for number in range(16):
                await practise(lab, bridge, number)
            async with lab.listening() as ear, lab.start() as feed:
                await ear.next("suggestion")
                await whole_pass(feed)
                late = attempt_of(lab)
                await bridge.deliver(late.journal())
                await whole_pass(feed)
        async with bridge_at(port) as bridge:
            attempt = attempt_of(lab)
            await bridge.send(attempt.journal()[0])
            await taken_over(bridge, attempt)
            assert await said_in(bridge, attempt, 5, 10) == ["wait", "wait"]
            assert await said_in(bridge, attempt, 60, 65, 70) == ["wait", "now", "now"]
            assert await said_in(bridge, attempt, 75, rl=True) == ["wait"]
            assert await said_in(bridge, attempt, 78, 79) == ["wait", "wait"]
    async with lab.database.unit() as session:
        row = (await session.scalars(select(Suggestion).order_by(Suggestion.version))).first()
        said = await session.get(SuggestedOutcome, late.episode_id)
    assert row is not None
    assert row.lock_sha256 == tiny_frozen().lock.sha256
    assert row.figures["hand_off"]["right"] == row.figures["hand_off"]["switches"]
    assert said is not None


async def taken_over(bridge: FakeBridge, attempt: Attempt) -> None:
    """Until the rollout has read the newest suggestions, which it does at a wake-up."""
    while await said_in(bridge, attempt, 0) == ["truth"]:
        continue


@pytest.mark.asyncio
async def test_hand_offs_that_were_suggested_are_known_by_the_audit(lab: Lab) -> None:
    ids: list[UUID] = []
    for why in ("chunk boundary", "suggestion"):
        attempt = await lab.attempt()
        ids.append(attempt.episode_id)
        entry = Entry(
            actor="autopilot", action="phase_changed", at=SystemClock().now(),
            robot_id=lab.ids.robot_id, episode_id=attempt.episode_id,
            details={"from": "base", "to": "rl", "why": why},
        )  # fmt: skip
        async with lab.database.unit() as session:
            await audit.append(session, entry)
    async with lab.database.unit() as session:
        found = await repository.handed_off_by_suggestion(session, lab.ids.run_id)
    assert found == {ids[1]}


def test_features_are_token_then_proprioception() -> None:
    frozen = tiny_frozen()
    dims = frozen.dims(10)
    z, state = np.zeros(dims.token, np.float32), np.zeros(dims.state, np.float32)
    assert Suggestions(hand_off=None, success=None).hand_off_probability(z, state) is None


async def suggested(lab: Lab, success: float) -> Attempt:
    """An attempt without a label, of which a suggestion says this."""
    attempt = await lab.attempt()
    suggestion = Suggestion(
        id=uuid7(), run_id=lab.ids.run_id, file_sha256="f", lock_sha256="l", attempts=9, figures={}
    )
    async with lab.database.unit() as session:
        await repository.add_suggestion(session, suggestion)
        await repository.write_suggested(session, attempt.episode_id, suggestion.id, success)
    return attempt


async def counted(lab: Lab, attempts: list[Attempt]) -> dict[UUID, tuple[str, int]]:
    async with lab.database.unit() as session:
        found = await repository.judgements(session, [a.episode_id for a in attempts])
    return {one.episode_id: (one.outcome, one.version) for one in found}


@pytest.mark.asyncio
async def test_a_suggestion_is_a_reward_only_where_the_run_says_so(lab: Lab) -> None:
    attempts = [await suggested(lab, said) for said in (0.97, 0.5, 0.02)]
    assert await counted(lab, attempts) == {}
    await configure(lab, reward_from_suggestion=True)
    sure, _unsure, bad = (attempt.episode_id for attempt in attempts)
    assert await counted(lab, attempts) == {sure: ("success", 0), bad: ("failure", 0)}
    await lab.label(attempts[0], "failure", 1)
    assert (await counted(lab, attempts))[sure] == ("failure", 1)


@pytest.mark.asyncio
async def test_a_person_overrides_the_reward_of_a_suggestion(lab: Lab) -> None:
    await configure(lab, reward_from_suggestion=True)
    attempt = await suggested(lab, 0.99)
    async with lab.start() as feed:
        await whole_pass(feed)
        replay = trainee_of(feed, lab).replay
        assert replay.episodes == 1
        assert replay._reward.max() > 0
        await lab.label(attempt, "failure", 1)
        await whole_pass(feed)
        assert replay._reward.max() == 0


async def configure(lab: Lab, **settings: bool) -> None:
    config = CONFIG.to_dict() | settings
    async with lab.database.unit() as session:
        await session.execute(update(Run).where(Run.id == lab.ids.run_id).values(config=config))
