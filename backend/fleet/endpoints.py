"""Robots, leases, commands and the bridges' control session."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, WebSocket, status
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocketDisconnect

from backend.fleet import service, sessions
from backend.fleet.commands import Commands
from backend.fleet.hub import Fleet
from backend.fleet.lease_service import Leases
from backend.fleet.schemas import (
    CommandAnswer,
    CommandBody,
    LeaseItem,
    LeaseWish,
    NewRobot,
    RobotChanges,
    RobotItem,
    RobotMade,
)
from backend.web.deps import Admin, Driver, Reader, RobotBridge, RunManager, Stopper

router = APIRouter(tags=["fleet"])


def fleet(connection: HTTPConnection) -> Fleet:
    """The hub of the running process."""
    found: Fleet = connection.app.state.fleet
    return found


def leases(connection: HTTPConnection) -> Leases:
    """The lease service of the running process."""
    found: Leases = connection.app.state.leases
    return found


def commands(connection: HTTPConnection) -> Commands:
    """The command service of the running process."""
    found: Commands = connection.app.state.commands
    return found


Hub = Annotated[Fleet, Depends(fleet)]
LeaseService = Annotated[Leases, Depends(leases)]
CommandService = Annotated[Commands, Depends(commands)]


@router.get("/robots")
async def list_robots(person: Reader, hub: Hub) -> list[RobotItem]:
    """All robots as they are now, by name."""
    cells = sorted(hub.cells.values(), key=lambda cell: cell.name)
    return [RobotItem.model_validate(cell.item(truth=person.automatic)) for cell in cells]


@router.post("/robots", status_code=status.HTTP_201_CREATED)
async def add_robot(person: Admin, hub: Hub, new: NewRobot) -> RobotMade:
    """Make a robot; the answer is the only place where its bridge's token is shown."""
    robot_id, token = await service.add(hub, person, new)
    return RobotMade.model_validate(hub.cell(robot_id).item(truth=False) | {"token": token})


@router.get("/robots/{robot_id}")
async def read_robot(person: Reader, hub: Hub, robot_id: UUID) -> RobotItem:
    """One robot as it is now."""
    return RobotItem.model_validate(hub.cell(robot_id).item(truth=person.automatic))


@router.patch("/robots/{robot_id}")
async def change_robot(
    person: RunManager, hub: Hub, robot_id: UUID, changes: RobotChanges
) -> RobotItem:
    """Change a robot's title, or the task or run that its new episodes belong to."""
    await service.change(hub, person, robot_id, changes)
    return RobotItem.model_validate(hub.cell(robot_id).item(truth=person.automatic))


@router.post("/robots/{robot_id}/lease")
async def take_lease(
    person: Driver, hub: Hub, leases: LeaseService, robot_id: UUID, wish: LeaseWish
) -> LeaseItem:
    """Become the driver of a robot. 409 names the one who is; `takeover` needs a reason."""
    cell = hub.cell(robot_id)
    await leases.take(person, cell, takeover=wish.takeover, reason=wish.reason)
    return LeaseItem.model_validate(cell.item(truth=False)["lease"])


@router.delete("/robots/{robot_id}/lease", status_code=status.HTTP_204_NO_CONTENT)
async def give_back_lease(person: Driver, hub: Hub, leases: LeaseService, robot_id: UUID) -> None:
    """Stop being the driver of a robot."""
    await leases.give_back(person, hub.cell(robot_id))


@router.post("/robots/{robot_id}/lease/ask")
async def ask_for_lease(
    person: Driver, hub: Hub, leases: LeaseService, robot_id: UUID
) -> LeaseItem:
    """Ask the driver of a robot for it: their page shows who asks."""
    cell = hub.cell(robot_id)
    await leases.ask(person, cell)
    return LeaseItem.model_validate(cell.item(truth=False)["lease"])


@router.post("/robots/{robot_id}/lease/hand-over")
async def hand_lease_over(
    person: Driver, hub: Hub, leases: LeaseService, robot_id: UUID
) -> LeaseItem:
    """Give the robot to whoever asked last."""
    cell = hub.cell(robot_id)
    await leases.hand_over(person, cell)
    return LeaseItem.model_validate(cell.item(truth=False)["lease"])


@router.post("/robots/{robot_id}/commands")
async def give_command(
    person: Stopper, commands: CommandService, robot_id: UUID, body: CommandBody
) -> CommandAnswer:
    """Give an order and wait up to two seconds for the robot's answer.

    `stop` is open to everyone who is signed in and needs no lease. Every other order needs the
    lease; a free one is taken along the way. `start_episode` takes regime, seed, explore and
    hand_off_at_start; the rest comes from the robot's run.
    """
    return await commands.give(person, robot_id, body)


@router.websocket("/bridge")
async def bridge_session(websocket: WebSocket, robot: RobotBridge, hub: Hub) -> None:
    """The control session of one bridge; see docs/protocol.md."""
    await websocket.accept()
    try:
        await sessions.serve(hub, robot, websocket)
    except WebSocketDisconnect:
        return
