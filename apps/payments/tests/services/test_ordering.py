"""Ordering: what is agreed is kept, and the gateway is told the same."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from apps.payments.domain.refs import new_ref
from apps.payments.enums import GatewayCode
from apps.payments.services import orders
from apps.payments.tests.factories import VNPAY, make_package

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def terminal(settings):
    for name, value in VNPAY.items():
        setattr(settings, name, value)


def test_keeps_what_was_agreed_and_tells_the_gateway_the_same(recruiter, company):
    package = make_package(price=1_234_567)

    attempt = orders.create_payment(
        actor=recruiter,
        package_id=package.id,
        company_id=None,
        way=GatewayCode.VNPAY,
        ip=None,
        language="en",
        now=datetime(2025, 1, 31, 17, 30, tzinfo=UTC),
    )

    order = attempt.order
    assert (order.price, order.discount, order.total) == (1_234_567, 0, 1_234_567)
    assert (order.vat_percent, order.net, order.vat) == (10, 1_122_334, 112_233)
    assert attempt.started_as == "20250201003000"
    for part in (
        "https://pay.example.vn/vpcpay.html?vnp_Amount=123456700&",
        "&vnp_CreateDate=20250201003000&",
        "&vnp_ExpireDate=20250201004500&",
        "&vnp_IpAddr=0.0.0.0&vnp_Locale=en&",
        f"&vnp_TxnRef={attempt.ref}&vnp_Version=2.1.0&vnp_SecureHash=",
    ):
        assert part in attempt.payment_url


def test_a_thousand_codes_of_one_second_differ():
    refs = {new_ref() for _ in range(1_000)}

    assert len(refs) == 1_000
    assert all(len(ref) == 12 and ref.isalnum() and ref.upper() == ref for ref in refs)
