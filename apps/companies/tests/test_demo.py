from __future__ import annotations

from datetime import UTC, datetime

import pytest

from apps.companies import demo
from apps.companies.domain.naming import name_key
from apps.companies.models import Company, Membership
from apps.core.demo import demo_id
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


def test_opens_two_verified_companies_with_their_owners():
    for name in ("recruiter", "recruiter2"):
        UserFactory(id=demo_id(f"user:{name}"), recruiter=True)

    demo.load(now=NOW)

    companies = Company.objects.in_bulk()
    assert {company.name for company in companies.values()} == {
        "Công ty Cổ phần Phần mềm An Phú",
        "Công ty TNHH Bán lẻ Sông Hồng",
    }
    assert all(company.is_verified for company in companies.values())
    assert all(company.name_key == name_key(company.name) for company in companies.values())
    assert set(Membership.objects.values_list("company_id", "user_id", "role")) == {
        (demo_id("company:anphu"), demo_id("user:recruiter"), "OWNER"),
        (demo_id("company:songhong"), demo_id("user:recruiter2"), "OWNER"),
    }
