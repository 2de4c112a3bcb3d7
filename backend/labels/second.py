"""Second opinions over HTTP: a share of the labelled attempts, judged again without the label."""

from collections import Counter
from datetime import datetime
from typing import Annotated, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response, status
from pydantic import AwareDatetime, Field

from backend.audit import repository as audit
from backend.audit.repository import Entry
from backend.episodes import service as episodes
from backend.episodes.schemas import EpisodeItem
from backend.errors import Conflict, NotFound
from backend.kit.schemas import Body, Line, Prose, Schema
from backend.labels import repository
from backend.labels.agreement import kappa
from backend.labels.endpoints import Held, LabelQueue
from backend.labels.schemas import UNDONE, Outcome
from backend.models import Rating
from backend.runs.endpoints import Now
from backend.web.deps import Labeller, Reader, Unit

router = APIRouter(prefix="/opinions", tags=["labels"])


class OpinionBody(Body):
    """A second judgement. The same id twice is stored once."""

    id: UUID = Field(description="Made by the client.")
    episode_id: UUID
    outcome: Outcome
    reason: Line = ""
    note: Prose = ""


class Agreement(Schema):
    """How far first and second judgements agree."""

    opinions: int
    agreed: int
    kappa: float | None = Field(description="Cohen's κ; null while it cannot be told.")
    table: dict[str, dict[str, int]] = Field(description="Counts by first, then second outcome.")
    share: float = Field(description="Of the labelled episodes, those that are asked for.")


class Dispute(Schema):
    """A label and a second opinion that differ, and that nobody has settled."""

    episode_id: UUID
    number: int
    task_id: str
    first: Outcome
    first_by: str
    first_automatic: bool
    second: Outcome
    second_by: str
    reason: str
    note: str
    at: datetime


def share(request: Request) -> float:
    """The share of labelled episodes that get a second opinion."""
    found: float = request.app.state.second_share
    return found


@router.get("/queue")
async def opinion_queue(
    request: Request,
    person: Labeller,
    session: Unit,
    held: Held,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> LabelQueue:
    """Labelled by somebody else and drawn for a second opinion; without their labels."""
    others = held.of_others(person.id)
    ids = await repository.due_opinions(session, person.id, share(request), others, limit)
    found = {item.id: item for item in await episodes.read_several(session, ids)}
    return LabelQueue(items=[_blind(found[one]) for one in ids], total=len(ids))


@router.post("", status_code=status.HTTP_201_CREATED)
async def give_opinion(
    person: Labeller, session: Unit, now: Now, response: Response, body: OpinionBody
) -> OpinionBody:
    """Judge an attempt a second time. It changes no figure and no reward."""
    label = await repository.newest(session, body.episode_id)
    if label is None or (label.outcome == "discard" and label.reason == UNDONE):
        raise NotFound("This episode has no label yet: a first judgement goes before a second one.")
    if label.labeller_id == person.id:
        raise Conflict("The label is your own: a second opinion is somebody else's.")
    row = Rating(
        id=body.id,
        episode_id=body.episode_id,
        rater_id=person.id,
        label_id=label.id,
        outcome=body.outcome,
        reason=body.reason,
        note=body.note,
    )
    if not await repository.add_opinion(session, row):
        response.status_code = status.HTTP_200_OK
        return body
    entry = Entry(
        actor=person.name,
        action="second_opinion",
        at=now,
        episode_id=body.episode_id,
        details={"outcome": body.outcome, "agrees": body.outcome == label.outcome},
    )
    await audit.append(session, entry)
    return body


@router.get("/agreement")
async def read_agreement(
    request: Request, _person: Reader, session: Unit, since: AwareDatetime | None = None
) -> Agreement:
    """Cohen's κ between labels and second opinions."""
    found = await repository.opinion_pairs(session, since)
    table: dict[str, Counter[str]] = {}
    for first, second in found:
        table.setdefault(first, Counter())[second] += 1
    return Agreement(
        opinions=len(found),
        agreed=sum(first == second for first, second in found),
        kappa=kappa(found),
        table={first: dict(row) for first, row in table.items()},
        share=share(request),
    )


@router.get("/disputes")
async def list_disputes(
    _person: Reader, session: Unit, limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[Dispute]:
    """Where label and opinion differ. A label given after the opinion settles it."""
    return [
        Dispute(
            episode_id=episode.id,
            number=episode.number,
            task_id=episode.task_id,
            first=cast(Outcome, label.outcome),
            first_by=first_by,
            first_automatic=label.automatic,
            second=cast(Outcome, rating.outcome),
            second_by=second_by,
            reason=rating.reason,
            note=rating.note,
            at=rating.created_at,
        )
        for rating, label, episode, first_by, second_by in await repository.disputes(session, limit)
    ]


def _blind(item: EpisodeItem) -> EpisodeItem:
    """What the first rater said must not lead the second."""
    return item.model_copy(update={"label": None, "outcome": None, "ended_by": "hidden"})
