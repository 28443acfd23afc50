"""Pages of payments in the admin."""

from __future__ import annotations

from apps.payments.admin.ledger import CreditAccountAdmin, CreditEntryAdmin, CreditLotAdmin

__all__ = ["CreditAccountAdmin", "CreditEntryAdmin", "CreditLotAdmin"]
