from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from apps.payments.enums import CounterAccount, EntryKind
from apps.payments.errors import InsufficientCredits
from apps.payments.models import CreditAccount, CreditEntry, CreditLot, LotAllocation
from apps.payments.selectors import credit_balance, ledger_discrepancies_unscoped
from apps.payments.services import credits
from apps.payments.tests.factories import grant

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
DAY = timedelta(days=1)


def spend(actor, company, source="job:1", now=NOW):
    return credits.spend_for_posting(actor=actor, company_id=company.id, source=source, now=now)


def standing(company):
    """Balance, number of entries, and what is left of each lot in the order of their granting."""
    account = CreditAccount.objects.get(company=company)
    lots = CreditLot.objects.order_by("id").values_list("remaining", flat=True)
    return account.balance, account.seq, list(lots)


class TestSpendForPosting:
    def test_debits_what_a_posting_costs(self, recruiter, company):
        lot = grant(company, 20)

        entry = spend(recruiter, company)

        assert (entry.seq, entry.delta, entry.balance_after) == (2, -1, 19)
        assert (entry.kind, entry.counter_account) == (EntryKind.SPEND, CounterAccount.CONSUMED)
        assert (entry.source, entry.actor_id, entry.created_at) == ("job:1", recruiter.id, NOW)
        assert CreditEntry.objects.get(source="job:1") == entry
        allocation = LotAllocation.objects.get()
        assert (allocation.entry_id, allocation.lot_id, allocation.amount) == (entry.id, lot.id, 1)
        assert standing(company) == (19, 2, [19])
        assert ledger_discrepancies_unscoped() == []

    def test_takes_six_statements(self, recruiter, company, queries):
        """Savepoint, the audit entry, the debit with its lock, the lots, the allocations, release."""
        grant(company, 20)

        with queries(6):
            spend(recruiter, company)

    def test_takes_credits_that_expire_first(self, recruiter, company, settings):
        settings.JOB_POSTING_CREDIT_COST = 4
        for amount, days in ((5, None), (1, 9), (2, 3)):
            grant(company, amount, expires_at=NOW + days * DAY if days else None)

        spend(recruiter, company)

        assert standing(company) == (4, 4, [4, 0, 0])
        amounts = LotAllocation.objects.order_by("lot_id").values_list("amount", flat=True)
        assert list(amounts) == [1, 1, 2]
        assert ledger_discrepancies_unscoped() == []

    def test_is_free_where_postings_cost_nothing(self, recruiter, company, settings, queries):
        settings.JOB_POSTING_CREDIT_COST = 0

        with queries(0):
            assert spend(recruiter, company) is None

        assert not CreditAccount.objects.exists()

    def test_refuses_a_company_without_an_account(self, recruiter, company):
        with pytest.raises(InsufficientCredits) as refusal:
            spend(recruiter, company)

        assert refusal.value.context == {"required": 1, "available": 0}
        assert not CreditAccount.objects.exists()
        assert not CreditEntry.objects.exists()

    def test_refuses_an_empty_account(self, recruiter, company):
        grant(company, 1)
        spend(recruiter, company)

        with pytest.raises(InsufficientCredits) as refusal:
            spend(recruiter, company, source="job:2")

        assert refusal.value.context == {"required": 1, "available": 0}
        assert standing(company) == (0, 2, [0])

    def test_refuses_what_is_too_dear_and_says_what_there_is(self, recruiter, company, settings):
        settings.JOB_POSTING_CREDIT_COST = 3
        grant(company, 2)

        with pytest.raises(InsufficientCredits) as refusal:
            spend(recruiter, company)

        assert refusal.value.context == {"required": 3, "available": 2}
        assert standing(company) == (2, 1, [2])

    @pytest.mark.parametrize(("late", "spent"), [(-1, True), (0, False), (1, False)])
    def test_takes_no_credit_from_the_instant_of_its_expiry(self, late, spent, recruiter, company):
        """The sweep has not run: the balance still counts the lot, spending does not."""
        grant(company, 1, expires_at=NOW)
        now = NOW + timedelta(microseconds=late)

        if spent:
            spend(recruiter, company, now=now)
        else:
            with pytest.raises(InsufficientCredits) as refusal:
                spend(recruiter, company, now=now)
            assert refusal.value.context == {"required": 1, "available": 0}

        assert standing(company) == ((0, 2, [0]) if spent else (1, 1, [1]))

    def test_never_mixes_expired_credits_in(self, recruiter, company, settings):
        settings.JOB_POSTING_CREDIT_COST = 3
        grant(company, 5, expires_at=NOW - DAY)
        grant(company, 2)

        with pytest.raises(InsufficientCredits) as refusal:
            spend(recruiter, company)

        assert refusal.value.context == {"required": 3, "available": 2}
        assert standing(company) == (7, 2, [5, 2])


class TestSpendingTwice:
    def test_of_one_source_debits_once(self, recruiter, company):
        """Trap 1: a repeated key must not take credits without an entry."""
        grant(company, 10)

        entries = [spend(recruiter, company) for _ in range(3)]

        assert len({entry.id for entry in entries}) == 1
        assert standing(company) == (9, 2, [9])
        assert ledger_discrepancies_unscoped() == []

    def test_of_one_source_is_no_refusal_when_it_took_the_last_credit(self, recruiter, company):
        grant(company, 1)

        first, second = spend(recruiter, company), spend(recruiter, company)

        assert first == second
        assert standing(company) == (0, 2, [0])

    def test_leaves_the_callers_transaction_usable(self, recruiter, company):
        grant(company, 1)
        spend(recruiter, company)

        with transaction.atomic():
            spend(recruiter, company)
            assert credit_balance(company_id=company.id, now=NOW) == 0

    def test_of_one_source_by_two_companies_debits_both(self, recruiter, company, other_company):
        for each in (company, other_company):
            grant(each, 1)
            spend(recruiter, each)

        assert list(CreditAccount.objects.values_list("balance", flat=True)) == [0, 0]


class TestTheCallersTransaction:
    def test_is_rolled_back_when_credits_are_short(self, recruiter, company):
        @transaction.atomic
        def publish():
            company.address = "changed by the caller"
            company.save()
            spend(recruiter, company)

        with pytest.raises(InsufficientCredits):
            publish()

        company.refresh_from_db()
        assert company.address == ""

    def test_takes_the_debit_with_it_when_it_fails_later(self, recruiter, company):
        grant(company, 1)

        @transaction.atomic
        def publish():
            spend(recruiter, company)
            raise ConnectionError("after the debit")

        with pytest.raises(ConnectionError):
            publish()

        assert standing(company) == (1, 1, [1])

    def test_may_go_on_after_a_refusal_that_it_catches(self, recruiter, company, settings):
        settings.JOB_POSTING_CREDIT_COST = 3
        grant(company, 2)

        with transaction.atomic():
            with pytest.raises(InsufficientCredits):
                spend(recruiter, company)
            settings.JOB_POSTING_CREDIT_COST = 2
            spend(recruiter, company)

        assert standing(company) == (0, 2, [0])

    def test_sees_other_violations_as_they_are(self, recruiter, company):
        grant(company, 1)

        with pytest.raises(IntegrityError, match="payments_credit_entry_source_present"):
            spend(recruiter, company, source="")

        assert standing(company) == (1, 1, [1])

    def test_sees_a_dead_connection_as_it_is(self, recruiter, company):
        def fail(*_):
            raise IntegrityError("without a diagnosis")

        with connection.execute_wrapper(fail), pytest.raises(IntegrityError, match="without"):
            spend(recruiter, company)


class TestSpendingAtOnce:
    def test_sells_exactly_what_there_is(self, at_once, recruiter, company):
        """100 postings at once, 20 credits in three lots, each on a connection of its own."""
        for amount, days in ((5, 1), (7, 2), (8, None)):
            grant(company, amount, expires_at=NOW + days * DAY if days else None)

        def publish(number):
            try:
                with transaction.atomic():
                    spend(recruiter, company, source=f"job:{number}")
            except InsufficientCredits:
                return False
            return True

        outcomes = at_once(100, publish)

        assert outcomes.count(True) == 20
        assert standing(company) == (0, 23, [0, 0, 0])
        spent = CreditEntry.objects.filter(kind=EntryKind.SPEND)
        assert set(spent.values_list("source", flat=True)) == {
            f"job:{number}" for number, sold in enumerate(outcomes) if sold
        }
        assert ledger_discrepancies_unscoped() == []

    def test_of_one_source_debits_once(self, at_once, recruiter, company):
        grant(company, 3)

        entries = at_once(8, lambda _: spend(recruiter, company).id)

        assert len(set(entries)) == 1
        assert standing(company) == (2, 2, [2])
        assert ledger_discrepancies_unscoped() == []

    def test_of_the_last_credit_by_one_source_is_no_refusal(self, at_once, recruiter, company):
        grant(company, 1)

        entries = at_once(8, lambda _: spend(recruiter, company).id)

        assert len(set(entries)) == 1
        assert standing(company) == (0, 2, [0])

    def test_shares_lots_with_the_sweep_that_expires_them(self, at_once, recruiter, company):
        """Callers with a clock before the expiry and a sweep after it: whoever comes first, it adds up."""
        grant(company, 6, expires_at=NOW)
        grant(company, 2)

        def act(number):
            if number % 4 == 0:
                return credits.expire_lots(now=NOW)
            try:
                spend(recruiter, company, source=f"job:{number}", now=NOW - DAY)
            except InsufficientCredits:
                return 0
            return 0

        swept = sum(at_once(16, act))

        expired = CreditEntry.objects.filter(kind=EntryKind.EXPIRY).count()
        assert swept == expired <= 1
        assert CreditLot.objects.get(granted=6).remaining == 0
        assert ledger_discrepancies_unscoped() == []


class TestACrash:
    @pytest.mark.parametrize("statement", range(1, 6))
    @pytest.mark.django_db(transaction=True)
    def test_at_any_statement_leaves_what_a_retry_completes(self, statement, recruiter, company):
        grant(company, 3)
        seen = 0

        def crash(execute, sql, params, many, context):
            nonlocal seen
            seen += 1
            if seen == statement:
                raise ConnectionError("the process died")
            return execute(sql, params, many, context)

        @transaction.atomic
        def publish():
            company.address = "published"
            company.save(update_fields=["address"])
            spend(recruiter, company)

        with connection.execute_wrapper(crash), pytest.raises(ConnectionError):
            publish()

        company.refresh_from_db()
        assert company.address == ""
        assert standing(company) == (3, 1, [3])
        publish()
        publish()
        assert standing(company) == (2, 2, [2])
        assert ledger_discrepancies_unscoped() == []


def test_sources_are_long_enough_for_every_cause(recruiter, company):
    grant(company, 1)

    entry = spend(recruiter, company, source=f"expiry:lot:{uuid4()}:and:{uuid4()}")

    assert len(entry.source) == 88
