"""Row locks of the ledger, in the one order: credit account, then lots.

A debit takes the account's lock by its insert: the trigger updates the account. Lots are chosen in a later
statement, which sees what the lock waited for; a choice in the same statement reads a stale snapshot.
"""

from __future__ import annotations

from uuid import UUID

from apps.payments.models import CreditAccount


def credit_account(company_id: UUID) -> CreditAccount:
    """Lock a company's account before its lots are read."""
    return CreditAccount.objects.select_for_update(no_key=True).get(company_id=company_id)


def open_credit_account(company_id: UUID) -> CreditAccount:
    """Lock a company's account, which is made at its first use."""
    CreditAccount.objects.bulk_create([CreditAccount(company_id=company_id)], ignore_conflicts=True)
    return credit_account(company_id)
