"""Credits for tests, made as rows: the ledger's triggers carry them into the balance."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from apps.core.ids import uuid7
from apps.payments.enums import CounterAccount, EntryKind
from apps.payments.models import CreditAccount, CreditEntry, CreditLot

if TYPE_CHECKING:
    from apps.companies.models import Company


@transaction.atomic
def grant(company: Company, amount: int, *, expires_at: datetime | None = None) -> CreditLot:
    """Give a company credits as one lot, and return the lot."""
    now = timezone.now()
    CreditAccount.objects.bulk_create([CreditAccount(company=company)], ignore_conflicts=True)
    entry = CreditEntry.objects.create(
        account_id=company.pk,
        delta=amount,
        kind=EntryKind.GRANT,
        counter_account=CounterAccount.ISSUED,
        source=f"grant:{uuid7()}",
        reason="test",
        created_at=now,
    )
    return CreditLot.objects.create(
        account_id=company.pk, entry=entry, granted=amount, expires_at=expires_at, created_at=now
    )
