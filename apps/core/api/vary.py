"""``Vary``: what a request carries that its answer depends on."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers


def vary(response: HttpResponse, *names: str) -> None:
    """Add names of headers to those that an answer already depends on.

    Django takes the header apart each time, and every answer comes by here twice or three times.
    """
    response.headers["Vary"] = _joined(response.headers.get("Vary", ""), names)


@lru_cache(maxsize=256)
def _joined(present: str, names: tuple[str, ...]) -> str:
    response = HttpResponse(headers={"Vary": present} if present else {})
    patch_vary_headers(response, names)
    return response.headers["Vary"]
