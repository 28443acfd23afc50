"""Refusals of the payments app, and what its database constraints mean."""

from __future__ import annotations

from apps.core.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    PaymentRequired,
    ServiceUnavailable,
    register_constraint,
)
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


class PackageNotFound(NotFound):
    """There is no such package on sale."""

    code = "package_not_found"
    title = _("This package is not on sale")


class TransactionNotFound(NotFound):
    """There is no such payment among those that the viewer may see."""

    code = "transaction_not_found"
    title = _("This payment was not found")


class GatewayOff(ServiceUnavailable):
    """The operator has not switched this way to pay on."""

    code = "gateway_off"
    title = _("This way to pay is not available")


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


def price_not_payable() -> InvalidInput:
    """Return the refusal of a price that no gateway would take."""
    return InvalidInput.field(
        "price", "not_payable", _("A price is at least 5,000 VND and less than a billion")
    )


def package_gives_nothing() -> InvalidInput:
    """Return the refusal of a package without credits, or whose credits would expire at once."""
    return InvalidInput.field("credits", "not_positive", _("Write positive whole numbers"))


register_constraint("payments_package_price_payable", price_not_payable)
register_constraint("payments_package_gives_something", package_gives_nothing)
register_constraint(BALANCE_NOT_NEGATIVE, InsufficientCredits)
register_constraint(ENTRY_SOURCE_ONCE, AlreadyPosted)
