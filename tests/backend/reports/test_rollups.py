"""Rollups equal the raw computation, whatever order episodes, labels and corrections came in."""

import asyncio
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from backend.db import Database
from backend.kit.ids import uuid7
from backend.models import Episode, Label, Robot
from backend.reports import repository, service
from backend.reports.repository import Selection
from backend.reports.schemas import Figures
from tests.fixtures.episodes import NOON, add_rows, add_run, add_user, episode_row

pytestmark = pytest.mark.asyncio

TABLE = text("""
    select cube, level, start, task_id, robot_id, run_id, regime, policy, person, episodes,
        successes, failures, unlabelled, discarded, automatic, corrected, interventions, steps,
        critical_steps, active_steps, success_steps, squared_steps, reset_ms, lag_ms, lagged,
        histogram, rl_histogram, human_histogram
    from report_bins where episodes <> 0 order by 1, 2, 3, 4, 5, 6, 7, 8, 9""")
SPANS = text("""
    select cube, level, start, task_id, robot_id, run_id, regime, policy, min(first_at),
        max(last_at)
    from report_bins group by 1, 2, 3, 4, 5, 6, 7, 8 order by 1, 2, 3, 4, 5, 6, 7, 8""")


@dataclass
class World:
    """What happened, kept twice: in the database, and here as plain rows."""

    database: Database
    dice: random.Random
    robots: list[UUID]
    runs: list[UUID | None]
    people: list[UUID]
    episodes: dict[UUID, Episode] = field(default_factory=dict)
    labels: defaultdict[UUID, list[Label]] = field(default_factory=lambda: defaultdict(list))

    def some_episode(self) -> Episode:
        dice = self.dice
        ended = NOON + timedelta(
            seconds=dice.randrange(200_000), microseconds=dice.randrange(10**6)
        )
        steps = dice.randrange(20, 900)
        critical = dice.randrange(10, steps)
        return episode_row(
            dice.choice(self.robots),
            run_id=dice.choice(self.runs),
            regime=dice.choice(["critical", "full"]),
            started_at=ended - timedelta(seconds=steps / 50),
            ended_at=ended,
            steps=steps,
            critical_steps=critical,
            interventions=dice.choice([0, 0, 1, 3]),
            human_steps=dice.choice([0, 0, 7]),
            reset_seconds=dice.choice([0.0, 6.0, 8.125]),
            policy_version=dice.choice([0, 0, 1, 99, 104, 1234, 1299]),
        )

    async def label(self, episode: Episode) -> None:
        before = self.labels[episode.id]
        outcome = self.dice.choice(["success", "success", "failure", "discard"])
        label = Label(
            id=uuid4(),
            episode_id=episode.id,
            version=len(before) + 1,
            outcome=outcome,
            reason="undone" if outcome == "discard" and self.dice.random() < 0.5 else "",
            labeller_id=self.dice.choice(self.people),
            automatic=self.dice.random() < 0.3,
            created_at=episode.ended_at + timedelta(milliseconds=self.dice.randrange(-500, 90_000)),
        )
        before.append(label)
        await add_rows(self.database, label)

    async def happen(self) -> None:
        """Somebody labels, corrects, or an attempt ends; now and then the label is there first."""
        known = list(self.episodes.values())
        if known and self.dice.random() < 0.6:
            await self.label(self.dice.choice(known))
            return
        episode = self.some_episode()
        self.episodes[episode.id] = episode
        if self.dice.random() < 0.2:
            await self.label(episode)
        await add_rows(self.database, episode)

    def chosen(self, asked: Selection) -> list[Episode]:
        return [
            one
            for one in self.episodes.values()
            if asked.begin <= one.ended_at < asked.end
            and asked.run in (None, one.run_id)
            and asked.robot in (None, one.robot_id)
            and asked.regime in (None, one.regime)
        ]

    def verdict(self, episode: Episode) -> str:
        label = self.labels[episode.id][-1] if self.labels[episode.id] else None
        if label is None or (label.outcome == "discard" and label.reason == "undone"):
            return "unlabelled"
        return str(label.outcome)

    def figures(self, chosen: list[Episode]) -> dict[str, Any]:
        """The definitions, in the plainest way."""
        by = defaultdict(list)
        for episode in chosen:
            by[self.verdict(episode)].append(episode)
        judged = by["success"] + by["failure"]
        active = sum(one.critical_steps for one in judged) / 50
        labelled = [one for one in chosen if self.verdict(one) != "unlabelled"]
        lags = [self.lag(one) for one in labelled]
        steps = [one.critical_steps for one in by["success"]]
        return {
            "episodes": len(chosen),
            "successes": len(by["success"]),
            "failures": len(by["failure"]),
            "unlabelled": len(by["unlabelled"]),
            "discarded": len(by["discard"]),
            "active_seconds": active,
            "interventions": sum(one.interventions for one in chosen),
            "robot_seconds": sum(one.steps / 50 + one.reset_seconds for one in chosen),
            "label_lag_seconds": sum(lags) / len(lags) if lags else None,
            "corrected": sum(len(self.labels[one.id]) > 1 for one in chosen),
            "automatic_labels": sum(self.labels[one.id][-1].automatic for one in judged),
            "median_steps": median(steps) if steps else None,
        }

    def lag(self, episode: Episode) -> float:
        waited = self.labels[episode.id][0].created_at - episode.ended_at
        return max(0.0, round(waited.total_seconds(), 3))


def assert_equal(found: Figures, true: dict[str, Any]) -> None:
    for name, value in true.items():
        tolerance = 1 / 128 if name == "median_steps" else 1e-9
        assert getattr(found, name) == (
            None if value is None else pytest.approx(value, rel=tolerance)
        ), name


async def made(database: Database, seed: int, events: int) -> World:
    dice = random.Random(seed)
    robots = [uuid7(), uuid7()]
    for number, robot_id in enumerate(robots):
        await add_rows(database, Robot(id=robot_id, name=f"r{number}", kind="simulated", spec={}))
    run = await add_run(database)
    people = [(await add_user(database, name)).id for name in ("ada", "bob")]
    world = World(database, dice, robots, [run.id, None], people)
    for _ in range(events):
        await world.happen()
    return world


def some_window(dice: random.Random, world: World) -> Selection:
    begin = NOON + timedelta(seconds=dice.randrange(-5000, 180_000))
    return Selection(
        begin=begin,
        end=begin + timedelta(seconds=dice.choice([300, 5000, 40_000, 260_000])),
        bin_seconds=dice.choice([600, 1800, 3600, 86400]),
        run=dice.choice([None, world.runs[0]]),
        robot=dice.choice([None, None, world.robots[0]]),
        regime=dice.choice([None, None, "full"]),
    )


@pytest.mark.parametrize("seed", [1, 2])
async def test_reports_from_rollups_are_the_raw_figures(database: Database, seed: int) -> None:
    world = await made(database, seed, 150)
    async with database.unit() as session:
        for _ in range(8):
            asked = some_window(world.dice, world)
            report = await service.throughput(session, asked, NOON)
            chosen = world.chosen(asked)
            assert_equal(report.summary, world.figures(chosen))
            for one in report.bins:
                closes = one.start + timedelta(seconds=asked.bin_seconds)
                assert_equal(
                    one, world.figures([e for e in chosen if one.start <= e.ended_at < closes])
                )
            for row in report.by_robot:
                own = [e for e in chosen if str(e.robot_id) == row.key]
                assert_equal(row, world.figures(own))
            for row in report.by_policy:
                assert row.upto is not None
                own = [e for e in chosen if int(row.key) <= e.policy_version <= row.upto]
                assert_equal(row, world.figures(own))
            assert sum(row.episodes for row in report.by_policy) == len(chosen)
        assert report.revision == sum(map(len, world.labels.values()))


async def test_what_triggers_keep_is_what_a_rebuild_finds(database: Database) -> None:
    await made(database, 3, 150)
    async with database.unit() as session:
        kept = (await session.execute(TABLE)).all()
        spans = (await session.execute(SPANS)).all()
        await repository.rebuild(session)
        assert (await session.execute(TABLE)).all() == kept
        assert (await session.execute(SPANS)).all() == spans
    assert kept


async def test_a_label_and_its_episode_at_the_same_moment(database: Database) -> None:
    """Neither transaction sees the other's row; the second to write waits and counts right."""
    world = await made(database, 4, 0)
    episode: Episode = world.some_episode()
    label = Label(
        id=uuid4(), episode_id=episode.id, version=1, outcome="success", labeller_id=world.people[0]
    )
    async with database.unit() as first:
        first.add(episode)
        await first.flush()

        second = asyncio.create_task(add_rows(database, label))
        async with database.unit() as watcher:
            query = text(
                "select count(*) from pg_locks where locktype = 'advisory' and not granted"
            )
            while not await watcher.scalar(query):  # noqa: ASYNC110  looks from outside
                await asyncio.sleep(0.005)
    await second
    asked = Selection(
        begin=episode.ended_at, end=episode.ended_at + timedelta(days=2), bin_seconds=86400
    )
    async with database.unit() as session:
        report = await service.throughput(session, asked, datetime.now(NOON.tzinfo))
    assert (report.summary.successes, report.summary.unlabelled) == (1, 0)
