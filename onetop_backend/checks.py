"""What a process of production refuses to start with, so that a forgotten variable is an error and not a hole.

Web, sockets, workers, beat and ``manage.py migrate`` ask here first; ``manage.py check --deploy`` says the same without
starting anything. The local stack and the tests are asked nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from onetop_backend.variables import current

SHORTEST_SECRET = 50
SHORTEST_TOKEN = 32
_FEWEST_CHARACTERS = 10
_MOST_PROXIES = 10
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})
_SCHEMES = ("redis", "rediss", "unix", "redis+socket")
_GENERATE = "`manage.py generate_secrets` makes one"

PUBLISHED = (
    "change-me", "change_me", "changeme", "default-secret", "django-insecure", "example", "onetop-demo", "replace-me",
    "secret-key", "secret_key",
)  # fmt: skip
"""What secrets contain that were copied from a page."""
_PUBLISHED_DIGESTS = frozenset({
    "133c1d8be5ccaf8769c053e82adcc3466d37186b8940c529074e6015628f641e",  # VNPay's own sample
    "65e8b1fc826759153931af3879f06ccea558959f5ac912c295cce618d6cac12f",  # docs/gateway-vectors.json
})  # fmt: skip
"""SHA-256 of secrets of gateways that were published: they are not spread from here."""
_COMMON_PASSWORDS = frozenset({"admin", "onetop", "password", "postgres", "redis", "secret"})


def refuse_unsafe_start() -> None:
    """Check the variables that must never reach a server's door as they are by default.

    :raises ImproperlyConfigured: names every variable that is wrong, and what to write
    """
    wrong = unsafe(current())
    if wrong:
        raise ImproperlyConfigured("; ".join(wrong))


def unsafe(values: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the values of the variables, one sentence each that says what to write."""
    if values["ONETOP_LOCAL"] or values["ONETOP_TESTING"]:
        return []
    return [
        *_secrets(values),
        *_stores(values),
        *_addresses(values),
        *_groups(values),
        *_payments(values),
    ]


@checks.register(checks.Tags.security, deploy=True)
def unsafe_variables(**_: Any) -> list[checks.CheckMessage]:
    """Tell ``manage.py check --deploy`` what a process would refuse to start with."""
    return [checks.Error(reason, id="onetop.E001") for reason in unsafe(current())]


def _secrets(values: Mapping[str, Any]) -> Iterator[str]:
    for name, shortest, needed in (
        ("SECRET_KEY", SHORTEST_SECRET, True),
        ("JWT_SIGNING_KEY", SHORTEST_SECRET, False),
        ("METRICS_TOKEN", SHORTEST_TOKEN, False),
    ):
        value = values[name]
        if not value and not needed:
            continue
        if len(value) < shortest or len(set(value)) < _FEWEST_CHARACTERS:
            yield f"{name} needs at least {shortest} random characters; {_GENERATE}"
        elif _is_published(value):
            yield f"{name} is a value that was published; {_GENERATE}"


def _stores(values: Mapping[str, Any]) -> Iterator[str]:
    split = ("REDIS_CACHE_URL", "CELERY_BROKER_URL", "CHANNELS_REDIS_URL")
    if not values["DATABASE_URL"]:
        yield "DATABASE_URL must name a PostgreSQL, as postgresql://user:password@host/database"
    if not values["REDIS_URL"] and not all(values[name] for name in split):
        yield "REDIS_URL must name a Redis, as redis://:password@host"
    for name in ("REDIS_URL", *split):
        if values[name] and urlsplit(values[name]).scheme not in _SCHEMES:
            yield f"{name} must begin with redis://, rediss:// or unix://"
    for name in ("DATABASE_URL", "REDIS_URL", *split):
        password = unquote(urlsplit(values[name]).password or "")
        if password and (password.lower() in _COMMON_PASSWORDS or _is_published(password)):
            yield f"{name} has a password that was published; change it at the server and here"


def _addresses(values: Mapping[str, Any]) -> Iterator[str]:
    if values["DEBUG"]:
        yield "DEBUG must be off"
    if "*" in values["ALLOWED_HOSTS"]:
        yield "ALLOWED_HOSTS must name the hosts that are served, not *"
    elif set(values["ALLOWED_HOSTS"]) <= _LOOPBACK:
        yield "ALLOWED_HOSTS must name the hosts that are served, as api.onetop.vn"
    for name in ("CORS_ALLOWED_ORIGINS", "CSRF_TRUSTED_ORIGINS"):
        plain = [origin for origin in values[name] if not _is_safe(origin)]
        if plain:
            yield f"{name} must be https origins, not {', '.join(plain)}"
    if not _is_safe(values["FRONTEND_URL"]):
        yield f"FRONTEND_URL must be an https address, not {values['FRONTEND_URL']}"
    if values["TRUSTED_PROXY_COUNT"] > _MOST_PROXIES:
        yield (
            "TRUSTED_PROXY_COUNT must be the number of proxies of yours that a request passes, "
            f"not {values['TRUSTED_PROXY_COUNT']}: every further one is an address that a client may invent"
        )


def _groups(values: Mapping[str, Any]) -> Iterator[str]:
    if not values["EMAIL_HOST"]:
        yield "EMAIL_HOST must name a mail server"
    for names in (
        ("EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD"),
        ("SOCIAL_GOOGLE_CLIENT_ID", "SOCIAL_GOOGLE_SECRET"),
        ("SOCIAL_OIDC_CLIENT_ID", "SOCIAL_OIDC_SECRET", "SOCIAL_OIDC_URL"),
        ("VNPAY_TMN_CODE", "VNPAY_HASH_SECRET", "VNPAY_URL", "VNPAY_RETURN_URL"),
    ):
        missing = [name for name in names if not values[name]]
        if missing and len(missing) < len(names):
            there = [name for name in names if values[name]]
            yield f"{' and '.join(there)} without {' and '.join(missing)}: set all of them or none"
    if values["SOCIAL_OIDC_URL"] and not _is_safe(values["SOCIAL_OIDC_URL"]):
        yield f"SOCIAL_OIDC_URL must be an https address, not {values['SOCIAL_OIDC_URL']}"


def _payments(values: Mapping[str, Any]) -> Iterator[str]:
    secret = values["VNPAY_HASH_SECRET"]
    if secret and (
        _is_published(secret)
        or hashlib.sha256(secret.encode()).hexdigest() in _PUBLISHED_DIGESTS
        or len(set(secret)) < _FEWEST_CHARACTERS
    ):
        yield "VNPAY_HASH_SECRET is a value that was published or can be guessed; take your terminal's own"
    for name in ("VNPAY_URL", "VNPAY_RETURN_URL"):
        if values[name] and not _is_safe(values[name]):
            yield f"{name} must be an https address, not {values[name]}"


def _is_published(secret: str) -> bool:
    return any(known in secret.lower() for known in PUBLISHED)


def _is_safe(address: str) -> bool:
    """Tell whether an address is one that only its owner can answer for."""
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(parts.hostname) and parts.hostname not in _LOOPBACK
