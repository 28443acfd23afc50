from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection

from apps.payments.models import CreditEntry, CreditLot
from apps.payments.selectors import ledger_discrepancies_unscoped
from apps.payments.services import credits
from apps.payments.tests.factories import begin_payment, grant, settle_payment

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)

BALANCE_ENTRIES = "balance is not the sum of its entries"
BALANCE_LOTS = "balance is not what is left of its lots"
GAP = "numbers of the entries have a gap"
RUNNING = "balance after an entry is not the sum up to it"
ENTRY_LOTS = "entry is not what its lots moved"
LOT = "lot is not what its allocations left"
ORDER = "order is not what was paid and given for it"
ZERO = "companies and counter accounts do not sum to zero"


@pytest.fixture
def ledger(recruiter, company, other_company):
    grant(company, 5)
    grant(company, 3, expires_at=NOW)
    grant(other_company, 2)
    credits.spend_for_posting(actor=recruiter, company_id=company.id, source="job:1", now=NOW)
    credits.expire_lots(now=NOW)


@pytest.fixture
def tamper(ledger, company):
    """Run SQL past the guards, as a superuser could."""

    def run(*statements):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("account", "entry", "lot"):
                cursor.execute(f"ALTER TABLE payments_credit_{table} DISABLE TRIGGER USER")
            cursor.execute("ALTER TABLE payments_lot_allocation DISABLE TRIGGER USER")
            for statement in statements:
                cursor.execute(statement, {"company": company.id})
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    return run


def rules():
    return [each.rule for each in ledger_discrepancies_unscoped()]


class TestLedgerDiscrepancies:
    def test_are_none_in_a_ledger_that_services_wrote(self, ledger):
        assert ledger_discrepancies_unscoped() == []

    def test_are_none_in_an_empty_ledger(self, company):
        assert ledger_discrepancies_unscoped() == []

    @pytest.mark.parametrize(
        ("statement", "broken"),
        [
            (
                "UPDATE payments_credit_account SET balance = 9 WHERE company_id = %(company)s",
                [BALANCE_ENTRIES, BALANCE_LOTS, ZERO],
            ),
            (
                "UPDATE payments_credit_account SET seq = 9 WHERE company_id = %(company)s",
                [GAP],
            ),
            (
                "UPDATE payments_credit_entry SET seq = 9 WHERE account_id = %(company)s AND seq = 4",
                [GAP],
            ),
            (
                "UPDATE payments_credit_entry SET seq = 5 WHERE account_id = %(company)s AND seq = 1",
                [GAP, RUNNING, RUNNING, RUNNING, RUNNING],
            ),
            (
                "UPDATE payments_credit_entry SET balance_after = 9 WHERE delta = 3",
                [RUNNING],
            ),
            (
                "UPDATE payments_credit_entry SET delta = -2, balance_after = 6 WHERE delta = -1",
                [BALANCE_ENTRIES, RUNNING, ENTRY_LOTS, ZERO],
            ),
            (
                "UPDATE payments_credit_lot SET remaining = 3 WHERE granted = 5",
                [BALANCE_LOTS, LOT],
            ),
            (
                "UPDATE payments_lot_allocation SET amount = 2 WHERE amount = 1",
                [ENTRY_LOTS, LOT],
            ),
        ],
    )
    def test_name_what_was_tampered_with(self, statement, broken, tamper):
        tamper(statement)

        assert rules() == broken

    @pytest.mark.parametrize(
        ("statement", "detail"),
        [
            ("DELETE FROM payments_credit_entry WHERE kind = 'PURCHASE'", "paid by 1 attempts, 0"),
            ("UPDATE payments_attempt SET is_surplus = true", "paid by 0 attempts, 10"),
        ],
    )
    def test_name_an_order_that_was_paid_or_given_wrongly(
        self, tamper, recruiter, statement, detail
    ):
        attempt = begin_payment(recruiter)
        settle_payment(attempt)
        tamper(
            "ALTER TABLE payments_attempt DISABLE TRIGGER USER",
            "DELETE FROM payments_credit_lot WHERE granted = 10",
            statement,
        )

        [found] = [each for each in ledger_discrepancies_unscoped() if each.rule == ORDER]

        assert (found.subject, found.detail) == (
            str(attempt.order_id),
            f"paid, {detail} of 10 credits",
        )

    def test_say_whose_and_how_much(self, tamper, company):
        tamper("UPDATE payments_credit_account SET balance = 9 WHERE company_id = %(company)s")

        first, second, whole = ledger_discrepancies_unscoped()

        assert (first.subject, first.detail) == (str(company.id), "balance 9, entries 4")
        assert (second.subject, second.detail) == (str(company.id), "balance 9, lots 4")
        assert (whole.subject, whole.detail) == (
            "whole ledger",
            "companies 11, counter accounts -6",
        )

    def test_take_the_same_queries_for_any_ledger(self, ledger, queries, company):
        grant(company, 1)

        with queries(8):
            ledger_discrepancies_unscoped()


class TestLedgerCheck:
    def test_is_silent_about_a_sound_ledger(self, ledger, capsys):
        call_command("ledger_check")

        assert capsys.readouterr().out == "The ledger explains every balance.\n"

    def test_prints_each_discrepancy_and_fails(self, tamper, company, capsys):
        tamper("UPDATE payments_credit_account SET seq = 9 WHERE company_id = %(company)s")

        with pytest.raises(SystemExit) as ended:
            call_command("ledger_check")

        assert ended.value.code == 1
        assert capsys.readouterr().err == f"{GAP}: {company.id} (last number 9, entries 4)\n"


def test_the_ledger_of_these_tests_has_every_kind_that_services_write(ledger):
    assert set(CreditEntry.objects.values_list("kind", flat=True)) == {"GRANT", "SPEND", "EXPIRY"}
    assert CreditLot.objects.count() == 3
