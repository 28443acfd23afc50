"""Structured logs: what is bound here (request id, actor id) stands on every line until it is cleared."""

from __future__ import annotations

from apps.core.logs.config import configure, dict_config
from apps.core.logs.context import bind, bound_context, clear
from apps.core.logs.middleware import RequestLogMiddleware
from apps.core.logs.reports import report, report_with

__all__ = [
    "RequestLogMiddleware",
    "bind",
    "bound_context",
    "clear",
    "configure",
    "dict_config",
    "report",
    "report_with",
]
