"""The credit ledger: an account a company, entries that nobody can change, and lots that expire.

Only inserts are written from here. Triggers (migration 0001) carry an entry into its account and an
allocation into its lot, and refuse every other change of the four tables, TRUNCATE included.
"""

from __future__ import annotations

from django.db import models
from django.db.models import PROTECT, F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.ids import uuid7
from apps.payments.enums import CounterAccount, EntryKind


class CreditAccount(models.Model):
    """A company's credits. The row appears with the first grant; without one a company has 0 credits."""

    company = models.OneToOneField(
        "companies.Company",
        on_delete=PROTECT,
        primary_key=True,
        related_name="+",
        verbose_name=_("company"),
    )
    balance = models.BigIntegerField(_("balance"), default=0, editable=False)
    seq = models.BigIntegerField(_("entries"), default=0, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        db_table = "payments_credit_account"
        verbose_name = _("credit account")
        verbose_name_plural = _("credit accounts")
        permissions = [("grant_credits", "Can grant credits to a company")]
        constraints = [
            models.CheckConstraint(
                condition=Q(balance__gte=0), name="payments_credit_account_balance_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.company.name


class CreditEntry(models.Model):
    """One movement of credits, for ever. ``source`` names its cause and keeps it from happening twice."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(
        CreditAccount,
        on_delete=PROTECT,
        related_name="entries",
        db_index=False,
        verbose_name=_("account"),
    )
    # Both are filled by the trigger; the defaults only let an insert leave them out.
    seq = models.BigIntegerField(_("number"), db_default=0, editable=False)
    balance_after = models.BigIntegerField(_("balance after"), db_default=0, editable=False)
    delta = models.BigIntegerField(_("credits"))
    kind = models.CharField(_("kind"), max_length=20, choices=EntryKind.choices)
    counter_account = models.CharField(
        _("counter account"), max_length=20, choices=CounterAccount.choices
    )
    source = models.CharField(_("source"), max_length=100)
    reason = models.CharField(_("reason"), max_length=500, blank=True, default="")
    actor_id = models.UUIDField(_("actor"), null=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        db_table = "payments_credit_entry"
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "source"], name="payments_credit_entry_source_once"
            ),
            # Also the index of an account's history.
            models.UniqueConstraint(
                fields=["account", "seq"], name="payments_credit_entry_seq_unique"
            ),
            models.CheckConstraint(
                condition=~Q(delta=0), name="payments_credit_entry_moves_something"
            ),
            models.CheckConstraint(
                condition=Q(balance_after__gte=0) & Q(seq__gt=0),
                name="payments_credit_entry_numbered",
            ),
            models.CheckConstraint(
                condition=~Q(source=""), name="payments_credit_entry_source_present"
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        kind__in=[EntryKind.GRANT, EntryKind.PURCHASE],
                        counter_account=CounterAccount.ISSUED,
                        delta__gt=0,
                    )
                    | Q(
                        kind=EntryKind.SPEND,
                        counter_account=CounterAccount.CONSUMED,
                        delta__lt=0,
                    )
                    | Q(
                        kind=EntryKind.EXPIRY,
                        counter_account=CounterAccount.EXPIRED,
                        delta__lt=0,
                    )
                    | Q(
                        kind=EntryKind.CLAWBACK,
                        counter_account=CounterAccount.CLAWED_BACK,
                        delta__lt=0,
                    )
                    # A correction names the side that it corrects.
                    | Q(kind=EntryKind.ADJUSTMENT, counter_account__in=CounterAccount.values)
                ),
                name="payments_credit_entry_kind_agrees",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.delta:+d} · {self.source}"


class CreditLot(models.Model):
    """Credits that came together and expire together; allocations take from it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(
        CreditAccount,
        on_delete=PROTECT,
        related_name="lots",
        db_index=False,
        verbose_name=_("account"),
    )
    entry = models.ForeignKey(
        CreditEntry, on_delete=PROTECT, related_name="lots", verbose_name=_("entry")
    )
    granted = models.BigIntegerField(_("granted"))
    # Filled by the trigger; the default only lets an insert leave it out.
    remaining = models.BigIntegerField(_("remaining"), db_default=0, editable=False)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        db_table = "payments_credit_lot"
        verbose_name = _("credit lot")
        verbose_name_plural = _("credit lots")
        constraints = [
            models.CheckConstraint(
                condition=Q(granted__gt=0), name="payments_credit_lot_granted_positive"
            ),
            models.CheckConstraint(
                condition=Q(remaining__gte=0) & Q(remaining__lte=F("granted")),
                name="payments_credit_lot_remaining_in_bounds",
            ),
        ]
        indexes = [
            # What a spend reads: an account's open lots, earliest expiry first (PostgreSQL puts NULL last).
            models.Index(
                fields=["account", "expires_at", "id"],
                condition=Q(remaining__gt=0),
                name="payments_credit_lot_open",
            ),
            # What the daily sweep reads.
            models.Index(
                fields=["expires_at"],
                condition=Q(remaining__gt=0, expires_at__isnull=False),
                name="payments_credit_lot_expiring",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.remaining}/{self.granted}"


class LotAllocation(models.Model):
    """How much of one lot an entry took; a negative amount gives back what an earlier entry took."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    lot = models.ForeignKey(
        CreditLot,
        on_delete=PROTECT,
        related_name="allocations",
        verbose_name=_("lot"),
    )
    entry = models.ForeignKey(
        CreditEntry,
        on_delete=PROTECT,
        related_name="allocations",
        db_index=False,
        verbose_name=_("entry"),
    )
    amount = models.BigIntegerField(_("credits"))

    class Meta:
        db_table = "payments_lot_allocation"
        verbose_name = _("use of a lot")
        verbose_name_plural = _("uses of lots")
        constraints = [
            # Also the index of an entry's allocations.
            models.UniqueConstraint(
                fields=["entry", "lot"], name="payments_lot_allocation_lot_once"
            ),
            models.CheckConstraint(
                condition=~Q(amount=0), name="payments_lot_allocation_moves_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"
