"""What a serving process refuses to start with, so that a forgotten variable is an error and not a hole."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 50
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def refuse_unsafe_start() -> None:
    """Check the settings that must never reach a server's door as they are by default.

    :raises ImproperlyConfigured: names every variable that is wrong, and what to write
    """
    wrong = list(_unsafe_settings())
    if wrong:
        raise ImproperlyConfigured("; ".join(wrong))


def _unsafe_settings() -> list[str]:
    if settings.LOCAL_STACK or settings.TESTING:
        return []
    wrong = []
    if len(settings.CONFIGURED_SECRET_KEY) < SHORTEST_SECRET:
        wrong.append(f"SECRET_KEY needs at least {SHORTEST_SECRET} random characters")
    if settings.DEBUG:
        wrong.append("DEBUG must be off")
    if "*" in settings.ALLOWED_HOSTS:
        wrong.append("ALLOWED_HOSTS must name the hosts that are served, not *")
    for name in ("CORS_ALLOWED_ORIGINS", "CSRF_TRUSTED_ORIGINS"):
        plain = [origin for origin in getattr(settings, name) if not _is_safe(origin)]
        if plain:
            wrong.append(f"{name} must be https origins, not {', '.join(plain)}")
    if not _is_safe(settings.FRONTEND_URL):
        wrong.append(f"FRONTEND_URL must be an https address, not {settings.FRONTEND_URL}")
    if not settings.EMAIL_HOST:
        wrong.append("EMAIL_HOST must name a mail server")
    return wrong


def _is_safe(address: str) -> bool:
    """Tell whether an address is one that only its owner can answer for."""
    parts = urlsplit(address)
    return parts.scheme == "https" and bool(parts.hostname) and parts.hostname not in _LOOPBACK
