"""Reads that this app offers."""

from __future__ import annotations

from apps.payments.selectors.audit import Discrepancy, ledger_discrepancies_unscoped
from apps.payments.selectors.credits import (
    CompanyCredits,
    credit_balance,
    credits_for,
    open_lots_unscoped,
)

__all__ = [
    "CompanyCredits",
    "Discrepancy",
    "credit_balance",
    "credits_for",
    "ledger_discrepancies_unscoped",
    "open_lots_unscoped",
]
