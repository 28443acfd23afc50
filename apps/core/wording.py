"""Messages in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext


def worded(message: object) -> str:
    """Return a message of an error, or any label, in the active language.

    Errors below the interfaces carry English texts of the catalogue; lazy translations translate themselves.
    """
    return gettext(message) if type(message) is str and message else str(message)
