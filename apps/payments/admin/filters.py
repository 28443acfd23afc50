"""How staff narrow the list of accounts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias, TypedDict

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.admin import NamedFilter
from apps.payments.models import CreditAccount

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise, WithAnnotations

    class _Dated(TypedDict):
        first_expiry_at: datetime | None

    DatedAccount: TypeAlias = WithAnnotations[CreditAccount, _Dated]


class BalanceFilter(admin.SimpleListFilter):
    """Accounts by what is left on them."""

    title = _("balance")
    parameter_name = "credits"
    ranges = {"0": Q(balance=0), "1-4": Q(balance__range=(1, 4)), "5+": Q(balance__gte=5)}

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, StrOrPromise]]:
        """Return the ranges."""
        return [("0", _("none")), ("1-4", _("1 to 4")), ("5+", _("5 and more"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[CreditAccount]
    ) -> QuerySet[CreditAccount]:
        """Keep what was chosen."""
        return queryset.filter(self.ranges.get(self.value() or "", Q()))


class ExpiryFilter(admin.SimpleListFilter):
    """Accounts whose credits expire soon, or have."""

    title = _("expiry")
    parameter_name = "expiry"
    days = {"7": 7, "30": 30}

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, StrOrPromise]]:
        """Return the spans."""
        return [
            ("7", _("within 7 days")),
            ("30", _("within 30 days")),
            ("past", _("expired, not booked yet")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[DatedAccount]
    ) -> QuerySet[DatedAccount]:
        """Keep what was chosen."""
        now = timezone.now()
        if self.value() == "past":
            return queryset.filter(first_expiry_at__lte=now)
        if self.value() in self.days:
            until = now + timedelta(days=self.days[str(self.value())])
            return queryset.filter(first_expiry_at__gt=now, first_expiry_at__lte=until)
        return queryset


class LotExpiryFilter(NamedFilter):
    """Lots with something left on them, by when that expires."""

    title = _("expiry")
    parameter_name = "expiry"
    options = {
        "7": (_("within 7 days"), lambda now: _expiring(now, now + timedelta(days=7))),
        "30": (_("within 30 days"), lambda now: _expiring(now, now + timedelta(days=30))),
        "past": (
            _("expired, not booked yet"),
            lambda now: Q(remaining__gt=0, expires_at__lte=now),
        ),
        "never": (_("never"), lambda _now: Q(remaining__gt=0, expires_at__isnull=True)),
        "used": (_("used up or booked"), lambda _now: Q(remaining=0)),
    }


def _expiring(start: datetime, end: datetime) -> Q:
    return Q(remaining__gt=0, expires_at__gt=start, expires_at__lte=end)
