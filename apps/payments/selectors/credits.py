"""What a company has and how it came to it, as its owners and its finance people may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from apps.companies.errors import CompanyRequired
from apps.companies.selectors import access
from apps.payments.domain.lots import OpenLot
from apps.payments.models import CreditEntry, CreditLot

if TYPE_CHECKING:
    from apps.users.models import User


@dataclass(frozen=True, slots=True)
class CompanyCredits:
    """A company's credits at one instant: what can be spent, from which lots, and the whole history."""

    company_id: UUID
    balance: int
    lots: list[CreditLot]
    entries: QuerySet[CreditEntry]


def credit_balance(*, company_id: UUID, now: datetime | None = None) -> int:
    """Return how many credits a company can spend, at this moment unless another one is named.

    Credits of a lot that has expired count for nothing, whether or not the sweep has booked them yet.
    """
    lots = _open_lots(company_id, now or timezone.now())
    total: int = lots.aggregate(total=Sum("remaining", default=0))["total"]
    return total


def credits_for(*, viewer: User, company_id: UUID | None, now: datetime) -> CompanyCredits:
    """Return the credits of a company, by default of the viewer's own, newest entries first.

    :raises CompanyRequired: no company was named, and the viewer belongs to none
    :raises CompanyNotFound: there is no such company
    :raises CompanyRoleNotAllowed: the viewer may not see its finances
    """
    company_id = company_id or access.company_of(user_id=viewer.id)
    if company_id is None:
        raise CompanyRequired
    access.require_finances(viewer=viewer, company_id=company_id)
    lots = list(_open_lots(company_id, now))
    return CompanyCredits(
        company_id=company_id,
        balance=sum(lot.remaining for lot in lots),
        lots=lots,
        entries=CreditEntry.objects.filter(account_id=company_id).order_by("-seq"),
    )


def open_lots_unscoped(*, company_id: UUID, now: datetime) -> list[OpenLot]:
    """Return what can be spent, in the order in which it is used up."""
    rows = _open_lots(company_id, now).values_list("id", "remaining")
    return [OpenLot(id=lot_id, remaining=remaining) for lot_id, remaining in rows]


def _open_lots(company_id: UUID, now: datetime) -> QuerySet[CreditLot]:
    """Return lots with credits left, earliest expiry first; those without expiry last (NULL sorts last)."""
    return (
        CreditLot.objects.filter(account_id=company_id, remaining__gt=0)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        .order_by("expires_at", "id")
    )
