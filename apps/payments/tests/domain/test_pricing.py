from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.payments.domain.pricing import priced, vat_on

DAYS_OF = {8: date(2026, 12, 31), 10: date(2027, 1, 1)}


@pytest.mark.parametrize(
    ("total", "percent", "net", "vat"),
    [
        (500_000, 8, 462_963, 37_037),
        (500_000, 10, 454_545, 45_455),
        (1_234_567, 8, 1_143_118, 91_449),
        (99_000, 10, 90_000, 9_000),
    ],
)
def test_vat_stands_inside_the_price(total, percent, net, vat):
    price = priced(total, day=DAYS_OF[percent])

    assert (price.total, price.vat_percent, price.net, price.vat) == (total, percent, net, vat)


@pytest.mark.parametrize(
    ("day", "percent"),
    [
        (date(2025, 6, 30), 10),
        (date(2025, 7, 1), 8),
        (date(2026, 12, 31), 8),
        (date(2027, 1, 1), 10),
    ],
)
def test_the_rate_is_that_of_the_day(day, percent):
    assert vat_on(day) == percent


@given(st.integers(1, 10**12), st.sampled_from(sorted(DAYS_OF.values())))
def test_parts_add_up_and_the_net_is_the_nearest_whole_dong(total, day):
    price = priced(total, day=day)

    assert price.net + price.vat == total
    error = abs(price.net * (100 + price.vat_percent) - total * 100)
    assert 2 * error <= 100 + price.vat_percent
