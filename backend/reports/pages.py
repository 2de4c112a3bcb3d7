"""Reports as pages: the living one, and one that is drawn whole on the server, for paper."""

from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from fastapi import APIRouter, Query, Request, Response

from backend.errors import BadRequest
from backend.reports import drawing, paper, service
from backend.reports.selection import Chosen
from backend.runs.endpoints import Now
from backend.web import i18n
from backend.web.deps import Reader, Unit
from backend.web.templating import PageRoute, language_of, render

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/reports")
async def reports_page(request: Request, person: Reader) -> Response:
    """Throughput per ten minutes; the filters live in the address."""
    return render(request, "reports", person)


@router.get("/reports/print")
async def paper_page(
    request: Request,
    person: Reader,
    session: Unit,
    chosen: Chosen,
    now: Now,
    zone: Annotated[str, Query(alias="tz")] = "UTC",
) -> Response:
    """The same report without scripts: charts as SVG, tables, definitions."""
    if zone not in available_timezones():
        raise BadRequest(f"There is no time zone {zone}: use a name such as Europe/Berlin.")
    say = i18n.Translator(language_of(request, person))
    report = await service.throughput(session, chosen, now)
    where = ZoneInfo(zone)
    return render(
        request,
        "report_paper",
        person,
        sheet=await paper.sheet(session, report, chosen, say, where),
        charts=[
            (say("report.over_time"), drawing.throughput(report, say, where)),
            (say("chart.success"), drawing.success(report, say, where)),
            (say("report.steps_by_driver"), drawing.steps(report.steps, say)),
        ],
    )
