"""The vocabulary of credits, and of what is bought and paid."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EntryKind(TextChoices):
    """Why credits moved."""

    GRANT = "GRANT", _("granted by staff")
    PURCHASE = "PURCHASE", _("bought")
    SPEND = "SPEND", _("spent on a posting")
    EXPIRY = "EXPIRY", _("expired")
    CLAWBACK = "CLAWBACK", _("taken back")
    ADJUSTMENT = "ADJUSTMENT", _("adjusted")


class CounterAccount(TextChoices):
    """The platform's side of an entry: what it names moves by the opposite amount, so that all sums to zero."""

    ISSUED = "ISSUED", _("issued")
    CONSUMED = "CONSUMED", _("consumed")
    EXPIRED = "EXPIRED", _("expired")
    CLAWED_BACK = "CLAWED_BACK", _("taken back")
    ADJUSTED = "ADJUSTED", _("adjusted")


class GatewayCode(TextChoices):
    """Ways to pay."""

    VNPAY = "vnpay", "VNPay"


class OrderState(TextChoices):
    """Whether an order was paid."""

    OPEN = "OPEN", _("not paid")
    PAID = "PAID", _("paid")


class AttemptState(TextChoices):
    """What became of an attempt to pay."""

    PENDING = "PENDING", _("waiting for the gateway")
    SUCCEEDED = "SUCCEEDED", _("paid")
    FAILED = "FAILED", _("failed")
    REVIEW = "REVIEW", _("to be looked at")


class TransactionStatusV1(TextChoices):
    """What became of an attempt to pay, as the first clients read it."""

    PENDING = "PENDING", _("waiting for the gateway")
    SUCCESS = "SUCCESS", _("paid")
    FAILED = "FAILED", _("failed")


class Outcome(TextChoices):
    """What a gateway says of a payment."""

    PAID = "PAID", _("paid")
    FAILED = "FAILED", _("failed")
    SUSPECT = "SUSPECT", _("taken, and suspected of fraud")


class Verdict(TextChoices):
    """What we made of a gateway's notice."""

    APPLIED = "APPLIED", _("applied")
    ALREADY = "ALREADY", _("nothing to change")
    NOT_FOUND = "NOT_FOUND", _("no such payment")
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS", _("another amount")
    BAD_SIGNATURE = "BAD_SIGNATURE", _("not signed by the gateway")
    BROKEN = "BROKEN", _("could not be worked on")


class SandboxChoice(TextChoices):
    """What a person may let become of a payment on the local stack's page."""

    PAY = "PAY", _("Pay")
    FAIL = "FAIL", _("Let it fail")
    CANCEL = "CANCEL", _("Cancel")
    SUSPECT = "SUSPECT", _("Pay, and be suspected of fraud")
    REPEAT = "REPEAT", _("Pay, and tell the shop three times")
    LOSE = "LOSE", _("Pay, and lose the notice")
