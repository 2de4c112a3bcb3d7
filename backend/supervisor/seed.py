"""What must be in the database before the processes start: accounts, tasks, robots and a run."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from backend.accounts import repository as accounts
from backend.accounts.bootstrap import FIRST, ensure_admin
from backend.accounts.identities import identity_of
from backend.accounts.passwords import Passwords, check_new
from backend.accounts.repository import Found
from backend.audit import repository as audit
from backend.audit.repository import Entry
from backend.db import Database, Session
from backend.errors import BadRequest, ConfigError
from backend.fleet import repository as fleet
from backend.kit.clock import Clock
from backend.kit.ids import uuid7
from backend.models import ApiToken, Robot, User
from backend.runs import repository as runs
from backend.runs import service as run_service
from backend.runs.schemas import NewRun
from backend.supervisor.plan import AUTOPILOT, SIMULATED, robot_names
from backend.tasks import repository as tasks
from backend.web.sessions import Identity, digest

ACTOR = "rlt"
"""Who the audit says did it."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What `rlt up` was asked for, as far as rows are concerned."""

    robots: int
    tasks: tuple[str, ...]
    """What the robots do, in turn. Empty: what they did last; new ones all simulated tasks."""
    admin_password: str
    """Empty: a random one."""


@dataclass(frozen=True)
class SignIn:
    """How a person gets in, as words for the terminal."""

    words: str
    secret: bool
    """Whether they hold a password that is shown nowhere else."""


@dataclass(frozen=True, kw_only=True)
class Planted:
    """What the rest of a start needs to know."""

    sign_in: SignIn
    tasks: dict[str, str]
    """What each simulated robot does, by its name."""


async def seed(
    database: Database,
    wanted: Wanted,
    tokens: Mapping[str, str],
    *,
    clock: Clock,
    passwords: Passwords,
) -> Planted:
    """Add what is missing.

    What is there stays as people have changed it. `tokens` has one for each simulated robot and
    one for the autopilot.
    """
    async with database.unit() as session:
        await tasks.seed(session)
        known = [task.id for task in await tasks.everything(session)]
    for task in wanted.tasks:
        if task not in known:
            raise ConfigError(f"There is no task {task!r}: choose one of {', '.join(known)}.")
    password = wanted.admin_password or secrets.token_urlsafe(9)
    _check_password(password)
    made = await ensure_admin(database, password, passwords)
    now = clock.now()
    async with database.unit() as session:
        autopilot = await _autopilot(session, tokens[AUTOPILOT])
        chosen = {}
        for index, name in enumerate(robot_names(wanted.robots)):
            robot = await _robot(session, name, f"Cell {index + 1}", tokens[name], now)
            chosen[name] = _task_of(robot, index, wanted.tasks)
            await _give_run(session, robot, chosen[name], autopilot, now)
    sign_in = _how_to_sign_in(made, password, given=bool(wanted.admin_password))
    return Planted(sign_in=sign_in, tasks=chosen)


def _task_of(robot: Robot, index: int, wanted: tuple[str, ...]) -> str:
    """What it was told to do, else what it did last, else the next of the simulated tasks."""
    if not wanted and robot.task_id is not None:
        return robot.task_id
    in_turn = wanted or SIMULATED
    return in_turn[index % len(in_turn)]


def _check_password(password: str) -> None:
    try:
        check_new(password, FIRST)
    except BadRequest as error:
        raise ConfigError(f"RLT_ADMIN_PASSWORD cannot be used. {error.detail}") from error


def _how_to_sign_in(made: bool, password: str, *, given: bool) -> SignIn:
    if not made:
        return SignIn("sign in with your account", secret=False)
    if given:
        words = f"sign in as {FIRST} with the password of RLT_ADMIN_PASSWORD"
        return SignIn(words, secret=False)
    return SignIn(f"sign in as {FIRST} with the password {password} (shown this once)", secret=True)


async def _autopilot(session: Session, token: str) -> Identity:
    """The account of the automatic operator; its labels are always marked as automatic."""
    user = await accounts.by_name(session, AUTOPILOT)
    if user is None:
        user = User(
            id=uuid7(), name=AUTOPILOT, display_name="Autopilot", role="operator", kind="automatic"
        )
        await accounts.add(session, user)
    if await accounts.owner_of_token(session, digest(token)) is None:
        secret = digest(token)
        row = ApiToken(id=uuid7(), name="rlt up", secret_sha256=secret, user_id=user.id)
        await accounts.add(session, row)
    return identity_of(Found(user=user))


async def _robot(session: Session, name: str, title: str, token: str, now: datetime) -> Robot:
    robot = await fleet.by_name(session, name)
    if robot is None:
        robot = Robot(id=uuid7(), name=name, title=title, kind="simulated", spec={})
        await fleet.add(session, robot)
        details = {"name": name, "kind": "simulated"}
        entry = Entry(actor=ACTOR, action="robot_added", at=now, robot_id=robot.id, details=details)
        await audit.append(session, entry)
    if await accounts.robot_of_token(session, digest(token)) is None:
        secret = digest(token)
        row = ApiToken(
            id=uuid7(), name=f"bridge of {name}", secret_sha256=secret, robot_id=robot.id
        )
        await accounts.add(session, row)
    return robot


async def _give_run(
    session: Session, robot: Robot, task: str, maker: Identity, now: datetime
) -> None:
    """A robot of another task is switched; its run stays if it fits, else the newest that does."""
    if robot.task_id != task:
        await fleet.change(session, robot.id, {"task_id": task, "run_id": None})
        robot.run_id = None
    if robot.run_id is not None:
        return
    for row in await runs.runs(session, task):
        run = row[0]
        if run.kind == "training" and run.state == "running":
            await runs.assign(session, [robot.id], run.id)
            return
    await run_service.create(
        session, maker, NewRun(task_id=task, name="First run", robot_ids=[robot.id]), now
    )
