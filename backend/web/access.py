"""Deny by default: the application does not start with a route open to nobody knows whom."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts

from backend.web.deps import Access


def declared(app: FastAPI) -> Iterator[tuple[RouteContext, list[Access]]]:
    """Every route that has a function behind it, with who may use it.

    A mounted folder of built assets has none, and is public.
    """
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        if dependant is not None:
            yield route, list(_declarations(dependant))


def require_declared(app: FastAPI) -> None:
    """Raise AssertionError for a route that declares nothing."""
    for route, access in declared(app):
        assert access, f"{route.path} does not say who may use it (backend.web.deps)"


def _declarations(dependant: Dependant) -> Iterator[Access]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Access):
            yield inner.call
        yield from _declarations(inner)
