"""``Idempotency-Key``: a request that is sent again is done once and answered as the first time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.urls import ResolverMatch
from django.utils.translation import get_language
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import idempotency, json
from apps.core.api import problems
from apps.core.api.views import ApiView

KEY = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"

# The draft has a quoted string (RFC 9651 §3.3.3), most clients send the bare text; escapes are not needed.
_KEY = re.compile(r'"(?P<quoted>[!#-\[\]-~]{1,255})"|(?P<bare>[!#-~]{1,255})')
# What belongs to the answer rather than to the request that it was first given to.
_KEPT_HEADERS = (
    "Cache-Control",
    "Content-Language",
    "Content-Location",
    "Content-Type",
    "ETag",
    "Link",
    "Location",
    "Vary",
)

_View = TypeVar("_View", bound=Callable[..., Response])


def idempotent(view: _View) -> _View:
    """Let a view of an ``ApiView`` honour ``Idempotency-Key``, by opening the transaction around its service.

    The service's own transaction nests in it, so a refusal undoes the service and leaves the answer. What the
    service puts outside the database before, such as an upload, must be swept when the commit fails.
    """

    @wraps(view)
    def once(self: ApiView, request: Request, **path: Any) -> HttpResponse:
        key = _key_of(request)
        if key is None or not request.user.is_authenticated:
            return view(self, request, **path)
        claim = idempotency.Claim(
            actor_id=request.user.pk,
            route=f"{request.method} {_route(request)}",
            key=key,
            fingerprint=_fingerprint(request, path),
        )
        given: list[Response] = []

        def run() -> idempotency.Answer:
            given.append(_answer(self, view, request, path))
            return _kept(given[-1])

        earlier = idempotency.once(claim, run)
        return given[-1] if earlier is None else _replay(earlier)

    once.is_idempotent = True  # type: ignore[attr-defined] # for the documents
    return cast("_View", once)


def _key_of(request: Request) -> str | None:
    """Return the key, or None where the client sends none.

    :raises KeyMalformed: it is not 1 to 255 visible ASCII characters
    """
    given = request.headers.get(KEY)
    if given is None:
        return None
    match = _KEY.fullmatch(given)
    if match is None:
        raise idempotency.KeyMalformed
    return match["quoted"] or match["bare"]


def _route(request: Request) -> str:
    return cast("ResolverMatch", request.resolver_match).route


def _fingerprint(request: Request, path: dict[str, Any]) -> bytes:
    """Return a digest of everything that the request asks for."""
    asked = [
        request.method,
        _route(request),
        path,
        request.query_params.urlencode(),
        request.headers.get("If-Match"),
        request.version,
        _body_of(request),
    ]
    return hashlib.sha256(json.canonical(asked)).digest()


def _body_of(request: Request) -> Any:
    if not isinstance(request.data, QueryDict):
        return request.data
    return {
        name: [_digest(value) if isinstance(value, UploadedFile) else value for value in values]
        for name, values in request.data.lists()
    }


def _digest(upload: UploadedFile[bytes]) -> dict[str, str]:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return {"sha256": digest.hexdigest()}


def _answer(view: ApiView, method: _View, request: Request, path: dict[str, Any]) -> Response:
    """Return the view's answer, rendered; a refusal is one when the same request would meet it again."""
    try:
        with transaction.atomic():
            answer = method(view, request, **path)
    except Exception as refusal:
        if not idempotency.is_final(problems.status_for(refusal)):
            raise
        answer = view.handle_exception(refusal)
    answer = view.finalize_response(request, answer, **path)
    answer.headers.setdefault("Content-Language", get_language() or "")
    answer.render()
    return answer


def _kept(answer: Response) -> idempotency.Answer:
    return idempotency.Answer(
        status=answer.status_code,
        headers={name: answer.headers[name] for name in _KEPT_HEADERS if name in answer.headers},
        body=answer.content,
    )


def _replay(earlier: idempotency.Answer) -> HttpResponse:
    answer = HttpResponse(earlier.body, status=earlier.status)
    del answer.headers["Content-Type"]
    for name, value in {**earlier.headers, REPLAYED: "true"}.items():
        answer.headers[name] = value
    return answer
