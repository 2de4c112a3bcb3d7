"""Reports over HTTP."""

from fastapi import APIRouter, Response

from backend.reports import service
from backend.reports.schemas import Throughput
from backend.reports.selection import Chosen
from backend.runs.endpoints import Now
from backend.web.deps import Reader, Reporter, Unit

router = APIRouter(prefix="/reports", tags=["reports"])


@router.get("/throughput", response_model=Throughput)
async def read_throughput(_person: Reader, session: Unit, chosen: Chosen, now: Now) -> Response:
    """Successes per ten minutes, active and by the clock, with every definition in words."""
    report = await service.throughput(session, chosen, now)
    return Response(report.model_dump_json(by_alias=True), media_type="application/json")


@router.get(
    "/throughput.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}}
)
async def export_throughput(_person: Reporter, session: Unit, chosen: Chosen, now: Now) -> Response:
    """The bins of the report as a table."""
    report = await service.throughput(session, chosen, now)
    headers = {"Content-Disposition": 'attachment; filename="throughput.csv"'}
    return Response(service.as_csv(report), media_type="text/csv; charset=utf-8", headers=headers)
