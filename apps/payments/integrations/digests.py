"""Keyed digests as gateways send them: hexadecimal, in either case."""

from __future__ import annotations

import hmac
import re
from typing import Any, Literal

_LENGTHS = {"sha256": 64, "sha512": 128}


class BadSignature(Exception):
    """What came is not signed with our secret, or says something else than what was signed."""


def digest(message: str, *, secret: str, algorithm: Literal["sha256", "sha512"]) -> str:
    """Return the HMAC of a message in lower-case hexadecimal."""
    return hmac.new(secret.encode(), message.encode(), algorithm).hexdigest()


def is_digest(
    given: str, message: str, *, secret: str, algorithm: Literal["sha256", "sha512"]
) -> bool:
    """Tell whether a digest is the message's, in a time that does not depend on how alike they are."""
    if not re.fullmatch(rf"[0-9A-Fa-f]{{{_LENGTHS[algorithm]}}}", given):
        return False
    return hmac.compare_digest(given.lower(), digest(message, secret=secret, algorithm=algorithm))


def as_signed(value: Any) -> str:
    """Return a value of a JSON message as it is signed; one that is absent is empty.

    :raises BadSignature: it is neither text nor a whole number
    """
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadSignature("a value is neither text nor a whole number")
    return str(value)
