"""Our refusals in allauth's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.headless.internal.restkit.response import APIResponse
from django.http import HttpRequest, HttpResponseBase

from apps.core import json
from apps.core.api.problems import status_of
from apps.core.errors import DomainError
from apps.core.wording import worded


def refusal(request: HttpRequest, error: DomainError) -> HttpResponseBase:
    """Return a domain error as allauth's clients read errors."""
    answer = APIResponse(
        request,
        status=status_of(type(error)),
        errors=[{"code": error.code, "message": worded(error.detail)}],
    )
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return cast(HttpResponseBase, answer)


class Served:
    """What every view of identity does besides: it reads texts in NFC and tells our refusals.

    ``limits`` names, by method, the scopes of which a request takes turns.
    """

    limits: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a request."""
        try:
            return cast(HttpResponseBase, super().dispatch(request, *args, **kwargs))  # type: ignore[misc]
        except DomainError as error:
            return refusal(request, error)

    def _parse_json(self, request: HttpRequest) -> dict[str, Any] | None:
        if request.method == "GET" or not request.body:
            return None
        try:
            body = json.loads(request.body)
        except json.NotJson as error:
            raise ImmediateHttpResponse(_malformed(request)) from error
        if not isinstance(body, dict):
            raise ImmediateHttpResponse(_malformed(request))
        return body


def _malformed(request: HttpRequest) -> APIResponse:
    return APIResponse(
        request,
        status=400,
        errors=[{"code": "malformed_request", "message": worded("The request is malformed")}],
    )
