"""Errors as problem documents (RFC 9457): one sentence that says what happened and what to do."""

import logging
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.websockets import WebSocket

from backend.db import UNREACHABLE
from backend.errors import ConsoleError, Unavailable

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
DATABASE_AWAY = (
    "The database does not answer. Nothing was stored; the same request may be repeated."
)


def problem(status: int, title: str, detail: str, **extra: object) -> Response:
    """A problem document."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail} | extra
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers = {"Retry-After": "1"}
    content = orjson.dumps(body, default=str)
    return Response(content, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def of_error(error: ConsoleError) -> Response:
    """The problem document of one of our errors."""
    return problem(error.status, error.title, error.detail, **error.extra)


async def _answer(connection: HTTPConnection, response: Response) -> Any:  # noqa: ANN401
    if isinstance(connection, WebSocket):
        return await connection.send_denial_response(response)
    return response


async def _console(connection: HTTPConnection, error: Exception) -> Any:  # noqa: ANN401
    assert isinstance(error, ConsoleError)
    return await _answer(connection, of_error(error))


async def _http(connection: HTTPConnection, error: Exception) -> Any:  # noqa: ANN401
    assert isinstance(error, HTTPException)
    title = HTTPStatus(error.status_code).phrase
    sentences = {
        404: "There is nothing at this address.",
        405: "This address does not take this method.",
    }
    detail = sentences.get(error.status_code, str(error.detail))
    return await _answer(connection, problem(error.status_code, title, detail))


async def _invalid(connection: HTTPConnection, error: Exception) -> Any:  # noqa: ANN401
    assert isinstance(error, RequestValidationError)
    faults = [
        {"field": ".".join(str(part) for part in fault["loc"][1:]), "message": fault["msg"]}
        for fault in error.errors()
    ]
    first = faults[0]
    detail = f"{first['field'] or 'The body'}: {first['message']}."
    return await _answer(connection, problem(422, "Invalid request", detail, errors=faults))


async def _database_away(connection: HTTPConnection, error: Exception) -> Any:  # noqa: ANN401
    log.warning("database away: %s", error.__class__.__name__)
    return await _answer(connection, of_error(Unavailable(DATABASE_AWAY)))


async def _unexpected(connection: HTTPConnection, _error: Exception) -> Any:  # noqa: ANN401
    detail = "The console made a mistake; it is in the log. Try again, and report it if it stays."
    return await _answer(connection, problem(500, "Internal error", detail))


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem document."""
    app.add_exception_handler(ConsoleError, _console)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    for kind in UNREACHABLE:
        app.add_exception_handler(kind, _database_away)
    app.add_exception_handler(Exception, _unexpected)
