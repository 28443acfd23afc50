"""Notices of incoming transfers, as aggregators of bank accounts send them: HMAC-SHA256 over time and body."""

from __future__ import annotations

from apps.payments.integrations.digests import BadSignature, is_digest


def verify(*, timestamp: str, body: str, secret: str, given: str) -> None:
    """Check the signature of a notice, ``sha256=…`` or the bare digest.

    :raises BadSignature: it is another notice's
    """
    message = f"{timestamp}.{body}" if timestamp else body
    if not is_digest(given.removeprefix("sha256="), message, secret=secret, algorithm="sha256"):
        raise BadSignature("the signature is not that of the notice")
