"""Every variable that operators may set: name, kind, default and meaning, declared once.

The README's table, ``.env.example`` and the settings are made from these declarations. A secret may be given as a
file: ``X_FILE`` names it. What the environment leaves open is taken from the file ``.env`` at the top of the project.
An unknown ``ONETOP_…`` variable is an error, because it is a typing mistake.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

BASE_DIR = Path(__file__).resolve().parents[2]


class ImproperVariable(Exception):
    """A variable has a value that cannot be used; the message says which and why."""


def _text(value: str) -> str:
    return value


def _flag(value: str) -> bool:
    words = {
        "1": True,
        "true": True,
        "on": True,
        "yes": True,
        "0": False,
        "false": False,
        "off": False,
        "no": False,
    }
    try:
        return words[value.strip().lower()]
    except KeyError:
        raise ValueError("write on or off") from None


def _words(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


def _seconds(value: str) -> timedelta:
    return timedelta(seconds=int(value))


def _size(value: str) -> int:
    match = re.fullmatch(r"(\d+)\s*(KiB|MiB)?", value.strip())
    if match is None:
        raise ValueError("write a number of bytes, or 5 MiB")
    return int(match[1]) * {None: 1, "KiB": 1024, "MiB": 1024**2}[match[2]]


def _share(value: str) -> float:
    share = float(value)
    if not 0 <= share <= 1:
        raise ValueError("write a number from 0 to 1")
    return share


_UNITS = {"second": 1, "minute": 60, "min": 60, "hour": 3600, "day": 86400}


def _rate(value: str) -> tuple[int, int] | None:
    """Return how many and in how many seconds; None for no limit."""
    if value.strip() == "unlimited":
        return None
    match = re.fullmatch(r"(\d+)/(\d*)(second|minute|min|hour|day)s?", value.strip())
    if match is None:
        raise ValueError("write 5/minute, 5/5min or unlimited (second, minute, hour, day)")
    quota, window = int(match[1]), int(match[2] or 1) * _UNITS[match[3]]
    if not 1 <= quota <= window * 1_000_000:
        raise ValueError("write at least 1, and at most a million a second")
    return quota, window


@dataclass(frozen=True)
class Variable:
    """One variable; ``default`` is written as an operator would write it."""

    name: str
    default: str
    meaning: str
    parse: Callable[[str], Any] = _text
    secret: bool = False


_LOCAL_ORIGINS = "http://localhost:3000,http://localhost:5173,http://127.0.0.1:3000"

VARIABLES: tuple[Variable, ...] = (
    Variable("SECRET_KEY", "", "signs sessions and links; at least 50 random characters", secret=True),
    Variable("DEBUG", "off", "error pages with details; never in production", _flag),
    Variable("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]", "host names that are served", _words),
    Variable("ONETOP_PORT", "8000", "port of the local stack", int),
    Variable("ONETOP_STATE", ".state", "folder for everything that the local stack writes"),
    Variable("ONETOP_ENV_FILE", ".env", "file with variables that the environment does not set; none: no file"),
    Variable("ONETOP_LOCAL", "off", "set by `./run`: allows the demo world and generated secrets", _flag),
    Variable("ONETOP_TESTING", "off", "set by the tests: cheap password hashes", _flag),
    Variable("DATABASE_URL", "", "PostgreSQL 15 or newer; `./run` brings its own", secret=True),
    Variable("DATABASE_POOL_SIZE", "0", "connections that the threads of a process share; 0: each keeps its own", int),
    Variable("REDIS_URL", "", "Redis or Valkey: database 0 broker, 1 cache, 2 sockets", secret=True),
    Variable("REDIS_CACHE_URL", "", "another server for the cache", secret=True),
    Variable("CELERY_BROKER_URL", "", "another server for the broker", secret=True),
    Variable("CHANNELS_REDIS_URL", "", "another server for the sockets", secret=True),
    Variable("CSRF_TRUSTED_ORIGINS", _LOCAL_ORIGINS, "origins whose pages may send forms and open sockets", _words),
    Variable("CORS_ALLOWED_ORIGINS", _LOCAL_ORIGINS, "origins whose pages may call the API", _words),
    Variable("FRONTEND_URL", "http://localhost:3000", "where links in mails lead"),
    Variable("TRUSTED_PROXY_COUNT", "0", "proxies in front that append to X-Forwarded-For", int),
    Variable("SECURE_SSL_REDIRECT", "on", "send plain http to https; never in the local stack", _flag),
    Variable("JWT_ACCESS_LIFETIME", "3600", "seconds", _seconds),
    Variable("JWT_REFRESH_LIFETIME", "86400", "seconds", _seconds),
    Variable("JWT_SIGNING_KEY", "", "signs tokens; derived from SECRET_KEY when empty", secret=True),
    Variable("SOCIAL_GOOGLE_CLIENT_ID", "", "sign-in with Google; empty switches it off"),
    Variable("SOCIAL_GOOGLE_SECRET", "", "", secret=True),
    Variable("SOCIAL_OIDC_CLIENT_ID", "", "sign-in with another OpenID Connect provider; empty switches it off"),
    Variable("SOCIAL_OIDC_SECRET", "", "", secret=True),
    Variable("SOCIAL_OIDC_NAME", "OpenID Connect", "what people read on its button"),
    Variable("SOCIAL_OIDC_URL", "", "its issuer, below which `.well-known/openid-configuration` stands"),
    Variable("LANGUAGE_CODE", "vi", "language where a reader asks for none: vi or en"),
    Variable("TIME_ZONE", "Asia/Ho_Chi_Minh", "zone of dates that people see"),
    Variable("EMAIL_HOST", "", "mail server; empty writes files under the state folder"),
    Variable("EMAIL_PORT", "587", "", int),
    Variable("EMAIL_USE_TLS", "on", "", _flag),
    Variable("EMAIL_HOST_USER", "", ""),
    Variable("EMAIL_HOST_PASSWORD", "", "", secret=True),
    Variable("DEFAULT_FROM_EMAIL", "OneTop <noreply@onetop.vn>", "sender of every mail"),
    Variable("LOG_LEVEL", "INFO", "least level that is logged"),
    Variable("USE_OPTIMISTIC_LOCKING", "on", "edits compare versions; off: they take row locks", _flag),
    Variable("OPTIMISTIC_LOCK_MAX_RETRIES", "3", "tries again after a lost race, the last with a row lock", int),
    Variable("LOG_DIR", "", "folder for `django.log` and `audit.log`, besides the standard error stream"),
    Variable("SENTRY_DSN", "", "where defects are reported; empty reports none", secret=True),
    Variable("SENTRY_ENVIRONMENT", "", "name of this installation there"),
    Variable("SENTRY_RELEASE", "", "version that is named there"),
    Variable("SENTRY_TRACES_SAMPLE_RATE", "0.1", "share of requests whose times are reported", _share),
    Variable("SENTRY_PROFILES_SAMPLE_RATE", "0.1", "share of those that are profiled", _share),
    Variable("METRICS_TOKEN", "", "opens `/metrics`; empty closes it, except on the local stack", secret=True),
    Variable("JOB_POSTING_CREDIT_COST", "1", "credits that publishing costs; 0 makes it free", int),
    Variable("MAX_CV_FILE_SIZE", "5 MiB", "largest CV", _size),
    Variable("LOGIN_RATE", "5/5min", "wrong passwords and codes for one account, on every way in", _rate),
    Variable("LOGIN_ADDRESS_RATE", "60/minute", "the same from one address, which a rendering server is too", _rate),
    Variable("REGISTER_RATE", "20/minute", "registrations from one address", _rate),
    Variable("PASSWORD_CHANGE_RATE", "5/hour", "attempts of one user to change their password", _rate),
    Variable("PASSWORD_RESET_RATE", "5/hour", "mails with a link for a new password to one account", _rate),
    Variable("PASSWORD_RESET_ADDRESS_RATE", "20/minute", "asking for and trying such links from one address", _rate),
    Variable("EMAIL_VERIFICATION_RATE", "5/hour", "mails with a link to verify one user's address", _rate),
    Variable("USER_CREATE_RATE", "10/hour", "accounts that one member of the staff opens for others", _rate),
    Variable("APPLICATION_SUBMISSION_RATE", "20/day", "applications of one user", _rate),
    Variable("APPLICATION_EXPORT_RATE", "20/hour", "exports of applications that one user asks for", _rate),
    Variable("METRICS_READ_RATE", "60/hour", "readings of the metrics by one user", _rate),
    Variable("METRICS_RESET_RATE", "10/hour", "resets of the metrics by one user", _rate),
    Variable("PDF_GENERATION_RATE", "5/hour", "PDFs that one user has made", _rate),
    Variable("MESSAGE_SEND_RATE", "100/hour", "messages of one user", _rate),
    Variable("SCRAPE_TRIGGER_RATE", "10/minute", "runs of scrapers that one user starts", _rate),
    Variable("ROSTER_IMPORT_RATE", "10/hour", "rosters that one user imports", _rate),
    Variable("ASSESSMENT_UPLOAD_RATE", "20/hour", "uploads of papers by one user", _rate),
    Variable("WEBSOCKET_TICKET_EXPIRY", "10", "seconds in which a socket ticket must be used", _seconds),
)  # fmt: skip


RATES: tuple[str, ...] = tuple(variable.name for variable in VARIABLES if variable.parse is _rate)
"""The variables that say how often something may be done."""


def read(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return every variable's value by name, from the environment or its default.

    :raises ImproperVariable: a value cannot be parsed, its file cannot be read, or an ``ONETOP_`` name is unknown
    """
    known = {variable.name for variable in VARIABLES}
    switches = re.compile(r"ONETOP_REQUIRE_[A-Z]+")
    for name in environ:
        if name.startswith("ONETOP_") and name not in known and not switches.fullmatch(name):
            raise ImproperVariable(f"{name} is not a variable of OneTop; is it misspelt?")
    return {variable.name: _value(variable, environ) for variable in VARIABLES}


def _value(variable: Variable, environ: Mapping[str, str]) -> Any:
    text = environ.get(variable.name, "")
    file = environ.get(f"{variable.name}_FILE", "") if variable.secret else ""
    if file:
        try:
            text = Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperVariable(f"{variable.name}_FILE: {error}") from error
    try:
        return variable.parse(text or variable.default)
    except ValueError as error:
        raise ImproperVariable(f"{variable.name}={text!r}: {error}") from error


def complete(environ: MutableMapping[str, str]) -> None:
    """Add to an environment what it does not set and the file of variables does; without a file, nothing.

    :raises ImproperVariable: a file that was named is not there
    """
    name = environ.get("ONETOP_ENV_FILE", "")
    if name == "none":
        return
    path = BASE_DIR / (name or ".env")
    if name and not path.is_file():
        raise ImproperVariable(f"ONETOP_ENV_FILE: there is no file {path}")
    for variable, value in dotenv_values(path, interpolate=False).items():
        # A secret is given in one place: the environment's file of it is not beaten by a value from here.
        named = environ.get(variable) or environ.get(f"{variable}_FILE")
        if value and not named:
            environ[variable] = value


def current() -> dict[str, Any]:
    """Return the values of this process.

    :raises ImproperVariable: as ``complete`` and ``read``
    """
    environ = dict(os.environ)
    complete(environ)
    return read(environ)
