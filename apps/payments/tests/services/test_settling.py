"""Settlement: money that came is taken exactly once, whenever and however often it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.core.models import Audit
from apps.payments.domain.attempts import TRANSITIONS
from apps.payments.enums import AttemptState, EntryKind, GatewayCode, OrderState, Verdict
from apps.payments.models import (
    CreditAccount,
    CreditEntry,
    CreditLot,
    GatewayEvent,
    Order,
    PaymentAttempt,
)
from apps.payments.selectors import credit_balance, ledger_discrepancies_unscoped
from apps.payments.services import credits, settling
from apps.payments.tests.factories import (
    VNPAY,
    begin_payment,
    grant,
    notice_of,
    signed,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def terminal(settings):
    for name, value in VNPAY.items():
        setattr(settings, name, value)


@pytest.fixture
def attempt(recruiter, company):
    return begin_payment(recruiter)


def tell(attempt, *, now=NOW, **changes):
    return settling.receive_notice(
        way=GatewayCode.VNPAY,
        query=signed(notice_of(attempt, **changes)),
        ip="203.0.113.9",
        now=now,
    )


def second_attempt(attempt):
    """Return another attempt to pay the same order."""
    return PaymentAttempt.objects.create(
        order=attempt.order,
        gateway=attempt.gateway,
        ref=f"{attempt.ref[:11]}Z",
        amount=attempt.amount,
        started_as=attempt.started_as,
        payment_url=attempt.payment_url,
        expires_at=attempt.expires_at,
    )


FAILED = {"vnp_ResponseCode": "24", "vnp_TransactionStatus": "02", "vnp_TransactionNo": "0"}
SUSPECT = {"vnp_ResponseCode": "07", "vnp_TransactionStatus": "07"}


class TestMoneyThatCame:
    def test_pays_the_order_and_gives_its_credits_until_they_expire(self, attempt, company):
        assert tell(attempt) is Verdict.APPLIED

        attempt.refresh_from_db()
        order = Order.objects.get()
        entry, lot = CreditEntry.objects.get(), CreditLot.objects.get()
        assert (attempt.state, attempt.paid_at) == (AttemptState.SUCCEEDED, NOW)
        assert (attempt.gateway_code, attempt.is_surplus) == ("00", False)
        assert attempt.gateway_ref == notice_of(attempt)["vnp_TransactionNo"]
        assert (order.state, order.paid_at) == (OrderState.PAID, NOW)
        assert (entry.account_id, entry.delta, entry.kind) == (company.id, 10, EntryKind.PURCHASE)
        assert (entry.source, entry.actor_id) == (f"order:{order.id}", order.buyer_id)
        assert (lot.granted, lot.expires_at) == (10, NOW + timedelta(days=90))
        assert ledger_discrepancies_unscoped() == []

    def test_can_be_spent_at_once_and_no_longer_than_it_lasts(self, attempt, recruiter, company):
        """The original sold credits that publishing then refused."""
        tell(attempt)

        credits.spend_for_posting(actor=recruiter, company_id=company.id, source="job:1", now=NOW)

        last = NOW + timedelta(days=90)
        assert credit_balance(company_id=company.id, now=last - timedelta(seconds=1)) == 9
        assert credit_balance(company_id=company.id, now=last) == 0

    def test_is_written_down_without_the_hash(self, attempt):
        tell(attempt)

        event = GatewayEvent.objects.get()
        assert (event.attempt, event.ref, event.ip) == (attempt, attempt.ref, "203.0.113.9")
        assert (event.verdict, event.outcome) == (Verdict.APPLIED, "PAID")
        assert event.payload == notice_of(attempt)

    def test_joins_what_the_company_had_and_what_it_buys_again(self, attempt, recruiter, company):
        grant(company, 3)
        tell(attempt)
        tell(begin_payment(recruiter))

        assert credit_balance(company_id=company.id, now=NOW) == 23
        assert CreditAccount.objects.get().seq == 3

    @pytest.mark.parametrize("before", [FAILED, SUSPECT])
    def test_is_taken_after_all_when_it_comes_late(self, attempt, company, before):
        tell(attempt, **before)

        assert tell(attempt, now=NOW + timedelta(days=30)) is Verdict.APPLIED
        assert credit_balance(company_id=company.id, now=NOW + timedelta(days=30)) == 10

    def test_counts_what_was_agreed_whatever_the_package_has_become(self, attempt):
        package = attempt.order.package
        package.price, package.credits, package.days, package.deleted_at = 5_000, 999, 1, NOW
        package.save()

        assert tell(attempt) is Verdict.APPLIED
        lot = CreditLot.objects.get()
        assert (lot.granted, lot.expires_at) == (10, NOW + timedelta(days=90))

    def test_of_a_second_attempt_waits_to_be_paid_back(self, attempt, company, caplog):
        second = second_attempt(attempt)
        tell(attempt)

        assert tell(second) is Verdict.APPLIED

        second.refresh_from_db()
        assert (second.state, second.is_surplus) == (AttemptState.SUCCEEDED, True)
        assert credit_balance(company_id=company.id, now=NOW) == 10
        assert "an order was paid once more" in caplog.text

    def test_is_audited_once_as_settled_and_once_as_bought(self, attempt):
        tell(attempt)
        tell(attempt)

        verbs = Audit.objects.filter(verb__in=["settled", "bought"]).values_list("verb", flat=True)
        assert sorted(verbs) == ["bought", "settled"]


class TestNothingChanges:
    def test_when_it_is_told_again(self, attempt, company):
        tell(attempt)

        assert [tell(attempt), tell(attempt, **FAILED), tell(attempt, **SUSPECT)] == [
            Verdict.ALREADY
        ] * 3
        assert credit_balance(company_id=company.id, now=NOW) == 10
        assert PaymentAttempt.objects.get().state == AttemptState.SUCCEEDED

    def test_when_a_failure_is_told_again(self, attempt):
        assert [tell(attempt, **FAILED), tell(attempt, **FAILED)] == [
            Verdict.APPLIED,
            Verdict.ALREADY,
        ]

    @pytest.mark.parametrize("amount", ["49999900", "50000100", "50000001", "5e7", "", "-50000000"])
    def test_when_the_amount_differs(self, attempt, amount, caplog):
        assert tell(attempt, vnp_Amount=amount) is Verdict.AMOUNT_DIFFERS
        assert PaymentAttempt.objects.get().state == AttemptState.PENDING
        assert not CreditAccount.objects.exists()
        assert "money came that nothing asks for" in caplog.text

    def test_when_the_order_is_unknown(self, attempt, caplog):
        assert tell(attempt, vnp_TxnRef="0" * 200) is Verdict.NOT_FOUND
        assert tell(attempt, vnp_TxnRef="", **FAILED) is Verdict.NOT_FOUND
        assert list(GatewayEvent.objects.order_by("id").values_list("ref", flat=True)) == [
            "0" * 100,
            "",
        ]
        assert caplog.text.count("money came that nothing asks for") == 1

    @pytest.mark.parametrize(
        "changes",
        [
            {"vnp_ResponseCode": "00", "vnp_TransactionStatus": "02"},
            {"vnp_ResponseCode": "24", "vnp_TransactionStatus": "00"},
            {"vnp_ResponseCode": "00", "vnp_TransactionStatus": ""},
            {"vnp_ResponseCode": "", "vnp_TransactionStatus": "00"},
        ],
    )
    def test_for_a_payment_of_which_only_half_is_a_success(self, attempt, changes):
        assert tell(attempt, **changes) is Verdict.APPLIED
        assert PaymentAttempt.objects.get().state == AttemptState.FAILED
        assert not CreditAccount.objects.exists()

    def test_for_a_payment_that_is_suspected(self, attempt):
        tell(attempt, vnp_TransactionStatus="07")

        assert PaymentAttempt.objects.get().state == AttemptState.REVIEW
        assert tell(attempt, **FAILED) is Verdict.APPLIED
        assert not CreditAccount.objects.exists()

    def test_when_another_terminal_signs(self, attempt, settings):
        assert tell(attempt, vnp_TmnCode="OTHER001") is Verdict.BAD_SIGNATURE
        settings.VNPAY_HASH_SECRET = "another secret altogether"
        assert tell(attempt) is Verdict.BAD_SIGNATURE
        settings.VNPAY_HASH_SECRET = ""
        assert tell(attempt) is Verdict.BAD_SIGNATURE
        assert not GatewayEvent.objects.exists()

    def test_when_the_ledger_refuses(self, attempt, recruiter, caplog):
        """Another payment has the same number at the gateway: a person must look, and nothing is half done."""
        other = begin_payment(recruiter)
        tell(other, vnp_TransactionNo="77")

        assert tell(attempt, vnp_TransactionNo="77") is Verdict.BROKEN
        attempt.refresh_from_db()
        assert attempt.state == AttemptState.PENDING
        assert GatewayEvent.objects.count() == 1
        assert "could not be worked on" in caplog.text


@pytest.mark.parametrize("told", list(permutations([{}, FAILED, SUSPECT])))
def test_any_order_of_notices_ends_with_the_same_credits(attempt, company, told):
    for changes in [*told, *told]:
        tell(attempt, **changes)

    assert PaymentAttempt.objects.get().state == AttemptState.SUCCEEDED
    assert credit_balance(company_id=company.id, now=NOW) == 10


class TestAtOnce:
    @pytest.mark.django_db(transaction=True)
    def test_notices_of_one_payment_settle_it_once(self, at_once, attempt, company):
        verdicts = at_once(8, lambda number: tell(attempt))

        assert sorted(verdicts) == [Verdict.ALREADY] * 7 + [Verdict.APPLIED]
        assert credit_balance(company_id=company.id, now=NOW) == 10
        assert GatewayEvent.objects.count() == 8

    @pytest.mark.django_db(transaction=True)
    def test_two_attempts_for_one_order_give_its_credits_once(self, at_once, attempt, company):
        both = [attempt, second_attempt(attempt)]

        verdicts = at_once(8, lambda number: tell(both[number % 2]))

        assert sorted(verdicts).count(Verdict.APPLIED) == 2
        assert sorted(PaymentAttempt.objects.values_list("is_surplus", flat=True)) == [False, True]
        assert credit_balance(company_id=company.id, now=NOW) == 10
        assert ledger_discrepancies_unscoped() == []


class TestWhatTheDatabaseKeeps:
    def refused(self, statement):
        """Return the name of the guard that refuses a statement."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            with pytest.raises(IntegrityError) as caught, transaction.atomic():
                cursor.execute(statement)
        diagnostics: Any = caught.value.__cause__
        return diagnostics.diag.constraint_name

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ("price = 1", "payments_order_kept"),
            ("credits = 1000", "payments_order_kept"),
            ("vat_percent = 0", "payments_order_kept"),
            ("state = 'OPEN', paid_at = NULL", "payments_order_stays_paid"),
            ("paid_at = now()", "payments_order_stays_paid"),
        ],
    )
    def test_an_order_as_it_was_agreed_and_paid(self, attempt, change, constraint):
        tell(attempt)

        assert self.refused("UPDATE payments_order SET " + change) == constraint  # noqa: S608

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ("amount = 1", "payments_attempt_kept"),
            ("ref = 'X'", "payments_attempt_kept"),
            ("state = 'FAILED', paid_at = NULL", "payments_attempt_step"),
            ("state = 'PENDING', paid_at = NULL", "payments_attempt_step"),
            ("is_surplus = true", "payments_attempt_step"),
        ],
    )
    def test_an_attempt_that_succeeded(self, attempt, change, constraint):
        tell(attempt)

        assert self.refused("UPDATE payments_attempt SET " + change) == constraint  # noqa: S608

    @pytest.mark.parametrize("table", ["order", "attempt", "gateway_event"])
    def test_every_row(self, attempt, table):
        tell(attempt)

        assert self.refused("DELETE FROM payments_" + table) == "payments_record_kept"  # noqa: S608
        assert self.refused("TRUNCATE payments_" + table + " CASCADE") == "payments_record_kept"

    def test_every_notice(self, attempt):
        tell(attempt)

        refused = self.refused("UPDATE payments_gateway_event SET verdict = 'ALREADY'")
        assert refused == "payments_record_kept"

    def test_the_steps_that_the_domain_knows(self, recruiter, company):
        for source in AttemptState:
            for target in AttemptState:
                if source is target:
                    continue
                attempt = begin_payment(recruiter)
                if source is not AttemptState.PENDING:
                    self.move(attempt, source)
                if target in TRANSITIONS[source]:
                    self.move(attempt, target)
                else:
                    with pytest.raises(IntegrityError), transaction.atomic():
                        self.move(attempt, target)

    def move(self, attempt, state):
        paid_at = NOW if state == AttemptState.SUCCEEDED else None
        PaymentAttempt.objects.filter(id=attempt.id).update(
            state=state, paid_at=paid_at, is_surplus=False
        )
