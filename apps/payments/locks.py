"""Row locks of payments, in the one order: order, attempt, credit account, then lots.

A debit takes the account's lock by its insert: the trigger updates the account. Lots are chosen in a later
statement, which sees what the lock waited for; a choice in the same statement reads a stale snapshot.
"""

from __future__ import annotations

from uuid import UUID

from apps.payments.models import CreditAccount, Order, Package


def credit_account(company_id: UUID) -> CreditAccount:
    """Lock a company's account before its lots are read."""
    return CreditAccount.objects.select_for_update(no_key=True).get(company_id=company_id)


def open_credit_account(company_id: UUID) -> CreditAccount:
    """Lock a company's account, which is made at its first use."""
    CreditAccount.objects.bulk_create([CreditAccount(company_id=company_id)], ignore_conflicts=True)
    return credit_account(company_id)


def order(order_id: UUID) -> Order:
    """Lock an order before one of its attempts is settled: of two that were paid only the first one grants."""
    return Order.objects.select_for_update(no_key=True).get(id=order_id)


def package(package_id: UUID) -> Package | None:
    """Lock a package that was not removed, before staff change it; None without one."""
    return Package.objects.alive().select_for_update(no_key=True).filter(id=package_id).first()
