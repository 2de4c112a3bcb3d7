from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from backend.learner.gauge import Point
from backend.learner.loop import PUBLISH_SECONDS, STATE_SECONDS, Publication, Teacher
from backend.learner.trainee import Trainee
from backend.rl.tuning import Tuning
from backend.rl.update import Metrics
from tests.backend.learner.test_trainee import CONFIG, trainee, warmed, windows


@dataclass
class Said:
    """An outbox that keeps everything."""

    publications: list[Publication] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    rewards: list[UUID] = field(default_factory=list)

    def publish(self, publication: Publication) -> None:
        self.publications.append(publication)

    def measured(self, measured: list[Point]) -> None:
        self.points.extend(measured)

    def rewarded(self, label_id: UUID, run_id: UUID, updates: int) -> None:
        self.rewards.append(label_id)

    def curve(self, name: str) -> list[float]:
        return [point.value for point in self.points if point.name == name]


class Table:
    """A teacher with one run and a clock that only the test moves."""

    def __init__(self, made: Trainee, *, version: int = 0) -> None:
        self.now = 0.0
        self.said = Said()
        self.teacher = Teacher(self.said, lambda: self.now)
        self.trainee = made
        self.teacher.seat(made, paused=False, version=version)

    def round(self, seconds: float = 0.0) -> bool:
        self.now += seconds
        return self.teacher.round(lambda: None)

    def exhaust(self) -> None:
        while self.round():
            pass

    def more(self, name: str) -> None:
        self.teacher.add(self.trainee.run_id, name, windows())
        self.teacher.judge(self.trainee.run_id, name, "success", 1, uuid4())


def test_the_first_actor_is_published_as_soon_as_it_may_drive() -> None:
    table = Table(warmed())
    table.round()
    assert table.said.publications == []
    table.exhaust()
    (first,) = table.said.publications
    assert first.updates == CONFIG.warmup_updates
    assert first.state is not None
    assert "actor.net.0.weight" in first.actor


def test_actors_are_published_every_two_seconds_while_training() -> None:
    table = Table(warmed())
    table.exhaust()
    table.more("c")
    table.round()
    assert len(table.said.publications) == 1
    table.round(PUBLISH_SECONDS)
    assert len(table.said.publications) == 2
    table.exhaust()
    table.round(PUBLISH_SECONDS)
    table.round(PUBLISH_SECONDS)
    assert len(table.said.publications) == 3
    assert [p.state is None for p in table.said.publications] == [False, True, True]


def test_states_are_kept_now_and_then_and_at_the_end() -> None:
    table = Table(warmed())
    table.exhaust()
    table.more("c")
    table.round(STATE_SECONDS)
    table.exhaust()
    table.teacher.close()
    assert [p.state is not None for p in table.said.publications] == [True, True, True]
    assert table.teacher.seats == {}


def test_a_restarted_run_publishes_only_what_is_new() -> None:
    done = warmed()
    while done.ready:
        done.work()
    table = Table(done, version=7)
    table.round(PUBLISH_SECONDS)
    table.teacher.close()
    assert table.said.publications == []


def test_a_paused_run_listens_but_does_not_train() -> None:
    table = Table(warmed())
    table.teacher.steer(table.trainee.run_id, paused=True, tuning=Tuning())
    assert not table.round()
    table.more("c")
    assert len(table.said.rewards) == 1
    table.teacher.steer(table.trainee.run_id, paused=False, tuning=Tuning())
    assert table.round()


def test_a_changed_setting_is_one_point_of_its_curve() -> None:
    table = Table(warmed())
    table.exhaust()
    assert table.said.curve("beta") == [CONFIG.beta_early]
    table.teacher.steer(table.trainee.run_id, paused=False, tuning=Tuning(beta=0.3))
    table.round()
    table.round()
    assert table.said.curve("beta") == [CONFIG.beta_early, 0.3]
    newest = [point for point in table.said.points if point.name == "beta"][-1]
    assert newest.updates == CONFIG.warmup_updates


def test_a_frozen_actor_is_published_with_the_critics_states_alone() -> None:
    table = Table(warmed())
    table.exhaust()
    table.teacher.steer(table.trainee.run_id, paused=False, tuning=Tuning(actor_frozen=True))
    table.more("c")
    table.exhaust()
    table.round(PUBLISH_SECONDS)
    assert len(table.said.publications) == 1
    table.round(STATE_SECONDS)
    first, second = table.said.publications
    assert second.state is not None
    assert second.figures["actor_frozen"] == 1.0
    assert all(second.actor[name].equal(first.actor[name]) for name in first.actor)


def test_changed_rewards_are_told_once() -> None:
    table, label = Table(warmed()), uuid4()
    for _ in range(2):
        table.teacher.judge(table.trainee.run_id, "a", "failure", 2, label)
    assert table.said.rewards == [label]
    assert table.said.curve("replay_episodes") == [2.0]


def test_curves_are_read_twice_a_second() -> None:
    table = Table(warmed())
    table.round()
    assert table.said.curve("bc_distance") == []
    table.round(0.5)
    assert len(table.said.curve("bc_distance")) == 1
    table.exhaust()
    table.round(0.5)
    assert table.said.curve("updates_total") == [0.0, float(CONFIG.warmup_updates)]
    assert table.said.curve("updates_per_s")[-1] > 0


def test_runs_take_turns() -> None:
    table = Table(warmed())
    other = warmed()
    table.teacher.seat(other, paused=False, version=0)
    table.round()
    assert table.trainee.copied == other.copied > 0


def test_values_that_are_not_numbers_halt_the_run(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    table = Table(warmed())
    table.exhaust()
    table.more("c")
    bad = Metrics(critic_loss=float("nan"))
    monkeypatch.setattr(table.trainee.trainer, "train", lambda *_: bad)
    table.round(STATE_SECONDS)
    assert not table.round(STATE_SECONDS)
    assert len(table.said.publications) == 1
    assert table.said.curve("alarm") == [1.0]
    assert "halted" in caplog.text
    table.teacher.close()
    assert len(table.said.publications) == 1


def test_critics_outside_possible_returns_raise_an_alarm_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = Table(warmed())
    table.exhaust()
    table.more("c")
    monkeypatch.setattr(table.trainee.trainer, "train", lambda *_: Metrics(q_max=3.0))
    table.round()
    table.round()
    assert table.said.curve("alarm") == [2.0]


def test_a_run_that_collects_publishes_nothing() -> None:
    table = Table(trainee())
    assert not table.round(STATE_SECONDS)
    table.teacher.close()
    assert table.said.publications == []
