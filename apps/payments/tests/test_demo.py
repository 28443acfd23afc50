from __future__ import annotations

from datetime import UTC, datetime

import pytest

from apps.companies.tests.factories import CompanyFactory
from apps.core.demo import demo_id
from apps.payments import demo
from apps.payments.selectors import credit_balance, ledger_discrepancies_unscoped

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ids():
    made = {key: demo_id(f"company:{key}") for key in ("anphu", "songhong")}
    for company_id in made.values():
        CompanyFactory(id=company_id)
    return made


def test_offers_three_packages(api):
    demo.load(now=NOW)

    packages = api().get("/api/v1/payments/packages/").json()["results"]

    assert [(each["name"], each["price"]) for each in packages] == [
        ("Starter", "500000.00"),
        ("Growth", "2200000.00"),
        ("Business", "7900000.00"),
    ]


def test_gives_the_two_companies_their_credits(ids):
    demo.load(now=NOW)

    balances = {key: credit_balance(company_id=each, now=NOW) for key, each in ids.items()}
    assert balances == {"anphu": 20, "songhong": 5}
    assert ledger_discrepancies_unscoped() == []
