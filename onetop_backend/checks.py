"""What a serving process refuses to start with, so that a forgotten variable is an error and not a hole."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 50


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
    return wrong
