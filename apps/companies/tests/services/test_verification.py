from __future__ import annotations

from datetime import UTC, datetime

import pytest

from apps.companies.errors import CompanyNotFound, VerificationUnchanged
from apps.companies.services import verification
from apps.companies.tests.factories import CompanyFactory
from apps.users.errors import RoleNotAllowed

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


class TestVerifyCompany:
    def test_records_when(self, staff, company):
        verified = verification.verify_company(actor=staff, company_id=company.id, now=NOW)

        assert (verified.verified_at, verified.is_verified, verified.version) == (NOW, True, 2)

    def test_is_for_staff(self, recruiter, company):
        with pytest.raises(RoleNotAllowed):
            verification.verify_company(actor=recruiter, company_id=company.id, now=NOW)

        company.refresh_from_db()
        assert not company.is_verified

    def test_refuses_what_is_verified(self, staff):
        company = CompanyFactory(verified_at=NOW)

        with pytest.raises(VerificationUnchanged):
            verification.verify_company(actor=staff, company_id=company.id, now=NOW)

    def test_finds_no_deleted_company(self, staff):
        company = CompanyFactory(deleted_at=NOW)

        with pytest.raises(CompanyNotFound):
            verification.verify_company(actor=staff, company_id=company.id, now=NOW)


class TestUnverifyCompany:
    def test_takes_it_back(self, staff):
        company = CompanyFactory(verified_at=NOW)

        unverified = verification.unverify_company(actor=staff, company_id=company.id)

        assert (unverified.verified_at, unverified.is_verified) == (None, False)

    def test_refuses_what_is_not_verified(self, staff, company):
        with pytest.raises(VerificationUnchanged):
            verification.unverify_company(actor=staff, company_id=company.id)
