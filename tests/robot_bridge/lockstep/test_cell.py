"""A stepped cell with the fake robot: turns, determinism, what may be asked of it."""

from typing import Any
from uuid import UUID

import numpy as np
import pytest

from robot_bridge.cameras.fake.source import FakeCameras
from robot_bridge.lockstep.cell import SteppedCell
from robot_bridge.lockstep.clock import StepClock
from robot_bridge.protocol.codec import Array
from robot_bridge.protocol.lockstep import TurnDown, TurnUp
from robot_bridge.protocol.messages import (
    Chunk,
    ChunkReport,
    Command,
    CommandKind,
    CommandResult,
    EpisodeEnd,
    EpisodeStart,
    Observation,
    Phase,
    Source,
    Telemetry,
)
from robot_bridge.robots.fake.robot import FakeRobot

EPISODE = UUID(int=7)
DOWN = np.array([0, 0, -0.002, 0, 0, 0])


class Partner:
    """The other side of the turns."""

    def __init__(self, *, anchors: bool = True) -> None:
        robot = FakeRobot()
        robot.connect()
        robot.reset("full", 0)
        self.cell = SteppedCell(robot, FakeCameras(), StepClock(50), anchors=anchors)
        self.said: list[TurnUp] = []
        self._orders = 0
        self.turn([self.order(CommandKind.CLEAR_STOP), self.order(CommandKind.ARM)])

    def order(self, kind: CommandKind, **args: Any) -> Command:
        self._orders += 1
        return Command(
            id=UUID(int=self._orders), kind=kind, args=args, issued_by="study", lease_epoch=0
        )

    def start(self, **args: Any) -> list[TurnUp]:
        values = {"regime": "critical", "seed": 3, "episode_id": str(EPISODE), "chunk": 5} | args
        return self.turn([self.order(CommandKind.START_EPISODE, **values)])

    def turn(self, messages: list[TurnDown]) -> list[TurnUp]:
        made = self.cell.turn(messages)
        self.said += made
        return made

    def answer(self, asked: Observation, action: np.ndarray = DOWN, rows: int = 5) -> Chunk:
        return Chunk(
            episode_id=asked.episode_id,
            chunk_id=UUID(int=0),
            first_step=asked.step + asked.delay,
            actions=Array.of(np.tile(action, (rows, 1)).astype(np.float32)),
            source=Source.BASE,
            policy_version=0,
            took_ms={},
        )

    def play(self) -> EpisodeEnd:
        """Answer until the attempt is over."""
        turn: list[TurnUp] = self.said
        for _ in range(200):
            questions = [m for m in turn if isinstance(m, Observation)]
            turn = self.turn([self.answer(question) for question in questions[-1:]])
            ends = [m for m in turn if isinstance(m, EpisodeEnd)]
            if ends:
                return ends[0]
        raise AssertionError("the attempt never ended")

    def told(self, kind: type[Any]) -> list[Any]:
        return [message for message in self.said if isinstance(message, kind)]


def test_a_start_is_followed_by_a_question_without_delay() -> None:
    partner = Partner()
    partner.start()
    partner.turn([])
    (asked,) = partner.told(Observation)
    assert (asked.step, asked.delay, len(asked.images)) == (0, 0, 2)
    assert partner.told(EpisodeStart)[0].seed == 3
    assert isinstance(partner.said[-1], Telemetry)


def test_time_stands_still_until_the_answer_comes() -> None:
    partner = Partner()
    partner.start()
    first = partner.turn([])
    again = partner.turn([])
    assert [type(m) for m in again] == [Telemetry]
    assert again[-1].sent_ns == first[-1].sent_ns  # type: ignore[union-attr]


def test_the_next_question_comes_before_the_chunk_is_over() -> None:
    partner = Partner()
    partner.start()
    partner.turn([])
    turn = partner.turn([partner.answer(partner.told(Observation)[0])])
    (asked,) = [m for m in turn if isinstance(m, Observation)]
    assert (asked.step, asked.delay) == (2, 3)
    seen = turn[-1]
    assert isinstance(seen, Telemetry)
    assert seen.step == 5


def test_every_second_step_is_an_anchor_with_pictures() -> None:
    partner = Partner()
    partner.start()
    partner.play()
    anchors = [a for report in partner.told(ChunkReport) for a in report.anchors]
    assert [a.step for a in anchors] == list(range(0, 2 * len(anchors), 2))
    assert all(len(a.images) == 2 for a in anchors)
    assert len(partner.told(EpisodeEnd)[0].last_images) == 2


def test_without_anchors_only_questions_have_pictures() -> None:
    partner = Partner(anchors=False)
    partner.start()
    partner.play()
    pictured = {a.step for report in partner.told(ChunkReport) for a in report.anchors if a.images}
    assert pictured <= {asked.step for asked in partner.told(Observation)}
    assert all(len(asked.images) == 2 for asked in partner.told(Observation))
    assert partner.told(EpisodeEnd)[0].last_images == ()


def test_the_same_turns_give_the_same_episode() -> None:
    def told() -> list[TurnUp]:
        partner = Partner()
        partner.start()
        partner.play()
        kinds = (EpisodeStart, Observation, ChunkReport, EpisodeEnd)
        return [message for message in partner.said if isinstance(message, kinds)]

    assert told() == told()


def test_hand_off_takes_effect_at_a_chunk_boundary() -> None:
    partner = Partner()
    partner.start()
    partner.turn([])
    first = partner.answer(partner.told(Observation)[-1])
    partner.turn([partner.order(CommandKind.HAND_OFF), first])
    assert [asked.rl for asked in partner.told(Observation)] == [False, True]
    partner.turn([partner.answer(partner.told(Observation)[-1])])
    assert partner.told(Telemetry)[-1].hand_off_step == 5


def test_a_person_has_turns_of_one_chunk() -> None:
    partner = Partner()
    partner.start()
    partner.turn([])
    turn = partner.turn([partner.order(CommandKind.TAKE_OVER)])
    seen = turn[-1]
    assert isinstance(seen, Telemetry)
    assert (seen.phase, seen.step) == (Phase.HUMAN, 5)
    partner.turn([partner.order(CommandKind.GIVE_BACK)])
    assert partner.told(Observation)[-1].step == 5
    partner.turn([partner.answer(partner.told(Observation)[-1])])
    sources = [s for report in partner.told(ChunkReport) for s in report.sources]
    assert sources[:5] == [Source.HUMAN] * 5


def test_a_cell_keeps_its_task() -> None:
    partner = Partner()
    partner.turn([partner.order(CommandKind.SET_TASK, task="screw")])
    answer = partner.told(CommandResult)[-1]
    assert not answer.ok
    assert "keeps its task" in answer.error


def test_an_attempt_that_is_too_long_times_out() -> None:
    partner = Partner()
    partner.start()
    still = np.zeros(6)
    turn: list[TurnUp] = partner.turn([])
    while not any(isinstance(m, EpisodeEnd) for m in turn):
        (asked,) = [m for m in turn if isinstance(m, Observation)]
        turn = partner.turn([partner.answer(asked, still)])
    end = partner.told(EpisodeEnd)[0]
    assert (end.ended_by, end.steps, end.truncated) == ("timeout", 300, True)


@pytest.mark.parametrize("rows", [4, 6])
def test_a_chunk_of_another_length_is_not_played(rows: int) -> None:
    partner = Partner()
    partner.start()
    partner.turn([])
    turn = partner.turn([partner.answer(partner.told(Observation)[0], rows=rows)])
    assert isinstance(turn[-1], Telemetry)
    assert turn[-1].step == 0
