"""What staff may grant."""

from __future__ import annotations

from datetime import datetime

from apps.payments.errors import amount_not_positive, amount_too_large, expiry_past, reason_missing

LARGEST_GRANT = 1_000_000


def check_grant(*, amount: int, reason: str, expires_at: datetime | None, now: datetime) -> None:
    """Check that a grant is a positive whole number of credits with a reason, and not expired already.

    :raises InvalidInput: it is not; names the field
    """
    if type(amount) is not int or amount <= 0:
        raise amount_not_positive()
    if amount > LARGEST_GRANT:
        raise amount_too_large()
    if not reason.strip():
        raise reason_missing()
    if expires_at is not None and expires_at <= now:
        raise expiry_past()
