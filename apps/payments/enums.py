"""The vocabulary of credits."""

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
