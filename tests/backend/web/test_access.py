"""Every route says who may use it, and this table says the same."""

import pytest
from fastapi import FastAPI

from backend.app import create_app
from backend.config import Settings
from backend.web.access import declared, require_declared
from backend.web.deps import Access, Public, Require, Robot
from backend.web.permissions import BY_ROLE, Permission

TABLE = {
    "POST /session": "public",
    "DELETE /session": "read",
    "GET /me": "read",
    "PATCH /me": "read",
    "GET /users": "admin",
    "POST /users": "admin",
    "PATCH /users/{user_id}": "admin",
    "GET /tokens": "admin",
    "POST /tokens": "admin",
    "DELETE /tokens/{token_id}": "admin",
    "GET /robots": "read",
    "POST /robots": "admin",
    "GET /robots/{robot_id}": "read",
    "PATCH /robots/{robot_id}": "run",
    "POST /robots/{robot_id}/lease": "drive",
    "DELETE /robots/{robot_id}/lease": "drive",
    "POST /robots/{robot_id}/lease/ask": "drive",
    "POST /robots/{robot_id}/lease/hand-over": "drive",
    "POST /robots/{robot_id}/commands": "stop",
    "GET /tasks": "read",
    "GET /tasks/{task_id}": "read",
    "GET /runs": "read",
    "POST /runs": "run",
    "GET /runs/schema/{algorithm}": "read",
    "GET /runs/{run_id}": "read",
    "GET /runs/{run_id}/metrics": "read",
    "GET /runs/{run_id}/events": "read",
    "GET /runs/{run_id}/suggestion": "read",
    "GET /episodes/{episode_id}/suggestion": "read",
    "PATCH /runs/{run_id}/tuning": "run",
    "POST /runs/{run_id}/follow": "run",
    "POST /runs/{run_id}/{deed}": "run",
    "GET /runs/{run_id}/evaluations": "read",
    "POST /runs/{run_id}/evaluations": "run",
    "GET /runs/{run_id}/evaluations/{evaluation_id}": "read",
    "DELETE /runs/{run_id}/evaluations/{evaluation_id}": "run",
    "GET /checkpoints": "read",
    "POST /checkpoints/{checkpoint_id}/promote": "run",
    "POST /episodes/{episode_id}/labels": "label",
    "POST /episodes/{episode_id}/labels/undo": "label",
    "GET /labels/queue": "label",
    "POST /labels/queue/{episode_id}/reserve": "label",
    "GET /opinions/queue": "label",
    "POST /opinions": "label",
    "GET /opinions/agreement": "read",
    "GET /opinions/disputes": "read",
    "GET /episodes": "read",
    "GET /episodes/{episode_id}": "read",
    "GET /episodes/{episode_id}/frames/{camera}/{step}.jpg": "read",
    "GET /reports/throughput": "read",
    "GET /reports/throughput.csv": "report",
    "GET /audit": "read",
    "GET /audit/verify": "admin",
    "GET /health": "public",
    "WS /live": "read",
    "WS /video": "read",
    "WS /bridge": "robot",
}

ROLES = {
    "viewer": {"read", "stop"},
    "labeller": {"read", "stop", "label"},
    "operator": {"read", "stop", "label", "drive"},
    "manager": {"read", "stop", "label", "report", "run"},
    "admin": {"read", "stop", "label", "drive", "report", "run", "admin"},
}


@pytest.fixture
def app() -> FastAPI:
    return create_app(Settings(DATABASE_URL="postgresql://unused"))


def word(access: Access) -> str:
    names = {Public: "public", Robot: "robot"}
    return access.permission.value if isinstance(access, Require) else names[type(access)]


def test_the_route_table_is_the_one_above(app: FastAPI) -> None:
    found = {}
    for route, (access, *more) in declared(app):
        assert not more
        assert route.path is not None
        if route.path.startswith("/api/v1"):
            method = "".join(route.methods or ["WS"])
            found[f"{method} {route.path.removeprefix('/api/v1')}"] = word(access)
    assert found == TABLE


def test_roles_hold_the_permissions_above() -> None:
    assert {role: {p.value for p in held} for role, held in BY_ROLE.items()} == ROLES


def test_everyone_signed_in_may_stop() -> None:
    assert all(Permission.STOP in held for held in BY_ROLE.values())


def test_a_route_without_a_declaration_is_refused(app: FastAPI) -> None:
    @app.get("/api/v1/forgotten")
    async def forgotten() -> None: ...

    with pytest.raises(AssertionError, match="forgotten"):
        require_declared(app)
