"""The demo world's catalogue, and the credits that staff granted to its two companies."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from apps.core.demo import demo_id
from apps.payments.enums import CounterAccount, EntryKind
from apps.payments.models import CreditAccount, CreditEntry, CreditLot, Package

_GRANTED = timedelta(days=30)
"""How long before the world began."""
_CREDITS = {"anphu": 20, "songhong": 5}

_PACKAGES = (
    ("starter", "Gói khởi đầu", "Starter", 500_000, 1, 30),
    ("growth", "Gói phát triển", "Growth", 2_200_000, 5, 90),
    ("business", "Gói doanh nghiệp", "Business", 7_900_000, 20, 365),
)
"""Key, names, price in đồng with VAT, credits, and days until they expire."""


@transaction.atomic
def load(*, now: datetime) -> None:
    """Write packages and credits as rows; the ledger's triggers carry the credits into the balances."""
    granted_at = now - _GRANTED
    Package.objects.bulk_create(
        Package(
            id=demo_id(f"package:{key}"),
            name_vi=name_vi,
            name_en=name_en,
            price=price,
            credits=credits,
            days=days,
            position=position,
        )
        for position, (key, name_vi, name_en, price, credits, days) in enumerate(_PACKAGES, start=1)
    )
    CreditAccount.objects.bulk_create(
        CreditAccount(company_id=demo_id(f"company:{key}")) for key in _CREDITS
    )
    CreditEntry.objects.bulk_create(
        CreditEntry(
            id=demo_id(f"credit-entry:{key}"),
            account_id=demo_id(f"company:{key}"),
            delta=amount,
            kind=EntryKind.GRANT,
            counter_account=CounterAccount.ISSUED,
            source="grant:demo",
            reason="Demo world",
            actor_id=demo_id("user:admin"),
            created_at=granted_at,
        )
        for key, amount in _CREDITS.items()
    )
    CreditLot.objects.bulk_create(
        CreditLot(
            id=demo_id(f"credit-lot:{key}"),
            account_id=demo_id(f"company:{key}"),
            entry_id=demo_id(f"credit-entry:{key}"),
            granted=amount,
            created_at=granted_at,
        )
        for key, amount in _CREDITS.items()
    )


def began_at() -> datetime | None:
    """Return what the times of the world that is there are counted from: no row but the ledger's stays as it was."""
    entry = CreditEntry.objects.filter(id=demo_id(f"credit-entry:{next(iter(_CREDITS))}")).first()
    return None if entry is None else entry.created_at + _GRANTED
