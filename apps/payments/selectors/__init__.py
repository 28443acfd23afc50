"""Reads that this app offers."""

from __future__ import annotations

from apps.payments.selectors.audit import Discrepancy, ledger_discrepancies_unscoped
from apps.payments.selectors.credits import (
    CompanyCredits,
    credit_balance,
    credits_for,
    open_lots_unscoped,
)
from apps.payments.selectors.orders import (
    get_package,
    get_transaction_for,
    packages_on_sale,
    visible_transactions,
)
from apps.payments.selectors.returns import result_address_unscoped

__all__ = [
    "CompanyCredits",
    "Discrepancy",
    "credit_balance",
    "credits_for",
    "get_package",
    "get_transaction_for",
    "ledger_discrepancies_unscoped",
    "open_lots_unscoped",
    "packages_on_sale",
    "result_address_unscoped",
    "visible_transactions",
]
