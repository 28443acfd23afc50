"""The credits of a block's companies: lots that came, were spent on postings, expired, or will."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from apps.core.demo import Block, copy_rows, demo_id
from apps.payments.enums import CounterAccount, EntryKind
from apps.payments.models import CreditAccount, CreditEntry, CreditLot, LotAllocation

_MOST_SPENDS = 8
"""Of a company; its other postings were free, as every company's first ones are."""
_STAFF = demo_id("user:admin")
_ACCOUNT = ("company", "balance", "seq", "created_at")
_ENTRY = (
    "id",
    "account",
    "delta",
    "kind",
    "counter_account",
    "source",
    "reason",
    "actor_id",
    "created_at",
)
_LOT = ("id", "account", "entry", "granted", "expires_at", "created_at")
_ALLOCATION = ("id", "lot", "entry", "amount")
_WELCOME = "Gói dùng thử cho doanh nghiệp mới"
_REASONS = (
    "Tặng thêm khi xác minh doanh nghiệp", "Bù sự cố đăng tin", "Chương trình Ngày hội việc làm", "Hợp đồng năm",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spending:
    """A company, and the postings that it published: which, when, by whom."""

    company_id: UUID
    opened_at: datetime
    published: Sequence[tuple[UUID, datetime, UUID]]


@dataclass(slots=True)
class _Lot:
    id: UUID
    entry_id: UUID
    granted: int
    left: int
    expires_at: datetime | None
    created_at: datetime

    def is_open(self, at: datetime) -> bool:
        """Tell whether it had come and had not expired."""
        return self.created_at <= at and (self.expires_at is None or at < self.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    id: UUID
    delta: int
    kind: EntryKind
    counter: CounterAccount
    source: str
    at: datetime
    actor_id: UUID | None = None
    reason: str = ""


@dataclass(slots=True)
class _Ledger:
    """One company's account as its rows will be."""

    block: Block
    name: str
    company_id: UUID
    entries: list[_Entry] = field(default_factory=list)
    lots: list[_Lot] = field(default_factory=list)
    allocations: list[tuple[object, ...]] = field(default_factory=list)

    def grant(self, *, amount: int, at: datetime, reason: str, days: int | None) -> None:
        """Give a lot, for some days or for ever."""
        number = len(self.lots)
        entry = _Entry(
            id=self._next_id(),
            delta=amount,
            kind=EntryKind.GRANT,
            counter=CounterAccount.ISSUED,
            source=f"grant:{number}",
            at=at,
            actor_id=_STAFF,
            reason=reason,
        )
        self.entries.append(entry)
        expires_at = None if days is None else at + timedelta(days=days)
        lot_id = self.block.id("credit-lot", f"{self.name}:{number}")
        self.lots.append(_Lot(lot_id, entry.id, amount, amount, expires_at, at))

    def spend(self, *, source: str, at: datetime, actor_id: UUID) -> None:
        """Take a credit from the open lot that expires first, as the services do; nothing when there is none."""
        still = [lot for lot in self.lots if lot.left and lot.is_open(at)]
        if still:
            lot = min(still, key=lambda lot: (lot.expires_at is None, lot.expires_at or at, lot.id))
            self._take(
                lot,
                _Entry(
                    id=self._next_id(),
                    delta=-1,
                    kind=EntryKind.SPEND,
                    counter=CounterAccount.CONSUMED,
                    source=source,
                    at=at,
                    actor_id=actor_id,
                ),
            )

    def expire(self, *, now: datetime) -> None:
        """Book what is left of the lots that have expired, as the daily sweep does."""
        for lot in self.lots:
            if lot.left and lot.expires_at is not None and lot.expires_at <= now:
                self._take(
                    lot,
                    _Entry(
                        id=self._next_id(),
                        delta=-lot.left,
                        kind=EntryKind.EXPIRY,
                        counter=CounterAccount.EXPIRED,
                        source=f"expiry:lot:{lot.id}",
                        at=lot.expires_at,
                    ),
                )

    def _take(self, lot: _Lot, entry: _Entry) -> None:
        amount = -entry.delta
        lot.left -= amount
        self.entries.append(entry)
        allocation_id = self.block.id("lot-allocation", f"{self.name}:{len(self.allocations)}")
        self.allocations.append((allocation_id, lot.id, entry.id, amount))

    def _next_id(self) -> UUID:
        return self.block.id("credit-entry", f"{self.name}:{len(self.entries)}")


def write(blocks: Iterable[tuple[Block, Sequence[Spending]]]) -> int:
    """Write the credits of the companies of some blocks; return how many entries there were.

    The ledger's triggers number the entries and carry them into the balances.
    """
    ledgers = [ledger for block, spendings in blocks for ledger in _ledgers(block, spendings)]
    copy_rows(
        CreditAccount, _ACCOUNT, ((each.company_id, 0, 0, each.entries[0].at) for each in ledgers)
    )
    count = copy_rows(CreditEntry, _ENTRY, (row for each in ledgers for row in _rows(each)))
    copy_rows(
        CreditLot,
        _LOT,
        (
            (lot.id, each.company_id, lot.entry_id, lot.granted, lot.expires_at, lot.created_at)
            for each in ledgers
            for lot in each.lots
        ),
    )
    copy_rows(LotAllocation, _ALLOCATION, (row for each in ledgers for row in each.allocations))
    return count


def _rows(ledger: _Ledger) -> Iterator[tuple[object, ...]]:
    """Yield the entries as they came about: no balance is ever below zero."""
    for each in sorted(ledger.entries, key=lambda entry: entry.at):
        yield (
            each.id, ledger.company_id, each.delta, each.kind.value, each.counter.value, each.source, each.reason,
            each.actor_id, each.at,
        )  # fmt: skip


def _ledgers(block: Block, spendings: Sequence[Spending]) -> Iterator[_Ledger]:
    dice = block.dice("credits")
    for number, spending in enumerate(spendings):
        ledger = _Ledger(block, str(number), spending.company_id)
        _fill(ledger, spending, dice, now=block.now)
        yield ledger


def _fill(ledger: _Ledger, spending: Spending, dice: Random, *, now: datetime) -> None:
    ledger.grant(amount=dice.choice((3, 5, 5, 10)), at=spending.opened_at, reason=_WELCOME, days=60)
    later = now - timedelta(days=dice.randrange(20, 75), minutes=dice.randrange(1440))
    reason = dice.choice(_REASONS)
    days = dice.choice((None, 80, 90, 120, 365))
    ledger.grant(
        amount=dice.choice((5, 10, 20, 50)),
        at=max(later, spending.opened_at),
        reason=reason,
        days=days,
    )
    published = sorted(spending.published, key=lambda each: each[1])
    for job_id, at, actor_id in published[-_MOST_SPENDS:]:
        ledger.spend(source=f"job:{job_id}", at=at, actor_id=actor_id)
    ledger.expire(now=now)
