"""Defects go to Sentry, and nothing that people wrote goes with them.

What leaves is listed here, so that a new field of the SDK stays at home until somebody adds it: kinds of exceptions and
where they were raised, never their messages or variables; the route, never the address; no body, header or account.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from rest_framework.exceptions import APIException

from apps.core import logs
from apps.core.errors import DomainError

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

REFUSALS = (DomainError, APIException, Http404, PermissionDenied, SuspiciousOperation)
"""What a caller is told and can act on; whatever else reaches a handler needs a change of the code."""

_KEPT = frozenset({
    "event_id", "timestamp", "start_timestamp", "type", "level", "platform", "release", "environment", "server_name",
    "sdk", "transaction", "transaction_info", "profile", "measurements",
})  # fmt: skip
_OF_TRACE = ("trace_id", "span_id", "parent_span_id", "op", "status", "origin")
_OF_SPAN = (*_OF_TRACE, "start_timestamp", "timestamp")
_OF_FRAME = (
    "filename", "abs_path", "function", "module", "lineno", "in_app", "context_line", "pre_context", "post_context",
)  # fmt: skip


def start_reporting(
    *, dsn: str, environment: str, release: str, traces: float, profiles: float
) -> None:
    """Report defects from now on; called by processes that have a DSN, so that the others do not load the SDK."""
    import sentry_sdk  # noqa: PLC0415 - takes a tenth of a second
    from sentry_sdk.integrations.celery import CeleryIntegration  # noqa: PLC0415
    from sentry_sdk.integrations.django import DjangoIntegration  # noqa: PLC0415
    from sentry_sdk.integrations.logging import LoggingIntegration  # noqa: PLC0415

    sentry_sdk.init(
        dsn=dsn,
        environment=environment or None,
        release=release or None,
        traces_sample_rate=traces,
        profiles_sample_rate=profiles,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        # Outgoing requests and messages carry our own request id; strangers need none of Sentry's headers.
        trace_propagation_targets=[],
        auto_enabling_integrations=False,
        integrations=[
            DjangoIntegration(signals_spans=False),
            CeleryIntegration(propagate_traces=False),
            # Lines of the log quote what they tell of, and every defect is reported where it is caught.
            LoggingIntegration(level=None, event_level=None),
        ],
        before_send=scrubbed,
        before_send_transaction=scrubbed,
    )
    logs.report_with(sentry_sdk.capture_exception)


def scrubbed(event: Event, hint: Hint) -> Event | None:
    """Return what may leave of an event; None for a refusal."""
    error = (hint.get("exc_info") or (None, None))[1]
    if isinstance(error, REFUSALS):
        return None
    given: Mapping[str, Any] = event
    kept: dict[str, Any] = {name: given[name] for name in _KEPT & given.keys()}
    # Without a route the SDK names the transaction by the path.
    if given.get("transaction_info", {}).get("source") == "url":
        kept["transaction"] = "(none)"
    if method := given.get("request", {}).get("method"):
        kept["request"] = {"method": method}
    kept["tags"] = {
        name: value for name, value in logs.bound_context().items() if name == "request_id"
    } | {"route": kept.get("transaction", "(none)")}
    contexts = given.get("contexts", {})
    kept["contexts"] = {
        **({"runtime": contexts["runtime"]} if "runtime" in contexts else {}),
        **({"trace": _only(_OF_TRACE, contexts["trace"])} if "trace" in contexts else {}),
    }
    if "exception" in given:
        kept["exception"] = {"values": [_raised(link) for link in given["exception"]["values"]]}
    if "spans" in given:
        kept["spans"] = [_only(_OF_SPAN, span) for span in given["spans"]]
    return kept  # type: ignore[return-value]


def _raised(link: Mapping[str, Any]) -> dict[str, Any]:
    """Return one exception of a chain without its message, which quotes data: PostgreSQL names the offending row."""
    frames = (link.get("stacktrace") or {}).get("frames", [])
    return {
        **_only(("type", "module"), link),
        "mechanism": _only(("type", "handled"), link.get("mechanism") or {}),
        "stacktrace": {"frames": [_only(_OF_FRAME, frame) for frame in frames]},
    }


def _only(names: tuple[str, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}
