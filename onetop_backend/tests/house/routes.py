"""Every address of the platform with its methods, read from the URLconf."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """One method of one address; ``path`` writes its variables as ``{name}``."""

    method: str
    path: str
    view: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def all_routes() -> list[Route]:
    """Return the routes of the whole platform, the admin's included."""
    return [
        Route(method, path, view)
        for path, view in _walk(get_resolver().url_patterns, "/")
        for method in _methods(view)
    ]


def api_routes() -> list[Route]:
    """Return the routes besides the admin's, which are Django's and the same for every table."""
    return [route for route in all_routes() if not route.path.startswith("/admin")]


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = prefix + _written(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, path)
        else:
            yield path, pattern.callback


def _written(pattern: Any) -> str:
    if isinstance(pattern, RoutePattern):
        return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(pattern))
    return re.sub(r"<(\w+)>", r"{\1}", simplify_regex(str(pattern)).removeprefix("/"))


def _methods(view: Any) -> Iterator[str]:
    actions: dict[str, str] | None = getattr(view, "actions", None)
    cls = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if actions:
        offered = {method.upper() for method in actions}
    elif cls is not None:
        offered = {
            method
            for method in METHODS
            if method.lower() in cls.http_method_names and hasattr(cls, method.lower())
        }
    else:
        offered = {"GET"}
    yield from (method for method in METHODS if method in offered)
