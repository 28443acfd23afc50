from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import Permission

from apps.companies.errors import CompanyNotFound
from apps.companies.tests.factories import CompanyFactory
from apps.core.errors import InvalidInput
from apps.payments.enums import CounterAccount, EntryKind
from apps.payments.models import CreditAccount, CreditEntry, CreditLot
from apps.payments.selectors import credit_balance, ledger_discrepancies_unscoped
from apps.payments.services import credits
from apps.payments.tests.factories import grant
from apps.users.errors import RoleNotAllowed
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


class TestGrant:
    def test_writes_one_entry_and_one_lot(self, staff, company):
        entry = credits.grant(
            actor=staff,
            company_id=company.id,
            amount=20,
            reason="  Welcome ",
            expires_at=NOW + timedelta(days=30),
            now=NOW,
        )

        account = CreditAccount.objects.get()
        assert (account.company_id, account.balance, account.seq) == (company.id, 20, 1)
        assert CreditEntry.objects.get() == entry
        assert (entry.account_id, entry.seq, entry.delta) == (company.id, 1, 20)
        assert (entry.balance_after, entry.kind) == (20, EntryKind.GRANT)
        assert entry.counter_account == CounterAccount.ISSUED
        assert (entry.reason, entry.actor_id, entry.created_at) == ("Welcome", staff.id, NOW)
        assert entry.source.startswith("grant:")
        lot = CreditLot.objects.get()
        assert (lot.account_id, lot.entry_id) == (company.id, entry.id)
        assert (lot.granted, lot.remaining, lot.created_at) == (20, 20, NOW)
        assert lot.expires_at == NOW + timedelta(days=30)

    def test_adds_up(self, staff, company):
        entries = [
            credits.grant(
                actor=staff, company_id=company.id, amount=amount, reason="Trial", now=NOW
            )
            for amount in (20, 5)
        ]

        assert [(entry.seq, entry.balance_after) for entry in entries] == [(1, 20), (2, 25)]
        assert CreditLot.objects.count() == 2
        assert credit_balance(company_id=company.id, now=NOW) == 25
        assert ledger_discrepancies_unscoped() == []

    def test_of_one_source_happens_once(self, staff, company):
        first, second = (
            credits.grant(
                actor=staff,
                company_id=company.id,
                amount=amount,
                reason="Trial",
                source="grant:form-1",
                now=NOW,
            )
            for amount in (20, 5)
        )

        assert first == second
        assert (CreditAccount.objects.get().balance, CreditLot.objects.count()) == (20, 1)

    def test_needs_the_right_and_nothing_more(self, company):
        clerk = UserFactory(staff=True, is_superuser=False)
        clerk.user_permissions.add(Permission.objects.get(codename="grant_credits"))

        credits.grant(actor=clerk, company_id=company.id, amount=1, reason="Trial", now=NOW)

        assert CreditAccount.objects.get().balance == 1

    @pytest.mark.parametrize("who", ["recruiter", "candidate", "clerk"])
    def test_is_for_staff_with_that_right(self, who, company, request):
        actor = (
            UserFactory(staff=True, is_superuser=False)
            if who == "clerk"
            else request.getfixturevalue(who)
        )

        with pytest.raises(RoleNotAllowed):
            credits.grant(actor=actor, company_id=company.id, amount=1, reason="Trial", now=NOW)

        assert not CreditAccount.objects.exists()

    @pytest.mark.parametrize(
        "change", [{"amount": 0}, {"amount": -5}, {"reason": " "}, {"expires_at": NOW}]
    )
    def test_refuses_what_is_no_grant(self, change, staff, company):
        given = {"amount": 1, "reason": "Trial", **change}

        with pytest.raises(InvalidInput):
            credits.grant(actor=staff, company_id=company.id, now=NOW, **given)

        assert not CreditAccount.objects.exists()

    def test_finds_no_company_that_is_deleted_or_never_was(self, staff):
        deleted = CompanyFactory(deleted_at=NOW)

        for company_id in (deleted.id, uuid4()):
            with pytest.raises(CompanyNotFound):
                credits.grant(actor=staff, company_id=company_id, amount=1, reason="Trial", now=NOW)

        assert not CreditAccount.objects.exists()

    def test_first_ones_at_once_share_one_account(self, at_once, staff, company):
        at_once(
            8,
            lambda number: credits.grant(
                actor=staff, company_id=company.id, amount=number + 1, reason="Trial", now=NOW
            ),
        )

        account = CreditAccount.objects.get()
        assert (account.balance, account.seq) == (36, 8)
        assert ledger_discrepancies_unscoped() == []

    @pytest.mark.parametrize("earlier", [0, 3])
    def test_of_one_source_at_once_happens_once(self, earlier, at_once, staff, company):
        """Also where the account exists already, so that its first insert holds nobody up."""
        if earlier:
            grant(company, earlier)

        entries = at_once(
            8,
            lambda _: (
                credits.grant(
                    actor=staff,
                    company_id=company.id,
                    amount=5,
                    reason="Trial",
                    source="grant:form-1",
                    now=NOW,
                ).id
            ),
        )

        assert len(set(entries)) == 1
        assert CreditAccount.objects.get().balance == earlier + 5
        assert ledger_discrepancies_unscoped() == []
