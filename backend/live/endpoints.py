"""The two sockets of a page."""

from typing import Annotated

from fastapi import APIRouter, Depends, WebSocket
from starlette.requests import HTTPConnection

from backend.fleet.endpoints import Hub
from backend.live.clients import Client
from backend.live.hub import LiveHub
from backend.live.sockets import LivePage, VideoPage, close_quietly
from backend.web.deps import Reader

router = APIRouter(tags=["live"])

TRY_AGAIN = 1013


def live(connection: HTTPConnection) -> LiveHub:
    """The live hub of the running process."""
    found: LiveHub = connection.app.state.live
    return found


Live = Annotated[LiveHub, Depends(live)]


@router.websocket("/live")
async def live_socket(websocket: WebSocket, person: Reader, fleet: Hub, hub: Live) -> None:
    """States, labels, episodes, events and curves as they come; hands on a robot going up."""
    await websocket.accept()
    page = LivePage(fleet, hub, Client(person), websocket)
    await page.run(websocket.app.state.boot)
    await close_quietly(websocket.close(TRY_AGAIN))


@router.websocket("/video")
async def video_socket(websocket: WebSocket, person: Reader, fleet: Hub, hub: Live) -> None:
    """Pictures, newest first; see the header in `backend.fleet.video`."""
    await websocket.accept()
    # It ends with its session like the live socket, but counts as nobody's presence.
    ended = hub.watch_end(person)
    try:
        await VideoPage(fleet, websocket).run(ended)
    finally:
        hub.forget_end(ended)
    await close_quietly(websocket.close(TRY_AGAIN))
