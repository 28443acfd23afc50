"""Tables of payments."""

from __future__ import annotations

from apps.payments.models.ledger import CreditAccount, CreditEntry, CreditLot, LotAllocation
from apps.payments.models.orders import (
    LONGEST_REF,
    GatewayEvent,
    Order,
    Package,
    PaymentAttempt,
)

__all__ = [
    "LONGEST_REF",
    "CreditAccount",
    "CreditEntry",
    "CreditLot",
    "GatewayEvent",
    "LotAllocation",
    "Order",
    "Package",
    "PaymentAttempt",
]
