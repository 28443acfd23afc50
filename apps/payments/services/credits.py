"""Granting, spending and expiring credits. Each is an insert; the database carries it into the balance.

``source`` is the idempotency of the effect: a second entry of one source never comes into being.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from apps.companies.errors import CompanyNotFound
from apps.companies.selectors import company_card_unscoped
from apps.core import audit
from apps.core.errors import constraint_of
from apps.core.ids import uuid7
from apps.payments import locks, selectors
from apps.payments.domain.grants import check_grant
from apps.payments.domain.lots import choose_lots
from apps.payments.enums import CounterAccount, EntryKind
from apps.payments.errors import (
    ACCOUNT_EXISTS,
    BALANCE_NOT_NEGATIVE,
    ENTRY_SOURCE_ONCE,
    InsufficientCredits,
)
from apps.payments.models import CreditAccount, CreditEntry, CreditLot, LotAllocation
from apps.users.services.rights import require_right

if TYPE_CHECKING:
    from apps.users.models import User

_SPENT_OR_EMPTY = frozenset({ENTRY_SOURCE_ONCE, BALANCE_NOT_NEGATIVE, ACCOUNT_EXISTS})


def spend_for_posting(
    *, actor: User, company_id: UUID, source: str, now: datetime
) -> CreditEntry | None:
    """Debit what one posting costs, credits that expire first going first; free postings debit nothing.

    Call it last in the transaction of the posting: from here on the company's account is locked.
    A source that was debited before is not debited again, and its entry is returned.

    :raises InsufficientCredits: too few credits have not expired; let it roll the posting back
    """
    cost: int = settings.JOB_POSTING_CREDIT_COST
    if cost == 0:
        return None
    entry = CreditEntry(
        account_id=company_id,
        delta=-cost,
        kind=EntryKind.SPEND,
        counter_account=CounterAccount.CONSUMED,
        source=source,
        actor_id=actor.id,
        created_at=now,
    )
    try:
        with transaction.atomic():
            # Before the debit, which takes the account's lock.
            _record(actor, "spent", entry)
            _debit(entry, now=now)
    except IntegrityError as error:
        if constraint_of(error) not in _SPENT_OR_EMPTY:
            raise
        # The account is checked before the source, and an earlier debit of this source may have emptied it.
        earlier = CreditEntry.objects.filter(account_id=company_id, source=source).first()
        if earlier is None:
            available = selectors.credit_balance(company_id=company_id, now=now)
            raise InsufficientCredits(required=cost, available=available) from error
        return earlier
    return entry


@transaction.atomic
def grant(
    *,
    actor: User,
    company_id: UUID,
    amount: int,
    reason: str,
    now: datetime,
    expires_at: datetime | None = None,
    source: str | None = None,
) -> CreditEntry:
    """Give a company credits, as a lot of its own; a source that was granted before is not granted again.

    :raises RoleNotAllowed: the actor is not staff with that right
    :raises InvalidInput: no positive whole number, no reason, or an expiry that is past
    :raises CompanyNotFound: there is no such company, or it was deleted
    """
    require_right(actor=actor, right="payments.grant_credits")
    check_grant(amount=amount, reason=reason, expires_at=expires_at, now=now)
    card = company_card_unscoped([company_id]).get(company_id)
    if card is None or card.deleted:
        raise CompanyNotFound
    account = locks.open_credit_account(company_id)
    source = source or f"grant:{uuid7()}"
    earlier = account.entries.filter(source=source).first()
    if earlier is not None:
        return earlier
    entry = CreditEntry(
        account=account,
        delta=amount,
        kind=EntryKind.GRANT,
        counter_account=CounterAccount.ISSUED,
        source=source,
        reason=reason.strip(),
        actor_id=actor.id,
        created_at=now,
    )
    _issue(entry, expires_at=expires_at)
    _record(actor, "granted", entry)
    return entry


@transaction.atomic
def add_bought(
    *,
    company_id: UUID,
    buyer_id: UUID,
    order_id: UUID,
    amount: int,
    now: datetime,
    expires_at: datetime,
) -> CreditEntry:
    """Give a company the credits of an order that was paid, as a lot of its own.

    Call it last in the settlement's transaction: from here on the company's account is locked. The ledger takes one
    entry of an order, so that a second settlement of it cannot come into being.
    """
    entry = CreditEntry(
        account=locks.open_credit_account(company_id),
        delta=amount,
        kind=EntryKind.PURCHASE,
        counter_account=CounterAccount.ISSUED,
        source=f"order:{order_id}",
        actor_id=buyer_id,
        created_at=now,
    )
    _issue(entry, expires_at=expires_at)
    _record(None, "bought", entry)
    return entry


def expire_lots(*, now: datetime) -> int:
    """Book what is left of every expired lot as expired; return how many lots there were.

    Spending has not counted those credits since they expired, so that it never matters when this runs.
    """
    due = (
        CreditLot.objects.filter(remaining__gt=0, expires_at__lte=now)
        .order_by("expires_at", "id")
        .values_list("account_id", "id")
    )
    return sum(
        _expire_lot(account_id=account_id, lot_id=lot_id, now=now)
        for account_id, lot_id in list(due)
    )


def _issue(entry: CreditEntry, *, expires_at: datetime | None) -> None:
    entry.save(force_insert=True)
    CreditLot.objects.create(
        account_id=entry.account_id,
        entry=entry,
        granted=entry.delta,
        expires_at=expires_at,
        created_at=entry.created_at,
    )


def _debit(entry: CreditEntry, *, now: datetime) -> None:
    """Insert a debit, whose trigger locks the account, and then choose the lots under that lock."""
    entry.save(force_insert=True)
    required = -entry.delta
    takes = choose_lots(
        selectors.open_lots_unscoped(company_id=entry.account_id, now=now), amount=required
    )
    available = sum(take.amount for take in takes)
    if available < required:
        raise InsufficientCredits(required=required, available=available)
    LotAllocation.objects.bulk_create(
        LotAllocation(entry=entry, lot_id=take.lot_id, amount=take.amount) for take in takes
    )


@transaction.atomic
def _expire_lot(*, account_id: UUID, lot_id: UUID, now: datetime) -> bool:
    account = locks.credit_account(account_id)
    lot = CreditLot.objects.get(id=lot_id)
    if lot.remaining == 0:
        return False
    entry = CreditEntry.objects.create(
        account=account,
        delta=-lot.remaining,
        kind=EntryKind.EXPIRY,
        counter_account=CounterAccount.EXPIRED,
        source=f"expiry:lot:{lot.id}",
        created_at=now,
    )
    LotAllocation.objects.create(entry=entry, lot=lot, amount=lot.remaining)
    _record(None, "expired", entry)
    return True


def _record(actor: User | None, verb: str, entry: CreditEntry) -> None:
    account = CreditAccount(company_id=entry.account_id)
    audit.record(actor, verb, account, entry=entry.pk, delta=entry.delta, source=entry.source)
