"""Composition root of the web process: services, background tasks, routers, error handlers."""

import asyncio
import gc
import logging
import secrets
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, FastAPI

from backend.accounts import endpoints as accounts_endpoints
from backend.accounts import pages as accounts_pages
from backend.accounts.bootstrap import FIRST, ensure_admin
from backend.accounts.passwords import Passwords
from backend.accounts.service import Accounts
from backend.audit import endpoints as audit_endpoints
from backend.config import Settings
from backend.config import settings as read_settings
from backend.db import Database
from backend.episodes import endpoints as episodes_endpoints
from backend.episodes import pages as episodes_pages
from backend.evaluations import endpoints as evaluations_endpoints
from backend.fleet import endpoints as fleet_endpoints
from backend.fleet import pages as fleet_pages
from backend.fleet.commands import Commands
from backend.fleet.hub import Fleet
from backend.fleet.lease_service import Leases
from backend.kit.clock import Clock, SystemClock
from backend.labels import endpoints as labels_endpoints
from backend.labels import pages as labels_pages
from backend.labels import second as labels_second
from backend.labels.reservations import Reservations
from backend.labels.service import Labels
from backend.live import endpoints as live_endpoints
from backend.live.hub import LiveHub
from backend.live.listener import Listener
from backend.reports import endpoints as reports_endpoints
from backend.reports import pages as reports_pages
from backend.runs import endpoints as runs_endpoints
from backend.runs import pages as runs_pages
from backend.storage.objects import ObjectStore
from backend.tasks import endpoints as tasks_endpoints
from backend.tasks import repository as tasks
from backend.web import health, problems, site
from backend.web.access import require_declared
from backend.web.health import HealthProbe
from backend.web.security import BodyLimit, OriginGuard, SecurityHeaders

log = logging.getLogger(__name__)

MOST_BODY_BYTES = 1024 * 1024
EXPIRY_SECONDS = 5.0

ROUTERS = (
    accounts_endpoints.router,
    fleet_endpoints.router,
    tasks_endpoints.router,
    evaluations_endpoints.router,  # before the runs, whose deeds are any last word
    runs_endpoints.router,
    labels_endpoints.router,
    labels_second.router,
    episodes_endpoints.router,
    reports_endpoints.router,
    audit_endpoints.router,
    live_endpoints.router,
    health.router,
)
PAGES = (
    accounts_pages.router,
    fleet_pages.router,
    labels_pages.router,
    episodes_pages.router,
    runs_pages.router,
    reports_pages.router,
)


def create_app(
    settings: Settings, *, clock: Clock | None = None, passwords: Passwords | None = None
) -> FastAPI:
    """The web application. Tests pass their own clock and cheaper password hashing."""
    app = routed_app()
    provide(app, settings, clock or SystemClock(), passwords or Passwords())
    return app


def routed_app() -> FastAPI:
    """Routes, middleware and error handlers, without anything behind them yet."""
    app = FastAPI(
        title="RLT Console",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
    )
    problems.install(app)
    app.add_middleware(OriginGuard)
    app.add_middleware(BodyLimit, most_bytes=MOST_BODY_BYTES)
    app.add_middleware(SecurityHeaders)
    api = APIRouter(prefix="/api/v1")
    for router in ROUTERS:
        api.include_router(router)
    app.include_router(api)
    site.install(app, PAGES)
    require_declared(app)
    return app


def from_environment() -> FastAPI:
    """The application as the environment wants it; what uvicorn calls."""
    app = create_app(read_settings())
    # What exists now lives as long as the process; never looking at it again keeps pauses short.
    gc.collect()
    gc.freeze()
    return app


def provide(app: FastAPI, settings: Settings, clock: Clock, passwords: Passwords) -> None:
    """Put the services behind the routes; before each start they are made anew."""
    state = app.state
    state.settings, state.clock, state.passwords = settings, clock, passwords
    state.boot = uuid4()
    state.database = Database(settings.database_url, name="web")
    state.store = ObjectStore(settings.data)
    state.accounts = Accounts(
        state.database,
        clock,
        idle=settings.session_idle,
        absolute=settings.session_absolute,
        passwords=passwords,
    )
    state.fleet = Fleet(
        state.database, clock, heartbeat=settings.heartbeat, grace=settings.lease_grace
    )
    state.leases = Leases(state.fleet)
    state.commands = Commands(state.fleet, state.leases, label_first=settings.label_before_next)
    state.labels = Labels(state.fleet, state.commands)
    state.reservations = Reservations(clock)
    state.second_share = settings.second_opinion_share
    state.live = LiveHub(state.fleet, clock)
    state.listener = Listener(state.database, state.fleet, state.live)
    state.health = HealthProbe()
    state.accounts.on_end(state.live.end)
    state.accounts.on_robot_end(state.fleet.drop)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    async with AsyncExitStack() as stack:
        stack.push_async_callback(state.database.close)
        async with state.database.unit() as session:
            await tasks.seed(session)
        await _first_account(app)
        await state.fleet.load()
        await state.listener.start()
        background = [
            state.fleet.recorder.run,
            state.fleet.watch_leases,
            state.fleet.note_heard,
            state.listener.listen,
            state.listener.follow,
            lambda: _watch_expiry(state.live, state.clock),
        ]
        await stack.enter_async_context(_running(background))
        stack.push_async_callback(state.fleet.close)
        yield


async def _first_account(app: FastAPI) -> None:
    given = app.state.settings.admin_password
    password = given or secrets.token_urlsafe(12)
    if await ensure_admin(app.state.database, password, app.state.passwords) and not given:
        sys.stderr.write(f"First start: sign in as {FIRST} with the password {password}\n")


async def _watch_expiry(live: LiveHub, clock: Clock) -> None:
    while True:
        await asyncio.sleep(EXPIRY_SECONDS)
        live.end_expired(clock.now())


@asynccontextmanager
async def _running(
    jobs: list[Callable[[], Coroutine[Any, Any, None]]],
) -> AsyncIterator[None]:
    """Run `jobs` beside the application; one that fails is logged and begins again."""
    tasks = [asyncio.create_task(_insist(job)) for job in jobs]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _insist(job: Callable[[], Coroutine[Any, Any, None]]) -> None:
    while True:
        try:
            await job()
        except Exception:
            log.exception("a background task failed and begins again")
            await asyncio.sleep(1.0)
