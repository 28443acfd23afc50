"""Logs: JSON lines on the standard error stream and in files, our own and the libraries' alike; defects to Sentry."""

from __future__ import annotations

from apps.core.logs.config import configure, dict_config
from onetop_backend.variables import current

_env = current()

configure()
LOGGING = dict_config(
    level=_env["LOG_LEVEL"],
    # Messages of exceptions quote data, so they are shown only where the data is the developer's own.
    exception_messages=_env["ONETOP_LOCAL"] or _env["ONETOP_TESTING"],
    folder=_env["LOG_DIR"],
)

SENTRY = {
    "dsn": _env["SENTRY_DSN"],
    "environment": _env["SENTRY_ENVIRONMENT"],
    "release": _env["SENTRY_RELEASE"],
    "traces": _env["SENTRY_TRACES_SAMPLE_RATE"],
    "profiles": _env["SENTRY_PROFILES_SAMPLE_RATE"],
}
