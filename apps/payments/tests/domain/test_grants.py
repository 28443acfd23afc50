from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from apps.core.errors import InvalidInput
from apps.payments.domain.grants import LARGEST_GRANT, check_grant

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


class TestCheckGrant:
    @pytest.mark.parametrize("expires_at", [None, NOW + timedelta(microseconds=1)])
    @pytest.mark.parametrize("amount", [1, LARGEST_GRANT])
    def test_lets_positive_whole_numbers_with_a_reason_pass(self, amount, expires_at):
        check_grant(amount=amount, reason="Trial", expires_at=expires_at, now=NOW)

    @pytest.mark.parametrize(
        ("change", "field", "code"),
        [
            ({"amount": 0}, "amount", "not_positive"),
            ({"amount": -1}, "amount", "not_positive"),
            ({"amount": 1.0}, "amount", "not_positive"),
            ({"amount": True}, "amount", "not_positive"),
            ({"amount": LARGEST_GRANT + 1}, "amount", "too_large"),
            ({"reason": ""}, "reason", "blank"),
            ({"reason": " \n"}, "reason", "blank"),
            ({"expires_at": NOW}, "expires_at", "past"),
            ({"expires_at": NOW - timedelta(days=1)}, "expires_at", "past"),
        ],
    )
    def test_refuses_everything_else(self, change, field, code):
        grant = {"amount": 1, "reason": "Trial", "expires_at": None, **change}

        with pytest.raises(InvalidInput) as refusal:
            check_grant(now=NOW, **grant)

        assert [(error.pointer, error.code) for error in refusal.value.errors] == [(field, code)]
