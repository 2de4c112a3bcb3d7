"""Trainings on the fake robot: repeatable to the bit, and unimpressed by kills."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from backend.errors import BadRequest, ConfigError
from backend.rl.config import RltConfig
from backend.rollout.plan import Snapshot
from backend.studies.lockstep.link import LockstepRobot
from backend.studies.lockstep.slot import Help
from backend.studies.training.actors import find_actor
from backend.studies.training.folder import TrainingFolder
from backend.studies.training.loop import Training
from backend.studies.training.plan import TrainingPlan
from tests.fixtures.fake_cell import fake_frozen

FROZEN = fake_frozen()
CONFIG = RltConfig(
    hidden=8, batch_size=8, warmup_episodes=2, warmup_updates=10, pretrain_steps=20,
    replay_capacity=4000, updates_per_transition=0.3, chunk=10, execute=10, early_episodes=1,
)  # fmt: skip
PLAN = TrainingPlan(
    task="ethernet", regime="critical", episodes=7, seed=1, config=CONFIG, watch_every=3
)


@pytest.fixture(scope="module")
def robot() -> Iterator[LockstepRobot]:
    torch.set_num_threads(1)
    with LockstepRobot("ethernet", driver="fake", anchors=True) as made:
        yield made


def watch(actor: Snapshot) -> dict[str, Any]:
    """Later actors hurry more and fail more: worse once the resets are counted."""
    return {
        "success_rate": 0.5,
        "median_steps": 9.0,
        "active_throughput_per_10min": float(actor.version),
        "wall_clock_throughput_per_10min": 10.0 - actor.version,
        "active_minutes": 77.0,
    }


def training(path: Path, plan: TrainingPlan = PLAN, *, resume: bool = False) -> Training:
    folder = TrainingFolder(path, plan, FROZEN.lock.sha256)
    folder.open(resume=resume)
    return Training(plan, folder, FROZEN, watch, lambda _line: None)


def trained(path: Path, robot: LockstepRobot, plan: TrainingPlan = PLAN) -> Training:
    made = training(path, plan)
    made.run(robot)
    return made


def weights(made: Training) -> list[torch.Tensor]:
    return [p.detach().clone() for p in made.trainee.trainer.networks.parameters()]


def same(one: Training, other: Training) -> bool:
    assert len(one.rows) == len(other.rows)
    for mine, theirs in zip(one.rows, other.rows, strict=True):
        assert {**mine, "seconds": 0} == {**theirs, "seconds": 0}
    pairs = zip(weights(one), weights(other), strict=True)
    return all(torch.equal(mine, theirs) for mine, theirs in pairs)


@pytest.fixture(scope="module")
def whole(robot: LockstepRobot, tmp_path_factory: pytest.TempPathFactory) -> Training:
    return trained(tmp_path_factory.mktemp("whole") / "run", robot)


def test_two_trainings_of_one_plan_are_equal(
    whole: Training, robot: LockstepRobot, tmp_path: Path
) -> None:
    assert same(whole, trained(tmp_path / "run", robot))


def test_the_warm_up_is_the_bases_and_then_the_actor_drives(whole: Training) -> None:
    assert [row["by"] for row in whole.rows[:4]] == ["base", "base", "rl", "rl"]
    assert whole.trainee.trainer.updates > CONFIG.warmup_updates
    assert whole.active_minutes > 0


def test_curves_are_drawn_over_the_robot_minutes_of_practice(whole: Training) -> None:
    after_three = sum(row["precise_steps"] for row in whole.rows[:3]) / 50 / 60
    assert whole.watched[0]["active_minutes"] == pytest.approx(after_three, abs=1e-3)


def test_a_killed_training_goes_on_as_if_it_had_not_been(
    whole: Training, robot: LockstepRobot, tmp_path: Path
) -> None:
    def killed(actor: Snapshot) -> dict[str, Any]:
        if len(cut.rows) == 6:
            raise KeyboardInterrupt
        return watch(actor)

    cut = training(tmp_path / "run")
    cut.watch = killed
    with pytest.raises(KeyboardInterrupt):
        cut.run(robot)
    with (tmp_path / "run" / "rows.jsonl").open("a") as torn:
        torn.write('{"episode": 7, "by"')
    again = training(tmp_path / "run", resume=True)
    made = again.restore()
    assert made == 5
    assert len(again.rows) == 5
    again.run(robot, made)
    assert same(whole, again)
    assert [line["episode"] for line in again.watched] == [3, 6]


def test_a_training_may_be_made_longer_but_not_shorter(
    robot: LockstepRobot, whole: Training, tmp_path: Path
) -> None:
    trained(tmp_path / "t", robot, replace(PLAN, episodes=5))
    longer = training(tmp_path / "t", resume=True)
    longer.run(robot, longer.restore())
    assert [row["seed"] for row in longer.rows] == [row["seed"] for row in whole.rows]
    last = [one.folder.actor_path("last").read_bytes() for one in (longer, whole)]
    assert last[0] == last[1]
    with pytest.raises(BadRequest, match="episodes"):
        training(tmp_path / "t", replace(PLAN, episodes=5), resume=True)


def test_actors_are_found_by_name(whole: Training) -> None:
    folder = str(whole.folder.path)
    assert find_actor(folder, "last", FROZEN.lock.sha256).episode == 7
    assert find_actor(folder, "best", FROZEN.lock.sha256).episode == 3
    assert find_actor(folder, "6", FROZEN.lock.sha256).config == CONFIG
    assert find_actor(folder, "copy", FROZEN.lock.sha256).episode == 2
    with pytest.raises(ConfigError, match="made under"):
        find_actor(folder, "last", "f" * 64)


def test_another_plan_is_not_the_same_training(whole: Training) -> None:
    with pytest.raises(BadRequest, match="--resume"):
        training(whole.folder.path)
    with pytest.raises(BadRequest, match="another seed"):
        training(whole.folder.path, replace(PLAN, seed=2), resume=True)


def test_wrong_labels_are_put_right(robot: LockstepRobot, tmp_path: Path) -> None:
    plan = replace(PLAN, wrong_labels=1.0, correct_at=3, episodes=3, watch_every=0)
    made = trained(tmp_path / "run", robot, plan)
    assert [plan.label(n, False) for n in range(4)] == ["success"] * 3 + ["failure"]
    judged = made.trainee._judged
    assert [one.version for one in judged.values()] == [2, 2, 2]
    good = sum(row["success"] for row in made.rows)
    assert float(made.trainee.replay._reward.sum() > 0) == float(good > 0)


def test_the_demonstrator_helps_when_it_takes_long(robot: LockstepRobot, tmp_path: Path) -> None:
    plan = replace(PLAN, help=Help(after=10, steps=10, again=300), episodes=1, watch_every=0)
    (row,) = trained(tmp_path / "run", robot, plan).rows
    assert row["interventions"] == 1
    assert row["human_steps"] >= 10
