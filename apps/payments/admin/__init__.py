"""Pages of payments in the admin."""

from __future__ import annotations

from apps.payments.admin.ledger import CreditAccountAdmin, CreditEntryAdmin, CreditLotAdmin
from apps.payments.admin.orders import (
    GatewayEventAdmin,
    OrderAdmin,
    PackageAdmin,
    PaymentAttemptAdmin,
)

__all__ = [
    "CreditAccountAdmin",
    "CreditEntryAdmin",
    "CreditLotAdmin",
    "GatewayEventAdmin",
    "OrderAdmin",
    "PackageAdmin",
    "PaymentAttemptAdmin",
]
