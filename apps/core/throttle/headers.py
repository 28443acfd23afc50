"""``RateLimit`` and ``RateLimit-Policy``, as structured fields (draft-ietf-httpapi-ratelimit-headers, RFC 9651)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.core.throttle.turns import Allowance, noted


class RateLimitMiddleware:
    """Tells clients what is left of every scope that their request took a turn of, whichever view they reached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; one that took no turn is answered without these headers."""
        taken: dict[str, Allowance] = {}
        before = noted.set(taken)
        try:
            response = self._get_response(request)
        finally:
            noted.reset(before)
        if taken:
            response["RateLimit"] = ", ".join(
                f'"{scope}";r={left.remaining};t={left.reset}' for scope, left in taken.items()
            )
            response["RateLimit-Policy"] = ", ".join(
                f'"{scope}";q={left.limit};w={left.window}' for scope, left in taken.items()
            )
        return response
