"""What an order costs: VAT stands inside the price, at the rate of the day on which it is ordered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

CURRENCY = "VND"
# What VNPay takes in one payment.
LEAST_TOTAL, LARGEST_TOTAL = 5_000, 999_999_999

# Since when, in percent. 8 % by Resolution 204/2025/QH15 and Decree 174/2025, until the end of 2026.
_VAT = ((date(2027, 1, 1), 10), (date(2025, 7, 1), 8), (date.min, 10))


@dataclass(frozen=True, slots=True)
class Price:
    """A total in whole đồng and its parts."""

    total: int
    vat_percent: int
    net: int
    vat: int


def vat_on(day: date) -> int:
    """Return the rate of value added tax on a day in Vietnam, in percent."""
    return next(percent for since, percent in _VAT if day >= since)


def priced(total: int, *, day: date) -> Price:
    """Return what of a total is the seller's and what is tax; the seller's part is rounded half up."""
    percent = vat_on(day)
    net = (2 * total * 100 + 100 + percent) // (2 * (100 + percent))
    return Price(total=total, vat_percent=percent, net=net, vat=total - net)
