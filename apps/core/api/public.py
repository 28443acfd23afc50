"""Answers that are the same for everybody: from kept bytes before DRF, with an ETag before any query.

``public`` wraps a view in ``urls.py``. Whoever says who they are, by token or cookie, always gets the view itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from rest_framework.response import Response

from apps.core import cache

DETAIL_SECONDS = 900
LIST_SECONDS = 300
VARY = ("Authorization", "Cookie", "Accept-Language")

View = Callable[..., HttpResponse]
Until = datetime | Callable[[], datetime | None] | None


def public(
    view: View,
    *,
    seconds: int,
    shows: Sequence[str] = (),
    shows_of: Callable[[str], Sequence[str] | None] | None = None,
) -> View:
    """Return a view that answers anonymous GETs from kept bytes, for at most so many seconds.

    ``shows`` names what the answer shows, as writers name it in ``cache.touch``; ``shows_of`` finds that out
    for the ``ref`` in the address, where it must be the same for ever.
    """

    @wraps(view)
    def serve(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return view(request, *args, **kwargs)
        if _is_identified(request):
            return _headed(view(request, *args, **kwargs), "private, no-cache")
        if transaction.get_connection().in_atomic_block:
            # An open transaction may see what nobody else does, or no longer.
            return _headed(view(request, *args, **kwargs), "no-cache")
        ref = kwargs.get("ref", "")
        with cache.find(
            _entry(request, with_host=not ref),
            names=shows,
            about=f"{request.resolver_match.route}:{ref}" if shows_of else "",  # type: ignore[union-attr]
            resolve=(lambda: shows_of(ref)) if shows_of else None,
            held=request.META.get("HTTP_IF_NONE_MATCH", ""),
        ) as found:
            if found.etag is not None:
                return _answer(found.etag, found.body)
            return _made(request, view(request, *args, **kwargs), found, seconds)

    serve.shown = shows_of or shows  # type: ignore[attr-defined]
    return serve


def shown_until(response: Response, until: Until) -> Response:
    """Note until when an answer holds if nobody writes; a query for that is asked only where it is kept.

    The instant is counted from the ``now`` that the answer was made with, not from a later one.
    """
    response.shown_until = until  # type: ignore[attr-defined]
    return response


def _is_identified(request: HttpRequest) -> bool:
    return "HTTP_AUTHORIZATION" in request.META or settings.SESSION_COOKIE_NAME in request.COOKIES


def _entry(request: HttpRequest, *, with_host: bool) -> str:
    """Return the name of an answer. The order of parameters says nothing; that of one's values may."""
    given = request.GET
    query = urlencode([(name, value) for name in sorted(given) for value in given.getlist(name)])
    # The links of a list to its next pages are absolute.
    host = f"{request.scheme}://{request.get_host()}" if with_host else ""
    text = f"{translation.get_language()} {host}{request.path}?{query}"
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _made(
    request: HttpRequest, response: HttpResponse, found: cache.Found, seconds: int
) -> HttpResponse:
    """Return a view's answer, kept if it is one to keep."""
    if not isinstance(response, Response) or response.status_code != 200:
        return _headed(response, "no-cache")
    body: bytes = response.render().content
    language = translation.get_language()
    etag = f'"{blake2b(body, digest_size=12, key=str(language).encode()).hexdigest()}"'
    if found.is_wanted:
        found.keep(etag=etag, body=body, seconds=_seconds_left(response, seconds))
    held = request.META.get("HTTP_IF_NONE_MATCH", "")
    return _answer(etag, None if held == "*" or etag in held else body)


def _seconds_left(response: Response, most: int) -> float:
    until: Until = getattr(response, "shown_until", None)
    if callable(until):
        until = until()
    return most if until is None else min(most, (until - timezone.now()).total_seconds())


def _answer(etag: str, body: bytes | None) -> HttpResponse:
    response = (
        HttpResponseNotModified()
        if body is None
        else HttpResponse(body, content_type="application/json")
    )
    response.headers["ETag"] = etag
    return _headed(response, "no-cache")


def _headed(response: HttpResponse, caching: str) -> HttpResponse:
    """Add what every answer of a public address says to the caches on its way."""
    response.headers.setdefault("Cache-Control", caching)
    patch_vary_headers(response, VARY)
    return response
