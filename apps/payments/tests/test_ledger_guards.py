"""What the database refuses, whoever writes to it and however."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core.ids import uuid7
from apps.payments.enums import CounterAccount, EntryKind
from apps.payments.models import CreditAccount, CreditEntry, CreditLot, LotAllocation
from apps.payments.selectors import ledger_discrepancies_unscoped
from apps.payments.services import credits
from apps.payments.tests.factories import grant

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
TABLES = (CreditAccount, CreditEntry, CreditLot, LotAllocation)


def run(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def settle():
    """Do now what a commit does: check what was deferred."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("SET CONSTRAINTS ALL DEFERRED")


def rows():
    return [list(model.objects.order_by("pk").values()) for model in TABLES]


def refuses(name):
    return pytest.raises(IntegrityError, match=re.escape(name))


@pytest.fixture
def ledger(recruiter, company, other_company):
    """One lot of 5 with one credit spent, and another company's lot of 3."""
    lot = grant(company, 5)
    grant(other_company, 3)
    credits.spend_for_posting(actor=recruiter, company_id=company.id, source="job:1", now=NOW)
    settle()
    return lot


class TestTheLedgerOnlyGrows:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE payments_credit_entry SET delta = 1000",
            "UPDATE payments_credit_entry SET reason = 'rewritten'",
            "DELETE FROM payments_credit_entry",
            "UPDATE payments_credit_lot SET remaining = granted",
            "UPDATE payments_credit_lot SET granted = 1000, remaining = 1000",
            "UPDATE payments_credit_lot SET expires_at = NULL",
            "DELETE FROM payments_credit_lot",
            "UPDATE payments_lot_allocation SET amount = 2",
            "DELETE FROM payments_lot_allocation",
            "DELETE FROM payments_credit_account",
            "TRUNCATE payments_lot_allocation",
            "TRUNCATE payments_credit_lot CASCADE",
            "TRUNCATE payments_credit_entry CASCADE",
            "TRUNCATE payments_credit_account CASCADE",
            "TRUNCATE companies_company CASCADE",
        ],
    )
    def test_whatever_is_tried(self, statement, ledger):
        before = rows()

        with refuses("the ledger only grows"), transaction.atomic():
            run(statement)

        assert rows() == before

    def test_also_through_the_orm(self, ledger):
        before = rows()

        for change in (
            lambda: CreditEntry.objects.update(delta=1),
            lambda: CreditEntry.objects.get(source="job:1").save(),
            lambda: LotAllocation.objects.all().delete(),
            lambda: CreditLot.objects.update(remaining=5),
        ):
            with refuses("the ledger only grows"), transaction.atomic():
                change()

        assert rows() == before


class TestBalances:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE payments_credit_account SET balance = 1000",
            "UPDATE payments_credit_account SET balance = balance + 1, seq = seq + 1",
            "UPDATE payments_credit_account SET seq = seq + 1",
        ],
    )
    def test_change_by_entries_only(self, statement, ledger):
        before = rows()

        with refuses("no entry explains balance"), transaction.atomic():
            run(statement)
            settle()

        assert rows() == before

    def test_start_at_nothing(self, company):
        with refuses("no entry explains balance"), transaction.atomic():
            CreditAccount.objects.create(company=company, balance=5)
            settle()

    def test_are_never_negative(self, ledger, company):
        with (
            refuses("payments_credit_account_balance_not_negative"),
            transaction.atomic(),
        ):
            debit(company, 5)

    def test_are_not_debited_by_an_insert_that_is_skipped(self, ledger, company):
        """Trap 1: ON CONFLICT DO NOTHING fires the trigger that debits and then writes no entry."""
        before = rows()

        with refuses("no entry explains balance 3"), transaction.atomic():
            CreditEntry.objects.bulk_create(
                [unsaved_debit(company, 1, source="job:1")], ignore_conflicts=True
            )
            assert CreditAccount.objects.get(company=company).balance == 3
            settle()

        assert rows() == before

    def test_number_their_entries_whatever_the_writer_says(self, ledger, company):
        entry = unsaved_debit(company, 1, seq=77, balance_after=1000)
        entry.save()
        LotAllocation.objects.create(entry=entry, lot=ledger, amount=1)

        assert (entry.seq, entry.balance_after) == (3, 3)
        assert CreditEntry.objects.filter(account=company.id).count() == 3


class TestEntries:
    def test_need_an_account(self, company):
        with refuses("there is no credit account"), transaction.atomic():
            debit(company, 1)

    def test_move_what_their_lots_move(self, ledger, company):
        with refuses("its lots 0"), transaction.atomic():
            debit(company, 1)
            settle()

    def test_take_from_lots_of_their_own_account(self, ledger, company, other_company):
        foreign = CreditLot.objects.get(account=other_company.id)

        with refuses("are not of one account"), transaction.atomic():
            LotAllocation.objects.create(entry=debit(company, 1), lot=foreign, amount=1)

    def test_open_lots_of_their_own_account(self, ledger, other_company):
        with refuses("are not of one account"), transaction.atomic():
            CreditLot.objects.create(
                account_id=other_company.id, entry=ledger.entry, granted=4, created_at=NOW
            )

    def test_are_not_added_to_later(self, ledger):
        spent = CreditEntry.objects.get(source="job:1")
        other = CreditLot.objects.create(
            account_id=ledger.account_id,
            entry=refund(ledger.account_id, 2),
            granted=2,
            created_at=NOW,
        )
        settle()

        with refuses("moves -1 credits, its lots -2"), transaction.atomic():
            LotAllocation.objects.create(entry=spent, lot=other, amount=1)
            settle()
        with refuses("moves -1 credits, its lots 8"), transaction.atomic():
            CreditLot.objects.create(
                account_id=ledger.account_id, entry=spent, granted=9, created_at=NOW
            )
            settle()

    def test_take_no_more_than_a_lot_holds(self, ledger, company):
        grant(company, 9)

        with refuses("payments_credit_lot_remaining_in_bounds"), transaction.atomic():
            LotAllocation.objects.create(entry=debit(company, 5), lot=ledger, amount=5)

    def test_give_back_no_more_than_was_taken(self, ledger, company):
        with refuses("payments_credit_lot_remaining_in_bounds"), transaction.atomic():
            LotAllocation.objects.create(entry=refund(company.id, 2), lot=ledger, amount=-2)

    def test_can_give_back_what_was_taken(self, ledger, company):
        """What refunds will need: a new entry whose allocation is negative. Nothing is rewritten."""
        LotAllocation.objects.create(entry=refund(company.id, 1), lot=ledger, amount=-1)
        settle()

        ledger.refresh_from_db()
        assert (ledger.remaining, CreditAccount.objects.get(company=company).balance) == (5, 5)
        assert ledger_discrepancies_unscoped() == []

    @pytest.mark.parametrize(
        ("kind", "counter", "delta"),
        [
            (EntryKind.GRANT, CounterAccount.ISSUED, -1),
            (EntryKind.PURCHASE, CounterAccount.ISSUED, -1),
            (EntryKind.GRANT, CounterAccount.CONSUMED, 1),
            (EntryKind.SPEND, CounterAccount.CONSUMED, 1),
            (EntryKind.SPEND, CounterAccount.EXPIRED, -1),
            (EntryKind.EXPIRY, CounterAccount.EXPIRED, 1),
            (EntryKind.CLAWBACK, CounterAccount.CLAWED_BACK, 1),
            (EntryKind.ADJUSTMENT, "PETTY_CASH", 1),
            ("GIFT", CounterAccount.ISSUED, 1),
        ],
    )
    def test_name_the_side_that_their_kind_moves(self, kind, counter, delta, ledger, company):
        with refuses("payments_credit_entry_kind_agrees"), transaction.atomic():
            unsaved_debit(company, -delta, kind=kind, counter_account=counter).save()

    def test_move_something(self, ledger, company):
        with refuses("payments_credit_entry"), transaction.atomic():
            unsaved_debit(company, 0).save()


def unsaved_debit(company, amount, **changes):
    values = {
        "account_id": company.id,
        "delta": -amount,
        "kind": EntryKind.SPEND,
        "counter_account": CounterAccount.CONSUMED,
        "source": f"job:{uuid7()}",
        "created_at": NOW,
        **changes,
    }
    return CreditEntry(**values)


def debit(company, amount):
    entry = unsaved_debit(company, amount)
    entry.save()
    return entry


def refund(account_id, amount):
    return CreditEntry.objects.create(
        account_id=account_id,
        delta=amount,
        kind=EntryKind.ADJUSTMENT,
        counter_account=CounterAccount.CONSUMED,
        source=f"refund:{uuid7()}",
        created_at=NOW,
    )
