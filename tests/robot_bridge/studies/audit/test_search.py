"""The optimiser, on a toy whose answer is known, and the policies that it may choose."""

import numpy as np
import pytest

from robot_bridge.robots.base import Ending
from robot_bridge.robots.mujoco.robot import MujocoRobot
from robot_bridge.studies.audit import search
from robot_bridge.studies.audit.legs import Leg, Walk, placed
from robot_bridge.studies.audit.search import Search, score
from robot_bridge.studies.audit.spaces import Motions, Plans, Shaken
from robot_bridge.studies.play import Episode, Policy, connected, play

HORIZON = 100
BULLSEYE = np.array([0.4, -0.3, 0.2])


class Darts:
    """A success is a dart near the bull's eye; the nearer, the sooner it is there."""

    name = "darts"
    size = 3

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        return rng.normal(0.0, 1.0, 3)

    def policy(self, genome: np.ndarray) -> Policy:
        raise AssertionError("nothing is played here")


def throw(genome: np.ndarray, seed: int) -> Episode:
    away = float(np.linalg.norm(genome - BULLSEYE))
    ending = Ending.SUCCESS if away < 0.5 else Ending.TIMEOUT
    return Episode(seed, steps=int(20 + 100 * away), ending=ending)


@pytest.fixture(scope="module")
def robot() -> MujocoRobot:
    return connected("ethernet")


def test_the_search_starts_from_nothing_and_ends_near_the_optimum() -> None:
    found = Search(Darts(), throw, 0, HORIZON).run(60_000)
    best = found.best(1)[0]
    assert float(np.linalg.norm(best - BULLSEYE)) < 0.08
    assert 60_000 <= found.steps < 70_000
    assert {one.episode.ending for one in found.successes} == {Ending.SUCCESS}
    assert all(float(np.linalg.norm(one.genome - BULLSEYE)) < 0.5 for one in found.successes)


def test_a_search_that_has_settled_starts_again() -> None:
    assert Search(Darts(), throw, 1, HORIZON).run(200_000).restarts > 0


def test_without_a_success_there_is_no_direction() -> None:
    seen: list[np.ndarray] = []

    def miss(genome: np.ndarray, seed: int) -> Episode:
        seen.append(genome)
        return Episode(seed, steps=50, ending=Ending.BROKEN)

    found = Search(Darts(), miss, 2, HORIZON).run(20_000)
    assert (found.successes, found.ranked) == ([], [])
    assert np.abs(np.mean(seen, axis=0)).max() < 0.2
    assert np.std(seen, axis=0) == pytest.approx(np.ones(3), abs=0.15)


def test_time_counts_less_than_success() -> None:
    def ended(ending: Ending, steps: int) -> Episode:
        return Episode(0, steps=steps, ending=ending)

    quick, slow = ended(Ending.SUCCESS, 10), ended(Ending.SUCCESS, 99)
    assert score([quick], 100) > score([slow], 100) > score([ended(Ending.DROPPED, 1)], 100) == 0.0
    assert score([slow, slow], 100) > score([quick, ended(Ending.TIMEOUT, 100)], 100)


def test_a_genome_is_not_tried_again_after_it_failed() -> None:
    tried: list[int] = []

    def miss(_genome: np.ndarray, seed: int) -> Episode:
        tried.append(seed)
        return Episode(seed, steps=1, ending=Ending.TIMEOUT)

    Search(Darts(), miss, 3, HORIZON).run(1)
    assert len(tried) == search.CROWD
    assert len(set(tried)) == 1


@pytest.mark.parametrize("space", [Plans(), Motions()], ids=lambda space: space.name)
def test_genomes_act_as_often_as_they_are_asked_and_the_same_each_time(
    space: Plans | Motions, robot: MujocoRobot
) -> None:
    genome = space.draw(np.random.default_rng(5))
    assert genome.shape == (space.size,)
    once = play(robot, space.policy(genome), 11, steps=60)
    again = play(robot, space.policy(genome), 11, steps=60)
    assert (once.steps, once.relative_pose) == (again.steps, again.relative_pose)
    other = play(robot, space.policy(space.draw(np.random.default_rng(6))), 11, steps=60)
    assert other.relative_pose != once.relative_pose


def test_a_shaken_plan_is_the_plan_where_the_motion_is_still(robot: MujocoRobot) -> None:
    genome = Plans().draw(np.random.default_rng(5))

    def plan() -> Policy:
        return Plans().policy(genome)

    shaken = Shaken(plan)
    still = play(robot, shaken.policy(np.zeros(shaken.size)), 11, steps=40)
    assert still.relative_pose == play(robot, plan(), 11, steps=40).relative_pose
    moved = play(robot, shaken.policy(shaken.draw(np.random.default_rng(1))), 11, steps=40)
    assert moved.relative_pose != still.relative_pose


def test_a_leg_ends_where_its_place_is_or_when_its_time_is_over(robot: MujocoRobot) -> None:
    place = np.array([0.001, -0.002, 0.006, 0.0, 0.0, 0.05])
    there = Leg(place, 0.004, 200)
    walk = Walk((there, Leg(place, 0.004, 200)))
    episode = play(robot, walk, 4, steps=80)
    assert walk.on_last
    assert np.abs(np.array(episode.relative_pose) - place).max() < 0.001
    hurried = Walk((Leg(place + 0.02, 0.0005, 3), there))
    play(robot, hurried, 4, steps=4)
    assert hurried.on_last


def test_placed_is_the_inverse_of_seen(robot: MujocoRobot) -> None:
    robot.reset("critical", 6)
    goal, tip = robot.goal(), robot.tip()
    assert placed(goal, tip.relative_to(goal)).minus(tip) == pytest.approx(np.zeros(6), abs=1e-9)
