"""How an address, a name and a telephone number are spelled."""

from __future__ import annotations

import re

from apps.core.text import nfc

LONGEST_EMAIL = 254
"""RFC 5321 §4.5.3.1.3, without the angle brackets."""
LONGEST_NAME = 255

_PHONE_SEPARATORS = re.compile(r"[\s.()\-]+")
_PHONE = re.compile(r"\+?[0-9]{8,15}")


def normalise_email(text: str) -> str:
    """Return the one spelling of an address: composed, trimmed and in lower case.

    Providers that tell case apart are a curiosity; two accounts of one person are a fault.
    """
    return nfc(text.strip().lower())


def normalise_name(text: str) -> str:
    """Return a name composed, trimmed and with single spaces."""
    return " ".join(nfc(text).split())


def normalise_phone(text: str) -> str:
    """Return a telephone number without the separators that people put in."""
    return _PHONE_SEPARATORS.sub("", text)


def is_phone(number: str) -> bool:
    """Tell whether a normalised text can be a telephone number: 8 to 15 digits (ITU-T E.164)."""
    return _PHONE.fullmatch(number) is not None
