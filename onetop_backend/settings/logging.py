"""Logs: JSON lines on the standard error stream, our own and the libraries' alike."""

from __future__ import annotations

from apps.core.logs.config import configure, dict_config
from onetop_backend.settings.env import current

_env = current()

configure()
LOGGING = dict_config(
    level=_env["LOG_LEVEL"],
    # Messages of exceptions quote data, so they are shown only where the data is the developer's own.
    exception_messages=_env["ONETOP_LOCAL"] or _env["ONETOP_TESTING"],
)
