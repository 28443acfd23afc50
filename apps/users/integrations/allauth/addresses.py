"""Whether somebody reads their address, which allauth keeps; a person has one address, that of the account."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from allauth.account.models import EmailAddress, EmailConfirmationHMAC

from apps.core.demo import copy_rows


def keep(*, user_id: UUID, email: str, verified: bool) -> None:
    """Note the address of an account; one that was verified stays so."""
    row, _ = EmailAddress.objects.get_or_create(
        user_id=user_id, email=email, defaults={"primary": True}
    )
    if verified and not row.verified:
        row.verified = True
        row.save(update_fields=["verified"])


def copy(rows: Iterable[tuple[UUID, str, bool]]) -> int:
    """Write the addresses of new accounts by COPY: account, address, whether it is verified; return their number."""
    return copy_rows(
        EmailAddress,
        ("user", "email", "verified", "primary"),
        ((user_id, email, verified, True) for user_id, email, verified in rows),
    )


def is_verified(*, user_id: UUID, email: str) -> bool:
    """Tell whether somebody has proved to read mail for this address."""
    return bool(EmailAddress.objects.filter(user_id=user_id, email=email, verified=True).exists())


def key_of(*, user_id: UUID, email: str) -> str:
    """Return what a link to verify an address carries; good for three days."""
    row = EmailAddress.objects.get(user_id=user_id, email=email)
    return str(EmailConfirmationHMAC.create(row).key)


def owner_of(key: str) -> tuple[UUID, str] | None:
    """Return the account and the address that a link would verify; None when it is forged, old or used."""
    confirmation = EmailConfirmationHMAC.from_key(key)
    if confirmation is None:
        return None
    return confirmation.email_address.user_id, confirmation.email_address.email
