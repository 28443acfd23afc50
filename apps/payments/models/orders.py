"""What is sold, ordered and paid. An order is what was agreed and never follows its package.

Triggers (migration 0004) keep what was agreed as it was, let attempts go only where they may, and let the log of
the gateways only grow.
"""

from __future__ import annotations

from django.db import models
from django.db.models import PROTECT, F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.ids import uuid7
from apps.core.models import Entity, SoftDeletable, SoftDeleteQuerySet
from apps.payments.domain.pricing import CURRENCY, LARGEST_TOTAL, LEAST_TOTAL
from apps.payments.enums import AttemptState, GatewayCode, OrderState, Outcome, Verdict

LONGEST_REF = 100
"""Longest code that a notice may name; our own are shorter."""


class Package(Entity, SoftDeletable):
    """Credits at a price, as the catalogue offers them."""

    name_vi = models.CharField(_("Vietnamese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120)
    price = models.BigIntegerField(_("price in VND, with VAT"))
    credits = models.PositiveIntegerField(_("credits"))
    days = models.PositiveIntegerField(_("days until the credits expire"))
    position = models.PositiveIntegerField(_("position in the catalogue"), default=0)
    is_active = models.BooleanField(_("on sale"), default=True)

    objects = SoftDeleteQuerySet.as_manager()

    class Meta:
        db_table = "payments_package"
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gte=LEAST_TOTAL, price__lte=LARGEST_TOTAL),
                name="payments_package_price_payable",
            ),
            models.CheckConstraint(
                condition=Q(credits__gt=0, days__gt=0), name="payments_package_gives_something"
            ),
        ]

    def __str__(self) -> str:
        return self.name_vi


class Order(Entity):
    """What a company ordered, at what was agreed then."""

    company = models.ForeignKey(
        "companies.Company", on_delete=PROTECT, related_name="+", verbose_name=_("company")
    )
    buyer = models.ForeignKey(
        "users.User", on_delete=PROTECT, related_name="+", verbose_name=_("buyer")
    )
    package = models.ForeignKey(
        Package, on_delete=PROTECT, related_name="orders", verbose_name=_("package")
    )
    name_vi = models.CharField(_("Vietnamese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120)
    price = models.BigIntegerField(_("price"))
    discount = models.BigIntegerField(_("discount"), default=0)
    total = models.BigIntegerField(_("total"))
    currency = models.CharField(_("currency"), max_length=3, default=CURRENCY)
    vat_percent = models.PositiveSmallIntegerField(_("VAT in percent"))
    net = models.BigIntegerField(_("without VAT"))
    vat = models.BigIntegerField(_("VAT"))
    credits = models.PositiveIntegerField(_("credits"))
    days = models.PositiveIntegerField(_("days until the credits expire"))
    state = models.CharField(
        _("state"), max_length=10, choices=OrderState.choices, default=OrderState.OPEN
    )
    paid_at = models.DateTimeField(_("paid at"), null=True)

    class Meta:
        db_table = "payments_order"
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    total=F("price") - F("discount"),
                    discount__gte=0,
                    total__gte=LEAST_TOTAL,
                    total__lte=LARGEST_TOTAL,
                ),
                name="payments_order_total_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(total=F("net") + F("vat"), net__gt=0, vat__gte=0),
                name="payments_order_vat_adds_up",
            ),
            models.CheckConstraint(condition=Q(currency=CURRENCY), name="payments_order_in_dong"),
            models.CheckConstraint(
                condition=Q(credits__gt=0, days__gt=0), name="payments_order_gives_something"
            ),
            models.CheckConstraint(
                condition=Q(state=OrderState.OPEN, paid_at__isnull=True)
                | Q(state=OrderState.PAID, paid_at__isnull=False),
                name="payments_order_payment_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_vi} · {self.total} {self.currency}"


class PaymentAttempt(Entity):
    """One way to pay an order at one gateway, written down before the customer is sent there."""

    order = models.ForeignKey(
        Order, on_delete=PROTECT, related_name="attempts", verbose_name=_("order")
    )
    gateway = models.CharField(_("gateway"), max_length=20, choices=GatewayCode.choices)
    ref = models.CharField(_("transaction code"), max_length=20)
    amount = models.BigIntegerField(_("amount"))
    started_as = models.CharField(_("start, as the gateway was told"), max_length=14)
    payment_url = models.TextField(_("address of the payment"))
    expires_at = models.DateTimeField(_("payable until"))
    state = models.CharField(
        _("state"), max_length=20, choices=AttemptState.choices, default=AttemptState.PENDING
    )
    gateway_ref = models.CharField(
        _("number at the gateway"), max_length=50, blank=True, default=""
    )
    gateway_code = models.CharField(
        _("answer of the gateway"), max_length=10, blank=True, default=""
    )
    is_surplus = models.BooleanField(_("paid once more, to be paid back"), default=False)
    paid_at = models.DateTimeField(_("paid at"), null=True)

    class Meta:
        db_table = "payments_attempt"
        verbose_name = _("payment attempt")
        verbose_name_plural = _("payment attempts")
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="payments_attempt_ref_once"),
            models.UniqueConstraint(
                fields=["gateway", "gateway_ref"],
                condition=~Q(gateway_ref__in=["", "0"]) & Q(state=AttemptState.SUCCEEDED),
                name="payments_attempt_gateway_ref_once",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state=AttemptState.SUCCEEDED, is_surplus=False),
                name="payments_attempt_pays_once",
            ),
            models.CheckConstraint(
                condition=Q(state=AttemptState.SUCCEEDED, paid_at__isnull=False)
                | (
                    Q(paid_at__isnull=True, is_surplus=False)
                    & Q(state__in=[AttemptState.PENDING, AttemptState.FAILED, AttemptState.REVIEW])
                ),
                name="payments_attempt_payment_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.ref


class GatewayEvent(models.Model):
    """A notice that a gateway signed, and what was made of it. Written in the transaction that it caused."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    attempt = models.ForeignKey(
        PaymentAttempt,
        on_delete=PROTECT,
        null=True,
        related_name="events",
        verbose_name=_("payment attempt"),
    )
    gateway = models.CharField(_("gateway"), max_length=20, choices=GatewayCode.choices)
    ref = models.CharField(_("transaction code"), max_length=LONGEST_REF)
    outcome = models.CharField(_("what it says"), max_length=20, choices=Outcome.choices)
    verdict = models.CharField(_("what was made of it"), max_length=20, choices=Verdict.choices)
    ip = models.GenericIPAddressField(_("address"), null=True)
    payload = models.JSONField(_("notice"))
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        db_table = "payments_gateway_event"
        verbose_name = _("gateway notice")
        verbose_name_plural = _("gateway notices")
        indexes = [models.Index(fields=["ref"], name="payments_gateway_event_ref")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.ref}"
