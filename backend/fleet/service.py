"""Making and changing robots."""

import secrets
from uuid import UUID

from backend.audit import repository as audit
from backend.audit.repository import Entry
from backend.errors import BadRequest, Conflict, NotFound
from backend.fleet import repository
from backend.fleet.hub import Fleet
from backend.fleet.schemas import NewRobot, RobotChanges
from backend.kit.ids import uuid7
from backend.models import ApiToken, Robot
from backend.web.sessions import Identity, digest


async def add(fleet: Fleet, person: Identity, new: NewRobot) -> tuple[UUID, str]:
    """Make a robot; returns its id and, this once, its token."""
    secret = secrets.token_urlsafe(32)
    robot = Robot(id=uuid7(), name=new.name, kind=new.kind, title=new.title, spec={})
    token = ApiToken(
        id=uuid7(), name=f"bridge of {new.name}", secret_sha256=digest(secret), robot_id=robot.id
    )
    async with fleet.database.unit() as session:
        if await repository.by_name(session, new.name) is not None:
            raise Conflict(f"There is a robot {new.name} already: choose another name.")
        await repository.add(session, robot)
        await repository.add(session, token)
        entry = Entry(
            actor=person.name,
            action="robot_added",
            at=fleet.clock.now(),
            robot_id=robot.id,
            details={"name": new.name, "kind": new.kind},
        )
        await audit.append(session, entry)
    await fleet.reload(robot.id)
    return robot.id, secret


async def change(fleet: Fleet, person: Identity, robot_id: UUID, changes: RobotChanges) -> None:
    """Change a robot's title, task or run."""
    cell = fleet.cell(robot_id)
    values = changes.model_dump(exclude_unset=True)
    if not values:
        raise BadRequest("Nothing to change was named.")
    if cell.connected and values.get("task_id", cell.task_id) != cell.task_id:
        raise Conflict("The robot is connected: switch its task with the command set_task.")
    async with fleet.database.unit() as session:
        if (run_id := values.get("run_id")) is not None:
            run = await repository.run(session, run_id)
            if run is None:
                raise NotFound("There is no such run.")
            if run.task_id != values.get("task_id", cell.task_id):
                raise Conflict(f"Run {run.number} is for the task {run.task_id}; choose another.")
        await repository.change(session, robot_id, values)
        entry = Entry(
            actor=person.name,
            action="robot_changed",
            at=fleet.clock.now(),
            robot_id=robot_id,
            details=values | {"name": cell.name},
        )
        await audit.append(session, entry)
    await fleet.reload(robot_id)
