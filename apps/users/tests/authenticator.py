"""An authenticator app: the codes that a telephone would show, computed from RFC 6238 and not from our code."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_totp(user: Any) -> str:
    """Give an account an authenticator app, and return the secret that it shares with it."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": SECRET})
    return SECRET


def code_of(secret: str, at: datetime, *, steps: int = 0) -> str:
    """Return the code that the app shows at a moment, or so many steps of 30 s later."""
    counter = int(at.timestamp()) // 30 + steps
    digest = hmac.new(base64.b32decode(secret), counter.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
