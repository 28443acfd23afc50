"""One line a request: what was asked of which route, how it ended and how long it took."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import LazyObject, empty

from apps.core import metrics
from apps.core.clients import current_request
from apps.core.logs.context import bind, bound_context, clear, request_id_from
from apps.core.logs.lines import write_line

HEADER = "X-Request-ID"
# Asked for by its WSGI name: the first use of `request.headers` copies every header, for 15 µs.
_VARIABLE = "HTTP_X_REQUEST_ID"

log = logging.getLogger("onetop.request")


class RequestLogMiddleware:
    """The outermost middleware: gives the request its id, answers with it and writes the line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with its id bound to every line that is written meanwhile."""
        clear()
        request_id = request_id_from(request.META.get(_VARIABLE))
        bind(request_id=request_id)
        serving = current_request.set(request)
        started = time.perf_counter()
        try:
            response = self._get_response(request)
            response[HEADER] = request_id
            _tell(request, response.status_code, time.perf_counter() - started, request_id)
            return response
        finally:
            current_request.reset(serving)
            clear()


def _tell(request: HttpRequest, status: int, seconds: float, request_id: str) -> None:
    """Count the answer and write its line, with the route: paths and queries carry tokens and personal data."""
    route = request.resolver_match.route if request.resolver_match else None
    metrics.observe_request(
        method=request.method, route=route, status=status, seconds=seconds, request_id=request_id
    )
    slow = seconds > metrics.SLOW_SECONDS
    level = logging.ERROR if status >= 500 else logging.WARNING if slow else logging.INFO
    actor_id = bound_context().get("actor_id") or _session_actor(request)
    write_line(
        log,
        level,
        "request",
        method=request.method,
        route=route,
        status=status,
        ms=round(seconds * 1000, 1),
        **({"slow": True} if slow else {}),
        **({"actor_id": actor_id} if actor_id else {}),
    )


def _session_actor(request: HttpRequest) -> str | None:
    """Return the signed-in user of a page such as the admin, if the request has looked that up itself."""
    user = getattr(request, "user", None)
    if user is None or (isinstance(user, LazyObject) and user._wrapped is empty):  # noqa: SLF001
        return None
    return str(user.pk) if user.is_authenticated else None
