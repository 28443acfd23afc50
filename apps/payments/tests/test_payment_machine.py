"""A model of paying beside the real thing: whatever a gateway tells, in whatever order and however often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import override_settings
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from apps.companies.tests.factories import CompanyFactory
from apps.payments.enums import GatewayCode, OrderState, Verdict
from apps.payments.models import CreditLot, GatewayEvent, Order, Package, PaymentAttempt
from apps.payments.selectors import (
    credit_balance,
    ledger_discrepancies_unscoped,
    result_address_unscoped,
)
from apps.payments.services import credits, settling
from apps.payments.tests.factories import VNPAY, begin_payment, make_package, notice_of, signed
from apps.users.tests.factories import UserFactory

START = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
PAID: dict[str, str] = {}
FAILED = {"vnp_ResponseCode": "24", "vnp_TransactionStatus": "02", "vnp_TransactionNo": "0"}
SUSPECT = {"vnp_ResponseCode": "07", "vnp_TransactionStatus": "07"}
STORIES = {"SUCCEEDED": PAID, "FAILED": FAILED, "REVIEW": SUSPECT}


@dataclass
class Ordered:
    """What the model knows of an order."""

    credits: int
    days: int
    paid: bool = False


@dataclass
class Tried:
    """What the model knows of an attempt."""

    row: PaymentAttempt
    order: Ordered
    state: str = "PENDING"
    surplus: bool = False


class Payments(RuleBasedStateMachine):
    """Every step commits; each run has a company of its own."""

    attempts = Bundle("attempts")

    @initialize()
    def open(self):
        self.buyer = UserFactory(recruiter=True)
        self.company = CompanyFactory(owner=self.buyer)
        self.now = START
        self.package = make_package(credits=3, days=10)
        self.tried: list[Tried] = []
        self.lots: list[tuple[int, datetime]] = []
        self.written = 0

    @rule(target=attempts)
    def order(self):
        self.package.refresh_from_db()
        row = begin_payment(self.buyer, package=self.package)
        self.tried.append(Tried(row, Ordered(self.package.credits, self.package.days)))
        return self.tried[-1]

    @rule(target=attempts, first=attempts)
    def try_once_more(self, first):
        """Another attempt to pay the same order."""
        row = PaymentAttempt.objects.get(id=first.row.id)
        row.pk, row.state, row.paid_at, row.is_surplus = None, "PENDING", None, False
        row.gateway_ref, row.ref = "", f"TRY{len(self.tried):09}"
        row.id = PaymentAttempt._meta.pk.get_default()
        row.save(force_insert=True)
        self.tried.append(Tried(row, first.order))
        return self.tried[-1]

    @rule(attempt=attempts, state=st.sampled_from(sorted(STORIES)), times=st.integers(1, 3))
    def tell(self, attempt, state, times):
        moves = attempt.state != state and (attempt.state, state) not in {
            ("SUCCEEDED", "FAILED"),
            ("SUCCEEDED", "REVIEW"),
        }
        expected = [Verdict.APPLIED if moves else Verdict.ALREADY]

        verdicts = [self.told(attempt, **STORIES[state]) for _ in range(times)]

        assert verdicts == expected + [Verdict.ALREADY] * (times - 1)
        self.written += times
        if moves:
            attempt.state = state
        if moves and state == "SUCCEEDED":
            attempt.surplus, attempt.order.paid = attempt.order.paid, True
            if not attempt.surplus:
                expires_at = self.now + timedelta(days=attempt.order.days)
                self.lots.append((attempt.order.credits, expires_at))

    @rule(attempt=attempts, amount=st.sampled_from(["1", "49999900", "50000001", "x", ""]))
    def tell_another_amount(self, attempt, amount):
        assert self.told(attempt, vnp_Amount=amount) is Verdict.AMOUNT_DIFFERS
        self.written += 1

    @rule(attempt=attempts, change=st.sampled_from(["vnp_TxnRef", "vnp_ResponseCode"]))
    def forge(self, attempt, change):
        honest = notice_of(attempt.row)
        query = signed(honest).replace(f"{change}={honest[change]}", f"{change}=000")
        assert self.received(query) is Verdict.BAD_SIGNATURE

    @rule(attempt=attempts, state=st.sampled_from(sorted(STORIES)))
    def come_back(self, attempt, state):
        with override_settings(**VNPAY):
            query = signed(notice_of(attempt.row, **STORIES[state]))
            address = result_address_unscoped(way=GatewayCode.VNPAY, query=query)
        assert ("result=success" in address) == (attempt.state == "SUCCEEDED")

    @rule(credits=st.integers(1, 5), days=st.integers(1, 20))
    def change_the_package(self, credits, days):
        Package.objects.filter(id=self.package.id).update(credits=credits, days=days)

    @rule(hours=st.integers(1, 100))
    def wait(self, hours):
        self.now += timedelta(hours=hours)

    @rule()
    def expire(self):
        credits.expire_lots(now=self.now)

    @invariant()
    def agrees(self):
        rows = PaymentAttempt.objects.filter(order__company=self.company).order_by("id")
        known = sorted(self.tried, key=lambda each: each.row.id)
        assert [(row.state, row.is_surplus) for row in rows] == [
            (each.state, each.surplus) for each in known
        ]
        paid = Order.objects.filter(company=self.company, state=OrderState.PAID).count()
        assert paid == len(self.lots)
        stored = CreditLot.objects.filter(account=self.company.id).order_by("id")
        assert [(lot.granted, lot.expires_at) for lot in stored] == self.lots
        assert credit_balance(company_id=self.company.id, now=self.now) == sum(
            amount for amount, expires_at in self.lots if expires_at > self.now
        )
        assert GatewayEvent.objects.filter(attempt__in=rows).count() == self.written
        assert ledger_discrepancies_unscoped() == []

    def teardown(self):
        """Empty the tables, past their guards, so that checking them stays cheap however many runs there are."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("TRUNCATE payments_credit_account, payments_package CASCADE")

    def told(self, attempt, **changes):
        return self.received(signed(notice_of(attempt.row, **changes)))

    def received(self, query):
        with override_settings(**VNPAY):
            return settling.receive_notice(
                way=GatewayCode.VNPAY, query=query, ip=None, now=self.now
            )


def machine(examples, steps):
    run_state_machine_as_test(
        Payments,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_payments_and_model_agree():
    machine(examples=8, steps=20)


@pytest.mark.nightly
@pytest.mark.django_db(transaction=True)
def test_payments_and_model_agree_for_long():
    machine(examples=1_000, steps=50)
