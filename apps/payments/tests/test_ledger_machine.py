"""A model of the ledger beside the real one: whatever is done in whatever order, they agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import override_settings
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.companies.tests.factories import CompanyFactory
from apps.payments.errors import InsufficientCredits
from apps.payments.models import CreditAccount, CreditEntry, CreditLot
from apps.payments.selectors import credit_balance, ledger_discrepancies_unscoped
from apps.payments.services import credits
from apps.users.tests.factories import UserFactory

START = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Lot:
    number: int
    remaining: int
    expires_at: datetime | None

    def is_open(self, now):
        return self.remaining > 0 and (self.expires_at is None or self.expires_at > now)

    @property
    def order(self):
        return (self.expires_at is None, self.expires_at or START, self.number)


class Ledger(RuleBasedStateMachine):
    """Every step commits; each run has a company of its own."""

    @initialize()
    def open(self):
        self.staff = UserFactory(staff=True)
        self.company = CompanyFactory()
        self.now = START
        self.lots: list[Lot] = []
        self.spent: dict[str, object] = {}
        self.entries = 0

    @rule(amount=st.integers(1, 6), days=st.one_of(st.none(), st.integers(1, 6)))
    def grant(self, amount, days):
        expires_at = None if days is None else self.now + days * DAY
        entry = credits.grant(
            actor=self.staff,
            company_id=self.company.id,
            amount=amount,
            reason="Trial",
            expires_at=expires_at,
            now=self.now,
        )
        self.lots.append(Lot(len(self.lots), amount, expires_at))
        self.entries += 1
        assert entry.seq == self.entries

    @rule(cost=st.integers(1, 4), keep=st.booleans())
    def spend(self, cost, keep):
        source = f"job:{self.entries}:{len(self.spent)}"
        available = self.available()
        if available < cost:
            with pytest.raises(InsufficientCredits) as refusal:
                self.debit(source, cost)
            assert refusal.value.context == {"required": cost, "available": available}
            return
        with transaction.atomic():
            entry = self.debit(source, cost)
            transaction.set_rollback(not keep)
        if keep:
            self.spent[source] = entry.id
            self.entries += 1
            for lot in sorted(self.lots, key=lambda lot: lot.order):
                taken = min(cost, lot.remaining) if lot.is_open(self.now) else 0
                lot.remaining -= taken
                cost -= taken

    @precondition(lambda self: self.spent)
    @rule(data=st.data(), cost=st.integers(1, 4))
    def spend_again(self, data, cost):
        source = data.draw(st.sampled_from(sorted(self.spent)))

        assert self.debit(source, cost).id == self.spent[source]

    @rule(hours=st.integers(1, 60))
    def wait(self, hours):
        self.now += timedelta(hours=hours)

    @rule()
    def expire(self):
        due = [
            lot
            for lot in self.lots
            if lot.remaining and lot.expires_at is not None and lot.expires_at <= self.now
        ]
        assert credits.expire_lots(now=self.now) == len(due)
        for lot in due:
            lot.remaining = 0
        self.entries += len(due)

    @invariant()
    def agrees(self):
        account = CreditAccount.objects.filter(company=self.company).first()
        stored = CreditLot.objects.filter(account=self.company.id).order_by("id")
        assert [lot.remaining for lot in stored] == [lot.remaining for lot in self.lots]
        assert (account.balance if account else 0) == sum(lot.remaining for lot in self.lots)
        assert (account.seq if account else 0) == self.entries
        assert CreditEntry.objects.filter(account=self.company.id).count() == self.entries
        assert credit_balance(company_id=self.company.id, now=self.now) == self.available()
        assert ledger_discrepancies_unscoped() == []

    def teardown(self):
        """Empty the ledger, past its guards, so that checking it stays cheap however many runs there are."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("TRUNCATE payments_credit_account CASCADE")

    def debit(self, source, cost):
        with override_settings(JOB_POSTING_CREDIT_COST=cost):
            return credits.spend_for_posting(
                actor=self.staff, company_id=self.company.id, source=source, now=self.now
            )

    def available(self):
        return sum(lot.remaining for lot in self.lots if lot.is_open(self.now))


def machine(examples, steps):
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_ledger_and_model_agree():
    machine(examples=20, steps=20)


@pytest.mark.nightly
@pytest.mark.django_db(transaction=True)
def test_ledger_and_model_agree_for_long():
    machine(examples=1_000, steps=50)
