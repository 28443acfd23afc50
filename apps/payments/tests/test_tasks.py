from __future__ import annotations

from datetime import timedelta

import pytest

from apps.payments.models import CreditAccount
from apps.payments.tasks import expire_credit_lots
from apps.payments.tests.factories import grant

pytestmark = pytest.mark.django_db


def test_expire_credit_lots_books_what_has_expired(company, now):
    grant(company, 2, expires_at=now - timedelta(seconds=1))
    grant(company, 3, expires_at=now + timedelta(days=1))

    expire_credit_lots()
    expire_credit_lots()

    account = CreditAccount.objects.get()
    assert (account.balance, account.seq) == (3, 3)
