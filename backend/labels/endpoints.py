"""Judging episodes over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response, status
from pydantic import Field

from backend.episodes import service as episodes
from backend.episodes.schemas import EpisodeItem
from backend.kit.schemas import Schema
from backend.labels.reservations import Reservations
from backend.labels.schemas import LabelAnswer, LabelBody, UndoBody
from backend.labels.service import Labels, Stored
from backend.web.deps import Labeller, Unit

router = APIRouter(tags=["labels"])


class LabelQueue(Schema):
    """Unlabelled episodes, oldest first, without those that somebody else looks at."""

    items: list[EpisodeItem]
    total: int = Field(description="Unlabelled episodes in all, beyond the limit too.")


def labels(request: Request) -> Labels:
    """The service of the running process."""
    found: Labels = request.app.state.labels
    return found


def reservations(request: Request) -> Reservations:
    """The reservations of the running process."""
    found: Reservations = request.app.state.reservations
    return found


Service = Annotated[Labels, Depends(labels)]
Held = Annotated[Reservations, Depends(reservations)]
ANSWERS: dict[int | str, dict[str, object]] = {
    200: {"model": LabelAnswer, "description": "This id was stored before."},
    409: {"description": "Somebody judged meanwhile; `label` is theirs."},
}


@router.post(
    "/episodes/{episode_id}/labels", status_code=status.HTTP_201_CREATED, responses=ANSWERS
)
async def judge(
    person: Labeller,
    service: Service,
    held: Held,
    response: Response,
    episode_id: UUID,
    body: LabelBody,
) -> LabelAnswer:
    """Judge an episode, recorded or under way. Safe to repeat with the same id."""
    stored = await service.judge(person, episode_id, body)
    held.release(episode_id)
    return _answer(response, stored)


@router.post(
    "/episodes/{episode_id}/labels/undo", status_code=status.HTTP_201_CREATED, responses=ANSWERS
)
async def undo(
    person: Labeller, service: Service, response: Response, episode_id: UUID, body: UndoBody
) -> LabelAnswer:
    """Take the current label back: a new revision says what the one before it said."""
    return _answer(response, await service.undo(person, episode_id, body))


@router.get("/labels/queue")
async def queue(
    person: Labeller,
    session: Unit,
    held: Held,
    robot: UUID | None = None,
    task: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> LabelQueue:
    """What waits for a judgement, oldest first."""
    others = held.of_others(person.id)
    items, total = await episodes.unlabelled(session, robot, task, others, limit)
    return LabelQueue(items=items, total=total)


@router.post("/labels/queue/{episode_id}/reserve", status_code=status.HTTP_204_NO_CONTENT)
async def reserve(person: Labeller, held: Held, episode_id: UUID) -> None:
    """Say that one looks at an episode; holds for a minute. 409 names who was first."""
    held.reserve(episode_id, person.id, person.display_name)


def _answer(response: Response, stored: Stored) -> LabelAnswer:
    if not stored.created:
        response.status_code = status.HTTP_200_OK
    return stored.answer
