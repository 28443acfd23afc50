from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from apps.companies.enums import MemberRole
from apps.companies.errors import CompanyNotFound, CompanyRequired, CompanyRoleNotAllowed
from apps.companies.tests.factories import CompanyFactory, MembershipFactory
from apps.payments.domain.lots import OpenLot
from apps.payments.selectors import credit_balance, credits_for, open_lots_unscoped
from apps.payments.tests.factories import grant
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
DAY = timedelta(days=1)


class TestCreditBalance:
    def test_is_nothing_without_an_account(self, company):
        assert credit_balance(company_id=company.id, now=NOW) == 0

    def test_counts_what_has_not_expired(self, company, other_company):
        for amount, expires_at in ((1, NOW - DAY), (2, NOW), (4, NOW + DAY), (8, None)):
            grant(company, amount, expires_at=expires_at)
        grant(other_company, 16)

        assert credit_balance(company_id=company.id, now=NOW) == 12

    def test_is_that_of_this_moment_unless_said_otherwise(self, company, now):
        grant(company, 1, expires_at=now - DAY)
        grant(company, 2, expires_at=now + DAY)

        assert credit_balance(company_id=company.id) == 2


class TestOpenLots:
    def test_are_given_in_the_order_of_their_use(self, company):
        endless, late, soon = (
            grant(company, 1, expires_at=expires_at)
            for expires_at in (None, NOW + 2 * DAY, NOW + DAY)
        )
        grant(company, 1, expires_at=NOW)

        assert open_lots_unscoped(company_id=company.id, now=NOW) == [
            OpenLot(soon.id, 1),
            OpenLot(late.id, 1),
            OpenLot(endless.id, 1),
        ]


class TestCreditsFor:
    def test_are_those_of_the_viewers_company_by_default(self, recruiter, company, other_company):
        lot = grant(company, 3)
        grant(other_company, 5)

        found = credits_for(viewer=recruiter, company_id=None, now=NOW)

        assert (found.company_id, found.balance, found.lots) == (company.id, 3, [lot])
        assert [entry.delta for entry in found.entries] == [3]

    @pytest.mark.parametrize("role", list(MemberRole))
    def test_are_for_owners_and_finance(self, role, company):
        viewer = MembershipFactory(company=company, role=role).user

        if role in {MemberRole.OWNER, MemberRole.FINANCE}:
            assert credits_for(viewer=viewer, company_id=company.id, now=NOW).balance == 0
        else:
            with pytest.raises(CompanyRoleNotAllowed):
                credits_for(viewer=viewer, company_id=company.id, now=NOW)

    def test_are_hidden_from_strangers(self, company, other_recruiter, candidate):
        for viewer in (other_recruiter, candidate):
            with pytest.raises(CompanyRoleNotAllowed):
                credits_for(viewer=viewer, company_id=company.id, now=NOW)

    def test_need_a_company(self, candidate):
        with pytest.raises(CompanyRequired):
            credits_for(viewer=candidate, company_id=None, now=NOW)
        with pytest.raises(CompanyNotFound):
            credits_for(viewer=candidate, company_id=uuid4(), now=NOW)

    def test_of_a_deleted_company_are_gone(self):
        owner = UserFactory(recruiter=True)
        company = CompanyFactory(owner=owner, deleted_at=NOW)

        with pytest.raises(CompanyRequired):
            credits_for(viewer=owner, company_id=None, now=NOW)
        with pytest.raises(CompanyNotFound):
            credits_for(viewer=owner, company_id=company.id, now=NOW)
