"""The simulated cell in lockstep: its witness, its demonstrator, and no memory of the past."""

from uuid import UUID

import numpy as np

from robot_bridge.cameras.base import Pixels
from robot_bridge.cameras.fake.source import FakeCameras
from robot_bridge.lockstep.cell import SteppedCell
from robot_bridge.lockstep.clock import StepClock
from robot_bridge.lockstep.watched import WatchedRobot
from robot_bridge.protocol.codec import Array
from robot_bridge.protocol.lockstep import TurnUp
from robot_bridge.protocol.messages import (
    Chunk,
    ChunkReport,
    Command,
    CommandKind,
    EpisodeEnd,
    Observation,
    Source,
)
from robot_bridge.robots.mujoco.robot import MujocoRobot


class NoCameras(FakeCameras):
    def grab(self, camera: str, width: int, height: int, snapshot: bytes) -> Pixels:
        raise AssertionError("nobody asks for pictures while a person drives")


def demonstrated(seed: int) -> EpisodeEnd:
    cell = SteppedCell(WatchedRobot("ethernet"), NoCameras(), StepClock(50), anchors=False)
    number = 0

    def order(kind: CommandKind, **args: object) -> Command:
        nonlocal number
        number += 1
        return Command(id=UUID(int=number), kind=kind, args=args, issued_by="study", lease_epoch=0)

    cell.turn([order(CommandKind.CLEAR_STOP), order(CommandKind.ARM)])
    cell.turn([order(CommandKind.SET_AUTO_END, enabled=True)])
    cell.turn([order(CommandKind.START_EPISODE, regime="critical", seed=seed)])
    turn: list[TurnUp] = cell.turn([order(CommandKind.TAKE_OVER)])
    while not any(isinstance(message, EpisodeEnd) for message in turn):
        turn = cell.turn([])
    return next(message for message in turn if isinstance(message, EpisodeEnd))


def test_the_demonstrator_succeeds_before_a_witness() -> None:
    end = demonstrated(1_000_001)
    assert end.ended_by == "success"
    assert end.truth is not None
    assert isinstance(end.truth["objections"], list)
    assert end.truth == demonstrated(1_000_001).truth


class Blank(FakeCameras):
    def grab(self, camera: str, width: int, height: int, snapshot: bytes) -> Pixels:
        return np.zeros((height, width, 3), np.uint8)


def pushed(seeds: list[int]) -> list[TurnUp]:
    """What is recorded of the last of several attempts that push down blindly."""
    robot = MujocoRobot()
    robot.connect()
    cell = SteppedCell(robot, Blank(), StepClock(50), anchors=False)
    number = 0

    def order(kind: CommandKind, **args: object) -> Command:
        nonlocal number
        number += 1
        return Command(id=UUID(int=number), kind=kind, args=args, issued_by="study", lease_epoch=0)

    cell.turn([order(CommandKind.CLEAR_STOP), order(CommandKind.ARM)])
    told: list[TurnUp] = []
    for seed in seeds:
        args = {"regime": "critical", "seed": seed, "chunk": 5, "episode_id": str(UUID(int=seed))}
        told = turn = cell.turn([order(CommandKind.START_EPISODE, **args)])
        while not any(isinstance(message, EpisodeEnd) for message in turn):
            turn = cell.turn([down(m) for m in turn if isinstance(m, Observation)])
            told = told + turn
    return [m for m in told if isinstance(m, Observation | ChunkReport)]


def down(asked: Observation) -> Chunk:
    return Chunk(
        episode_id=asked.episode_id,
        chunk_id=asked.episode_id,
        first_step=asked.step + asked.delay,
        actions=Array.of(np.tile([0, 0, -0.001, 0, 0, 0], (5, 1)).astype(np.float32)),
        source=Source.BASE,
        policy_version=0,
        took_ms={},
    )


def test_an_attempt_does_not_depend_on_those_before_it() -> None:
    alone, third = pushed([7]), pushed([5, 6, 7])
    for mine, theirs in zip(alone, third, strict=True):
        if isinstance(mine, ChunkReport) and isinstance(theirs, ChunkReport):
            assert mine == theirs
        elif isinstance(mine, Observation) and isinstance(theirs, Observation):
            assert (mine.step, mine.state) == (theirs.step, theirs.state)
        else:
            raise AssertionError("another order of events")
