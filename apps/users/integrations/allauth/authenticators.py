"""The second factors of accounts, which allauth keeps."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.db import transaction

_CODES = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
_TOLERANCE = 1
"""Steps of 30 s that a telephone's clock may be off (RFC 6238 §5.2)."""


def kinds_of(user_id: UUID) -> list[str]:
    """Return the kinds of second factors of an account; recovery codes alone are none."""
    kinds = set(Authenticator.objects.filter(user_id=user_id).values_list("type", flat=True))
    return sorted(kinds) if kinds - {Authenticator.Type.RECOVERY_CODES} else []


def spend_code(*, user_id: UUID, code: str, now: datetime) -> str | None:
    """Use up a code and return the kind of factor that it belongs to; None when it is wrong or was used.

    The row's lock decides between simultaneous uses. allauth remembers used codes in the cache, which may
    be emptied and may be away; ours stand in the row.
    """
    with transaction.atomic():
        for factor in (
            Authenticator.objects.select_for_update()
            .filter(user_id=user_id, type__in=_CODES)
            .order_by("-type")
        ):
            if _takes(factor, code, now):
                Authenticator.objects.filter(pk=factor.pk).update(last_used_at=now)
                return str(factor.type)
    return None


def _takes(factor: Authenticator, code: str, now: datetime) -> bool:
    if factor.type != Authenticator.Type.TOTP:
        return bool(factor.wrap().validate_code(code))
    secret = decrypt(factor.data["secret"])
    current = int(now.timestamp()) // app_settings.TOTP_PERIOD
    for step in range(current - _TOLERANCE, current + _TOLERANCE + 1):
        expected = format_hotp_value(hotp_value(secret, step))
        if step > factor.data.get("spent_step", 0) and compare_user_code(
            actual=code, expected=expected
        ):
            factor.data["spent_step"] = step
            factor.save(update_fields=["data"])
            return True
    return False
