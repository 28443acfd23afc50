"""Refusals of the payments app, and what its database constraints mean."""

from __future__ import annotations

from apps.core.errors import Conflict, InvalidInput, PaymentRequired, register_constraint
from apps.core.errors import mark as _

ENTRY_SOURCE_ONCE = "payments_credit_entry_source_once"
BALANCE_NOT_NEGATIVE = "payments_credit_account_balance_not_negative"
ACCOUNT_EXISTS = "payments_credit_entry_account_exists"


class InsufficientCredits(PaymentRequired):
    """The company has fewer credits that can still be spent than this costs."""

    code = "insufficient_credits"
    title = _("There are not enough credits for this")
    members = {"required": 1, "available": 0}


class AlreadyPosted(Conflict):
    """The ledger already has an entry of this source."""

    code = "already_posted"
    title = _("These credits were already booked")


def amount_not_positive() -> InvalidInput:
    """Return the refusal of a number of credits that is not a positive whole one."""
    return InvalidInput.field("amount", "not_positive", _("Write a positive whole number"))


def amount_too_large() -> InvalidInput:
    """Return the refusal of a number of credits that can only be a slip of the hand."""
    return InvalidInput.field("amount", "too_large", _("This is more than one grant may give"))


def reason_missing() -> InvalidInput:
    """Return the refusal of a grant that nobody could explain later."""
    return InvalidInput.field("reason", "blank", _("Say why the credits are granted"))


def expiry_past() -> InvalidInput:
    """Return the refusal of credits that would be expired when they are granted."""
    return InvalidInput.field("expires_at", "past", _("Credits must expire in the future"))


register_constraint(BALANCE_NOT_NEGATIVE, InsufficientCredits)
register_constraint(ENTRY_SOURCE_ONCE, AlreadyPosted)
