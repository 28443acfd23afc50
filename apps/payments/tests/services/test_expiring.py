from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from apps.payments.enums import CounterAccount, EntryKind
from apps.payments.models import CreditAccount, CreditEntry, LotAllocation
from apps.payments.selectors import credit_balance, ledger_discrepancies_unscoped
from apps.payments.services import credits
from apps.payments.tests.factories import grant

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
DAY = timedelta(days=1)


def entries():
    rows = CreditEntry.objects.order_by("account_id", "seq")
    return list(rows.values_list("kind", "delta", "balance_after"))


class TestExpireLots:
    def test_books_what_is_left(self, recruiter, company):
        lot = grant(company, 5, expires_at=NOW)
        grant(company, 3)
        credits.spend_for_posting(
            actor=recruiter, company_id=company.id, source="job:1", now=NOW - DAY
        )

        assert credits.expire_lots(now=NOW) == 1

        entry = CreditEntry.objects.get(kind=EntryKind.EXPIRY)
        assert (entry.delta, entry.balance_after, entry.seq) == (-4, 3, 4)
        assert (entry.source, entry.counter_account) == (
            f"expiry:lot:{lot.id}",
            CounterAccount.EXPIRED,
        )
        assert (entry.actor_id, entry.created_at) == (None, NOW)
        allocation = LotAllocation.objects.get(entry=entry)
        assert (allocation.lot_id, allocation.amount) == (lot.id, 4)
        lot.refresh_from_db()
        assert lot.remaining == 0
        assert ledger_discrepancies_unscoped() == []

    def test_changes_nothing_that_can_be_spent(self, company):
        grant(company, 5, expires_at=NOW)
        grant(company, 3, expires_at=NOW + DAY)
        before = credit_balance(company_id=company.id, now=NOW)

        credits.expire_lots(now=NOW)

        assert credit_balance(company_id=company.id, now=NOW) == before == 3

    def test_happens_once(self, company):
        grant(company, 5, expires_at=NOW)

        assert [credits.expire_lots(now=NOW + days * DAY) for days in range(3)] == [1, 0, 0]
        assert entries() == [("GRANT", 5, 5), ("EXPIRY", -5, 0)]

    @pytest.mark.parametrize(("late", "expired"), [(-1, 0), (0, 1), (1, 1)])
    def test_starts_at_the_instant_of_expiry(self, late, expired, company):
        grant(company, 5, expires_at=NOW)

        assert credits.expire_lots(now=NOW + timedelta(microseconds=late)) == expired

    def test_leaves_used_lots_and_those_without_expiry_alone(self, recruiter, company):
        grant(company, 1, expires_at=NOW)
        grant(company, 2)
        credits.spend_for_posting(
            actor=recruiter, company_id=company.id, source="job:1", now=NOW - DAY
        )

        assert credits.expire_lots(now=NOW) == 0
        assert CreditAccount.objects.get().balance == 2

    def test_goes_through_every_company(self, company, other_company):
        for each in (company, other_company):
            grant(each, 2, expires_at=NOW - DAY)
            grant(each, 1, expires_at=NOW)

        assert credits.expire_lots(now=NOW) == 4
        assert list(CreditAccount.objects.values_list("balance", "seq")) == [(0, 4), (0, 4)]
        assert ledger_discrepancies_unscoped() == []

    def test_forfeits_nothing_that_is_bought_meanwhile(self, company):
        """D15: the old sweep wrote whole rows back and wiped what was paid in between."""
        grant(company, 5, expires_at=NOW)
        credits.expire_lots(now=NOW)
        grant(company, 7, expires_at=NOW + DAY)

        assert credits.expire_lots(now=NOW) == 0
        assert entries() == [("GRANT", 5, 5), ("EXPIRY", -5, 0), ("GRANT", 7, 7)]

    def test_by_two_sweeps_at_once_books_each_lot_once(self, at_once, company, other_company):
        for each in (company, other_company):
            for days in (1, 2, 3):
                grant(each, days, expires_at=NOW - days * DAY)

        assert sum(at_once(4, lambda _: credits.expire_lots(now=NOW))) == 6
        assert CreditEntry.objects.filter(kind=EntryKind.EXPIRY).count() == 6
        assert ledger_discrepancies_unscoped() == []
