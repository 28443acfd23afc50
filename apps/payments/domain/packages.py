"""What can be sold."""

from __future__ import annotations

from apps.payments.domain.pricing import LARGEST_TOTAL, LEAST_TOTAL
from apps.payments.errors import package_gives_nothing, price_not_payable


def check_package(*, price: int, credits: int, days: int) -> None:
    """Check that a package can be paid, in whole đồng, and gives something.

    :raises InvalidInput: it cannot, or does not; names the field
    """
    if not LEAST_TOTAL <= price <= LARGEST_TOTAL:
        raise price_not_payable()
    if credits <= 0 or days <= 0:
        raise package_gives_nothing()
