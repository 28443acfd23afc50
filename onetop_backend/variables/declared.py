"""Every variable that operators may set: name, kind, default and meaning, declared once, by subject.

``manage.py settings_table --write`` makes ``.env.example`` and the README's table from these declarations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from onetop_backend.variables.kinds import (
    broker,
    count,
    dsn,
    flag,
    one_of,
    port,
    rate,
    seconds,
    share,
    size,
    text,
    words,
    zone,
)  # fmt: skip


@dataclass(frozen=True)
class Variable:
    """One variable; ``default`` and ``trial`` are written as an operator would write them."""

    name: str
    default: str
    meaning: str
    parse: Callable[[str], Any] = text
    secret: bool = False
    trial: str = ""
    """What ``.env.example`` sets, so that the containers start with a copy of it."""


@dataclass(frozen=True)
class Subject:
    """Variables that belong together."""

    title: str
    variables: tuple[Variable, ...]
    in_env_file: bool = True
    """Whether the file ``.env`` may set them."""


_LOCAL_ORIGINS = "http://localhost:3000,http://localhost:5173,http://127.0.0.1:3000"
_TRIAL_ADDRESS = "https://onetop.localhost"

SUBJECTS: tuple[Subject, ...] = (
    Subject("Addresses", (
        Variable("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]",
            "host names that are served", words,
            trial="onetop.localhost,localhost,127.0.0.1"),
        Variable("CSRF_TRUSTED_ORIGINS", _LOCAL_ORIGINS,
            "origins whose pages may send forms and open sockets", words, trial=_TRIAL_ADDRESS),
        Variable("CORS_ALLOWED_ORIGINS", _LOCAL_ORIGINS,
            "origins whose pages may call the API", words, trial=_TRIAL_ADDRESS),
        Variable("FRONTEND_URL", "http://localhost:3000", "where links in mails lead", trial=_TRIAL_ADDRESS),
        Variable("TRUSTED_PROXY_COUNT", "0", "proxies in front that append to X-Forwarded-For", count, trial="1"),
        Variable("SECURE_SSL_REDIRECT", "on", "send plain http to https; never in the local stack", flag),
    )),
    Subject("Secrets and signing in", (
        Variable("SECRET_KEY", "", "signs sessions and links; at least 50 random characters", secret=True),
        Variable("JWT_SIGNING_KEY", "", "signs tokens; derived from SECRET_KEY when empty", secret=True),
        Variable("JWT_ACCESS_LIFETIME", "3600", "seconds for which an access token is good", seconds),
        Variable("JWT_REFRESH_LIFETIME", "86400", "seconds for which a refresh token is good", seconds),
        Variable("SOCIAL_GOOGLE_CLIENT_ID", "", "sign-in with Google; empty switches it off"),
        Variable("SOCIAL_GOOGLE_SECRET", "", "what Google gives with it", secret=True),
        Variable("SOCIAL_OIDC_CLIENT_ID", "", "sign-in with another OpenID Connect provider; empty switches it off"),
        Variable("SOCIAL_OIDC_SECRET", "", "what that provider gives with it", secret=True),
        Variable("SOCIAL_OIDC_NAME", "OpenID Connect", "what people read on its button"),
        Variable("SOCIAL_OIDC_URL", "", "its issuer, below which `.well-known/openid-configuration` stands"),
    )),
    Subject("Stores", (
        Variable("DATABASE_URL", "", "PostgreSQL 15 or newer; `./run` brings its own", secret=True),
        Variable("DATABASE_POOL_SIZE", "0",
            "connections that the threads of a process share; 0: each keeps its own", count),
        Variable("REDIS_URL", "",
            "Redis or Valkey: database 0 broker, 1 cache, 2 sockets; `./run` brings its own", secret=True),
        Variable("REDIS_CACHE_URL", "", "another server for the cache", secret=True),
        Variable("CELERY_BROKER_URL", "", "another server for the broker", broker, secret=True),
        Variable("CHANNELS_REDIS_URL", "", "another server for the sockets", secret=True),
    )),
    Subject("Payments", (
        Variable("VNPAY_TMN_CODE", "", "your terminal at VNPay; all four empty switch VNPay off"),
        Variable("VNPAY_HASH_SECRET", "", "what VNPay gives with it", secret=True),
        Variable("VNPAY_URL", "", "where customers pay, as https://pay.vnpay.vn/vpcpay.html"),
        Variable("VNPAY_RETURN_URL", "",
            "where they come back to: `/api/v1/payments/vnpay_return/` at your address"),
    )),
    Subject("Mail", (
        Variable("EMAIL_HOST", "",
            "mail server; empty writes files under the state folder",
            trial="mail.example"),
        Variable("EMAIL_PORT", "587", "its port", port),
        Variable("EMAIL_USE_TLS", "on", "STARTTLS", flag),
        Variable("EMAIL_HOST_USER", "", "account at the mail server; empty signs in nowhere"),
        Variable("EMAIL_HOST_PASSWORD", "", "its password", secret=True),
        Variable("DEFAULT_FROM_EMAIL", "OneTop <noreply@onetop.vn>", "sender of every mail"),
    )),
    Subject("Language, time and rules", (
        Variable("LANGUAGE_CODE", "vi", "language where a reader asks for none: vi or en", one_of("vi", "en")),
        Variable("TIME_ZONE", "Asia/Ho_Chi_Minh", "zone of dates that people see", zone),
        Variable("JOB_POSTING_CREDIT_COST", "1", "credits that publishing costs; 0 makes it free", count),
        Variable("MAX_CV_FILE_SIZE", "5 MiB", "largest CV", size),
        Variable("USE_OPTIMISTIC_LOCKING", "on", "edits compare versions; off: they take row locks", flag),
        Variable("OPTIMISTIC_LOCK_MAX_RETRIES", "3", "tries again after a lost race, the last with a row lock", count),
        Variable("WEBSOCKET_TICKET_EXPIRY", "10", "seconds in which a socket ticket must be used", seconds),
    )),
    Subject("What is seen from outside", (
        Variable("DEBUG", "off", "error pages with details; never in production", flag),
        Variable("LOG_LEVEL", "INFO",
            "least level that is logged", one_of("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")),
        Variable("LOG_DIR", "", "folder for `django.log` and `audit.log`, besides the standard error stream"),
        Variable("METRICS_TOKEN", "",
            "opens `/metrics`; at least 32 random characters; empty closes it, except on the local stack", secret=True),
        Variable("SENTRY_DSN", "", "where defects are reported; empty reports none", dsn, secret=True),
        Variable("SENTRY_ENVIRONMENT", "", "name of this installation there"),
        Variable("SENTRY_RELEASE", "", "version that is named there"),
        Variable("SENTRY_TRACES_SAMPLE_RATE", "0.1", "share of requests whose times are reported", share),
        Variable("SENTRY_PROFILES_SAMPLE_RATE", "0.1", "share of those that are profiled", share),
    )),
    Subject("Rates: 20/day, 5/5min or unlimited", (
        Variable("LOGIN_RATE", "5/5min", "wrong passwords and codes for one account, on every way in", rate),
        Variable("LOGIN_ADDRESS_RATE", "60/minute", "the same from one address, which a rendering server is too", rate),
        Variable("REGISTER_RATE", "20/minute", "registrations from one address", rate),
        Variable("PASSWORD_CHANGE_RATE", "5/hour", "attempts of one user to change their password", rate),
        Variable("PASSWORD_RESET_RATE", "5/hour", "mails with a link for a new password to one account", rate),
        Variable("PASSWORD_RESET_ADDRESS_RATE", "20/minute", "asking for and trying such links from one address", rate),
        Variable("EMAIL_VERIFICATION_RATE", "5/hour", "mails with a link to verify one user's address", rate),
        Variable("USER_CREATE_RATE", "10/hour", "accounts that one member of the staff opens for others", rate),
        Variable("APPLICATION_SUBMISSION_RATE", "20/day", "applications of one user", rate),
        Variable("APPLICATION_EXPORT_RATE", "20/hour", "exports of applications that one user asks for", rate),
        Variable("PAYMENT_CREATE_RATE", "30/hour", "payments that one user begins", rate),
        Variable("METRICS_READ_RATE", "60/hour", "readings of the metrics by one user", rate),
        Variable("METRICS_RESET_RATE", "10/hour", "resets of the metrics by one user", rate),
    )),
    Subject("The local stack", (
        Variable("ONETOP_PORT", "8000", "its port; the next free one when it is busy", port),
        Variable("ONETOP_STATE", ".state", "folder for everything that it writes; elsewhere: for uploaded files"),
    )),
    Subject("Containers", (
        Variable("HTTP_PORT", "80", "where `docker compose` sends plain http on to https", port),
        Variable("HTTPS_PORT", "443", "where `docker compose` serves; any other belongs to the origins above", port),
    )),
    Subject("Set by commands, never in `.env`", (
        Variable("ONETOP_ENV_FILE", ".env", "file with variables that the environment does not set; none: no file"),
        Variable("ONETOP_LOCAL", "off", "set by `./run`: allows the demo world and generated secrets", flag),
        Variable("ONETOP_TESTING", "off", "set by the tests: cheap password hashes", flag),
    ), in_env_file=False),
)  # fmt: skip

VARIABLES: tuple[Variable, ...] = tuple(
    variable for subject in SUBJECTS for variable in subject.variables
)
RATES: tuple[str, ...] = tuple(variable.name for variable in VARIABLES if variable.parse is rate)
"""The variables that say how often something may be done."""
