"""Episodes over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import AwareDatetime

from backend.episodes import service
from backend.episodes.repository import Filters
from backend.episodes.schemas import (
    EpisodeDetail,
    EpisodePage,
    OutcomeFilter,
    Regime,
    SuggestedItem,
)
from backend.storage.objects import ObjectStore
from backend.web.deps import Reader, Unit

router = APIRouter(prefix="/episodes", tags=["episodes"])

IMMUTABLE = "private, max-age=31536000, immutable"


def store(request: Request) -> ObjectStore:
    """Where the large bytes lie."""
    found: ObjectStore = request.app.state.store
    return found


Store = Annotated[ObjectStore, Depends(store)]


def filters(
    run: UUID | None = None,
    robot: UUID | None = None,
    task: str | None = None,
    regime: Regime | None = None,
    outcome: OutcomeFilter | None = None,
    ended_from: Annotated[AwareDatetime | None, Query(alias="from")] = None,
    ended_to: Annotated[AwareDatetime | None, Query(alias="to")] = None,
    labeller: Annotated[UUID | None, Query(description="Who gave the label that counts.")] = None,
    policy: Annotated[int | None, Query(ge=0, lt=2**31, description="Actor version.")] = None,
    policy_to: Annotated[
        int | None, Query(ge=0, lt=2**31, description="Last of a range that begins at `policy`.")
    ] = None,
    taken_over: Annotated[bool | None, Query(description="Whether a person took over.")] = None,
    corrected: Annotated[
        bool | None, Query(description="Whether the label was changed after the first one.")
    ] = None,
) -> Filters:
    """Which episodes are asked for."""
    return Filters(
        run_id=run,
        robot_id=robot,
        task_id=task,
        regime=regime,
        outcome=outcome,
        ended_from=ended_from,
        ended_to=ended_to,
        labeller_id=labeller,
        policy_from=policy,
        policy_to=policy if policy_to is None else policy_to,
        taken_over=taken_over,
        corrected=corrected,
    )


@router.get("")
async def list_episodes(
    _person: Reader,
    session: Unit,
    chosen: Annotated[Filters, Depends(filters)],
    before: Annotated[int | None, Query(ge=1, lt=2**63, description="Below this number.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> EpisodePage:
    """Recorded attempts, newest first."""
    return await service.read_page(session, chosen, before, limit)


@router.get("/{episode_id}")
async def read_episode(
    _person: Reader, session: Unit, files: Store, episode_id: UUID
) -> EpisodeDetail:
    """One attempt with its phases, judgements, pictures and curves."""
    return await service.read_detail(session, files, episode_id)


@router.get("/{episode_id}/suggestion")
async def read_suggestion(_person: Reader, session: Unit, episode_id: UUID) -> SuggestedItem | None:
    """What was suggested of an attempt; null before its label, so that it leads nobody."""
    return await service.read_suggested(session, episode_id)


@router.get(
    "/{episode_id}/frames/{camera}/{step}.jpg",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}}},
)
async def read_frame(
    _person: Reader,
    session: Unit,
    files: Store,
    episode_id: UUID,
    camera: str,
    step: Annotated[int, Path(ge=0, lt=2**31)],
) -> Response:
    """The picture at a step, or the nearest one before it."""
    jpeg = await service.read_picture(session, files, episode_id, camera, step)
    return Response(jpeg, media_type="image/jpeg", headers={"Cache-Control": IMMUTABLE})
