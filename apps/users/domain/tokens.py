"""The texts of tokens, computed from a row and never stored.

An access token is a JWT (RFC 7519) signed with HS256. A refresh token is the id of its row with an HMAC,
48 bytes in 64 characters of base64url, so that garbage is refused without a query.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import jwt

from apps.users.errors import InvalidToken

_ALGORITHM = "HS256"
# Keeps the two uses of one key apart: no JWT can begin with this text.
_REFRESH_PURPOSE = b"onetop:refresh-token:1:"
_REFRESH_LENGTH = 64
_ID_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class AccessClaims:
    """What an access token says; times in whole seconds since 1970, as RFC 7519 counts."""

    user_id: UUID
    session_id: UUID
    issued_at: int
    expires_at: int


def sign_access(claims: AccessClaims, *, key: str) -> str:
    """Return the access token of these claims; the same claims give the same text."""
    payload = {
        "sub": str(claims.user_id),
        "sid": str(claims.session_id),
        "iat": claims.issued_at,
        "exp": claims.expires_at,
    }
    return jwt.encode(payload, key, algorithm=_ALGORITHM)


def read_access(token: str, *, key: str, now: datetime) -> AccessClaims:
    """Return the claims of an access token that we signed and that has not expired.

    ``iat`` is not compared with the clock: a host a second ahead would lock its own users out.

    :raises InvalidToken: it is forged, malformed or expired
    """
    if not token.isascii():
        raise InvalidToken
    try:
        payload = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            # The expiry is checked below, against the caller's clock.
            options={"verify_exp": False, "verify_iat": False},
        )
        claims = _claims_of(payload)
    except (jwt.InvalidTokenError, ValueError) as error:
        raise InvalidToken from error
    if claims.expires_at <= now.timestamp():
        raise InvalidToken
    return claims


def sign_refresh(row_id: UUID, *, key: str) -> str:
    """Return the refresh token that stands for a row."""
    return base64.urlsafe_b64encode(row_id.bytes + _refresh_mac(row_id.bytes, key)).decode("ascii")


def read_refresh(token: str, *, key: str) -> UUID:
    """Return the id of the row that a refresh token stands for.

    :raises InvalidToken: we never signed it
    """
    if len(token) != _REFRESH_LENGTH:
        raise InvalidToken
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except ValueError as error:
        raise InvalidToken from error
    row_id, mac = raw[:_ID_BYTES], raw[_ID_BYTES:]
    if not hmac.compare_digest(mac, _refresh_mac(row_id, key)):
        raise InvalidToken
    return UUID(bytes=row_id)


def _claims_of(payload: dict[str, Any]) -> AccessClaims:
    match payload:
        case {"sub": str(user), "sid": str(session), "iat": int(issued), "exp": int(expires)}:
            return AccessClaims(
                user_id=UUID(user),
                session_id=UUID(session),
                issued_at=issued,
                expires_at=expires,
            )
    raise InvalidToken


def _refresh_mac(row_id: bytes, key: str) -> bytes:
    return hmac.new(key.encode(), _REFRESH_PURPOSE + row_id, hashlib.sha256).digest()
