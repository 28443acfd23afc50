"""Answers that are the same for everybody: from kept bytes before the view, with an ETag before any query.

``public`` marks a view in ``urls.py``. Whoever says who they are, by token or cookie, always gets the view itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import timezone, translation
from rest_framework.response import Response

from apps.core import cache
from apps.core.api.vary import vary

DETAIL_SECONDS = 900
LIST_SECONDS = 300
VARY = ("Authorization", "Cookie", "Accept-Language")

Until = datetime | Callable[[], datetime | None] | None
_View = TypeVar("_View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """How the answers of a view are kept; see ``public``."""

    seconds: int
    shows: Sequence[str]
    of_members: bool


def public(view: _View, *, seconds: int, shows: Sequence[str], of_members: bool = False) -> _View:
    """Have anonymous GETs of a view answered from kept bytes, for at most so many seconds.

    ``shows`` names what the answer shows, as writers name it in ``cache.touch``. A page of one object names the
    collections (``of_members``), and its view says in ``shown`` which members of them it found: for an address
    they must be the same for ever.
    """
    view.public = Public(seconds=seconds, shows=shows, of_members=of_members)  # type: ignore[attr-defined]
    return view


def shown(response: Response, *, names: Sequence[str] = (), until: Until = None) -> Response:
    """Note which members an answer shows, and until when it holds if nobody writes.

    The instant is counted from the ``now`` that the answer was made with. A query for it is asked only where the
    answer is kept.
    """
    response.shows, response.shown_until = names, until  # type: ignore[attr-defined]
    return response


class PublicMiddleware:
    """Answers from kept bytes, or has the view make an answer and keeps it.

    It stands inside of what every answer needs, and outside of what only views of somebody need.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        match = _public_match(request)
        if match is None:
            return self._get_response(request)
        if _is_identified(request):
            return _headed(self._get_response(request), "private, no-cache")
        if transaction.get_connection().in_atomic_block:
            # An open transaction may see what nobody else does, or no longer.
            return _headed(self._get_response(request), "no-cache")
        kept: Public = match.func.public  # type: ignore[attr-defined]
        held = request.META.get("HTTP_IF_NONE_MATCH", "")
        about = f"{match.route}:{match.kwargs['ref']}" if kept.of_members else ""
        entry = _entry(request, with_host=not kept.of_members)
        with cache.find(entry, names=kept.shows, about=about, held=held) as found:
            if found.etag is not None:
                return _answer(found.etag, found.body)
            return _made(self._get_response(request), kept, found, held)


def _public_match(request: HttpRequest) -> ResolverMatch | None:
    """Return where the request leads if that is a public page, and tell the log about it."""
    if request.method not in {"GET", "HEAD"} or not request.path_info.startswith("/api/"):
        return None
    match = _resolved(request.path_info, settings.ROOT_URLCONF)
    if match is not None:
        request.resolver_match = match
    return match


@lru_cache(maxsize=4096)
def _resolved(path: str, urlconf: str) -> ResolverMatch | None:
    try:
        match = resolve(path, urlconf)
    except Resolver404:
        return None
    return match if hasattr(match.func, "public") else None


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


def _made(response: HttpResponse, kept: Public, found: cache.Found, held: str) -> HttpResponse:
    """Return a view's answer, kept if it is one to keep."""
    if response.status_code != 200 or response.cookies:
        return _headed(response, "no-cache")
    body: bytes = response.content
    language = str(translation.get_language())
    etag = f'"{blake2b(body, digest_size=12, key=language.encode()).hexdigest()}"'
    if found.is_wanted:
        names: Sequence[str] = getattr(response, "shows", ())
        seconds = _seconds_left(response, kept.seconds)
        found.keep(etag=etag, body=body, seconds=seconds, shows=names)
    return _answer(etag, None if held == "*" or etag in held else body)


def _seconds_left(response: HttpResponse, most: int) -> float:
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
    vary(response, *VARY)
    return response
