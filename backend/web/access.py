"""Deny by default: the application does not start with a route open to nobody knows whom."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from starlette.routing import BaseRoute

from backend.web.deps import Access


def declarations(dependant: Dependant) -> Iterator[Access]:
    """Every access declaration among a route's dependencies."""
    for inner in dependant.dependencies:
        if isinstance(inner.call, Access):
            yield inner.call
        yield from declarations(inner)


def access_of(route: BaseRoute) -> list[Access]:
    """What a route declares. A mounted folder of built assets counts as public."""
    dependant = getattr(route, "dependant", None)
    return list(declarations(dependant)) if dependant is not None else []


def require_declared(app: FastAPI) -> None:
    """Raise AssertionError for a route that declares nothing."""
    for route in app.routes:
        if hasattr(route, "dependant"):
            assert access_of(route), f"{route} does not say who may use it (backend.web.deps)"
