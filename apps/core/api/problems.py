"""Every refusal as RFC 9457 ``application/problem+json``: domain, DRF and Django errors alike.

This is the one place that knows which error has which HTTP status. Anything that it does not know is a
defect: it stays a 500, is logged with where it happened and reported by Django's signal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import is_valid_path
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions as drf
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings

from apps.core import errors, json, metrics
from apps.core.logs import bound_context
from apps.core.wording import worded

CONTENT_TYPE = "application/problem+json"
# A name, not an address (RFC 9457 §3.1.1 asks for a tag URI where nothing can be fetched).
TYPE = "tag:onetop.vn,2026:problem/{code}"
MEMBERS = frozenset(
    {"type", "title", "status", "code", "detail", "instance", "request_id", "errors"}
)
WHOLE_INPUT = "non_field_errors"

_STATUS: Mapping[type[errors.DomainError], int] = {
    errors.InvalidInput: 400,
    errors.Unauthenticated: 401,
    errors.PaymentRequired: 402,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.StaleVersion: 412,
    errors.FileTooLarge: 413,
    errors.UnsupportedFile: 415,
    errors.Unprocessable: 422,
    errors.TooManyRequests: 429,
    errors.ServiceUnavailable: 503,
    errors.DomainError: 409,
}

# DRF's own errors have a sentence for the occurrence, but no name for the kind.
_TITLES: Mapping[int, errors.Text] = {
    400: errors.mark("The request is malformed"),
    401: errors.Unauthenticated.title,
    403: errors.Forbidden.title,
    404: errors.NotFound.title,
    405: errors.mark("This address does not take this method"),
    415: errors.mark("The body is not in a form that is read here"),
    429: errors.mark("Too many requests"),
}

log = structlog.stdlib.get_logger("onetop.problem")


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A refusal in words, before it knows which request it answers."""

    status: int
    code: str
    title: str
    detail: str
    errors: tuple[errors.FieldError, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)
    retry_after: int | None = None

    def body(self, *, path: str, repeat_fields: bool) -> dict[str, Any]:
        """Return the members, with the fields' messages repeated at the top level for v1 clients."""
        body: dict[str, Any] = {
            "type": TYPE.format(code=self.code),
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "instance": path,
            "request_id": bound_context().get("request_id"),
        }
        if self.errors:
            body["errors"] = [
                {"pointer": error.pointer, "code": error.code, "detail": worded(error.detail)}
                for error in self.errors
            ]
        body |= {name: value for name, value in self.context.items() if name not in MEMBERS}
        if repeat_fields:
            for error in self.errors:
                name = error.pointer.partition("/")[0] or WHOLE_INPUT
                if name not in MEMBERS and name not in self.context:
                    body.setdefault(name, []).append(worded(error.detail))
        return body

    @property
    def headers(self) -> dict[str, str]:
        """Headers that this status calls for (RFC 9110 §11.6.1 and §10.2.3)."""
        headers = {}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return headers


def status_of(error: type[errors.DomainError]) -> int:
    """Return the HTTP status of a domain error: that of its nearest ancestor in the table."""
    return next(_STATUS[ancestor] for ancestor in error.__mro__ if ancestor in _STATUS)


def describe(error: Exception) -> Problem | None:
    """Return the problem that an exception means, or None for a defect."""
    match error:
        case errors.DomainError():
            return _of_domain(error)
        case drf.ValidationError():
            return _of_domain(errors.InvalidInput(errors=tuple(_field_errors(error.detail))))
        case drf.APIException():
            return _of_drf(error)
        case Http404():
            return _of_domain(errors.NotFound())
        case PermissionDenied():
            return _of_domain(errors.Forbidden())
        case RequestDataTooBig():
            return _too_large()
        case SuspiciousOperation():
            return _malformed()
        case IntegrityError():
            return _of_constraint(error)
    return None


def status_for(error: Exception) -> int:
    """Return the HTTP status that an exception of a view is answered with."""
    problem = describe(error)
    return 500 if problem is None else problem.status


def handle(error: Exception, context: Mapping[str, Any]) -> Response:
    """Answer any exception of an API view (DRF's ``EXCEPTION_HANDLER``)."""
    request: Request = context["request"]
    problem = describe(error)
    if problem is None:
        log.error("unhandled", exc_info=error)
        got_request_exception.send(sender=None, request=request)
        problem = _defect()
    metrics.count("problem", problem.code)
    return Response(
        problem.body(path=request.path, repeat_fields=getattr(request, "version", None) != "v2"),
        status=problem.status,
        headers=problem.headers,
        content_type=CONTENT_TYPE,
    )


def handler400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django refused before a view ran (``handler400``)."""
    if not is_api(request):
        return defaults.bad_request(request, exception)
    return _answer(request, describe(exception) or _malformed())


def handler403(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what Django does not allow (``handler403``)."""
    if not is_api(request):
        return defaults.permission_denied(request, exception)
    return refused(request, errors.Forbidden())


def handler404(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that is not routed (``handler404``)."""
    if not is_api(request):
        return defaults.page_not_found(request, exception)
    meant = f"{request.path_info}/"
    if not request.path_info.endswith("/") and is_valid_path(meant):
        said = _("Addresses end in a slash: %(path)s") % {"path": meant}
        return refused(request, errors.NotFound(said))
    return refused(request, errors.NotFound())


def handler500(request: HttpRequest) -> HttpResponse:
    """Answer a defect outside the views; Django has logged it (``handler500``)."""
    if not is_api(request):
        return defaults.server_error(request)
    return _answer(request, _defect())


def is_api(request: HttpRequest) -> bool:
    """Tell whether a request asks the API, which answers JSON only."""
    return request.path.startswith("/api/")


def refused(request: HttpRequest, error: errors.DomainError) -> HttpResponse:
    """Answer a refusal that no view of ours made."""
    return _answer(request, _of_domain(error))


def _answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    metrics.count("problem", problem.code)
    return HttpResponse(
        json.dumps(problem.body(path=request.path, repeat_fields=False)),
        status=problem.status,
        headers=problem.headers,
        content_type=CONTENT_TYPE,
    )


def _of_domain(error: errors.DomainError) -> Problem:
    fields = error.errors if isinstance(error, errors.InvalidInput) else ()
    only_field = fields[0] if len(fields) == 1 else None
    says_more = error.detail is not error.title
    return Problem(
        status=status_of(type(error)),
        code=error.code,
        title=worded(error.title),
        detail=worded(only_field.detail if only_field and not says_more else error.detail),
        errors=fields,
        context=error.context,
        retry_after=getattr(error, "retry_after", None),
    )


def _of_constraint(error: IntegrityError) -> Problem | None:
    """Return what a violated constraint means, by the name that PostgreSQL reports."""
    meaning = errors.constraint_error(errors.constraint_of(error))
    return None if meaning is None else _of_domain(meaning)


def _of_drf(error: drf.APIException) -> Problem:
    """Return DRF's own refusals. DRF turns a 401 into 403 where a view knows no scheme; ours is Bearer."""
    if isinstance(error, drf.NotAuthenticated | drf.AuthenticationFailed):
        error.status_code = 401
    codes = error.get_codes()
    return Problem(
        status=error.status_code,
        code=codes if isinstance(codes, str) else error.default_code,
        title=worded(_TITLES.get(error.status_code, _TITLES[400])),
        detail=str(error.detail),
        retry_after=getattr(error, "wait", None),
    )


def _field_errors(detail: Any, pointer: str = "") -> Iterator[errors.FieldError]:
    """Flatten DRF's nested messages into pointers."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            whole = name == api_settings.NON_FIELD_ERRORS_KEY
            yield from _field_errors(inner, pointer if whole else _join(pointer, str(name)))
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list | tuple)
            yield from _field_errors(inner, _join(pointer, str(index)) if nested else pointer)
    else:
        yield errors.FieldError(
            pointer, getattr(detail, "code", "invalid") or "invalid", str(detail)
        )


def _join(pointer: str, name: str) -> str:
    return f"{pointer}/{name}" if pointer else name


def _too_large() -> Problem:
    title = _("The request is too large")
    return Problem(status=413, code="request_too_large", title=title, detail=title)


def _malformed() -> Problem:
    title = _("The request is malformed")
    return Problem(status=400, code="malformed_request", title=title, detail=title)


def _defect() -> Problem:
    return Problem(
        status=500,
        code="internal_error",
        title=_("Something went wrong on our side"),
        detail=_("It was not your input. Please try again later; the request id helps us find it."),
    )
