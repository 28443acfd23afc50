"""Credits for tests, made as rows, which the ledger's triggers carry into the balance; packages and payments."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from apps.core.ids import uuid7
from apps.payments.enums import CounterAccount, EntryKind, GatewayCode, Verdict
from apps.payments.integrations.gateways import gateway
from apps.payments.integrations.vnpay import queries
from apps.payments.models import (
    CreditAccount,
    CreditEntry,
    CreditLot,
    Package,
    PaymentAttempt,
)
from apps.payments.services import orders, settling

if TYPE_CHECKING:
    from apps.companies.models import Company
    from apps.users.models import User


@transaction.atomic
def grant(company: Company, amount: int, *, expires_at: datetime | None = None) -> CreditLot:
    """Give a company credits as one lot, and return the lot."""
    now = timezone.now()
    CreditAccount.objects.bulk_create([CreditAccount(company=company)], ignore_conflicts=True)
    entry = CreditEntry.objects.create(
        account_id=company.pk,
        delta=amount,
        kind=EntryKind.GRANT,
        counter_account=CounterAccount.ISSUED,
        source=f"grant:{uuid7()}",
        reason="test",
        created_at=now,
    )
    return CreditLot.objects.create(
        account_id=company.pk, entry=entry, granted=amount, expires_at=expires_at, created_at=now
    )


VNPAY = {
    "VNPAY_TMN_CODE": "OTTEST01",
    "VNPAY_HASH_SECRET": "the secret of the tests' terminal",
    "VNPAY_URL": "https://pay.example.vn/vpcpay.html",
    "VNPAY_RETURN_URL": "https://api.example.vn/api/v1/payments/vnpay_return/",
}
"""Settings of a terminal."""


def make_package(**terms: Any) -> Package:
    """Return a package on sale."""
    return Package.objects.create(
        **{
            "name_vi": "Gói 10 lượt đăng tin",
            "name_en": "10 postings",
            "price": 500_000,
            "credits": 10,
            "days": 90,
            **terms,
        }
    )


def begin_payment(
    buyer: User, *, package: Package | None = None, company: Company | None = None
) -> PaymentAttempt:
    """Return an attempt of a buyer to pay a package at the tests' terminal."""
    with override_settings(**VNPAY):
        return orders.create_payment(
            actor=buyer,
            package_id=(package or make_package()).id,
            company_id=company.pk if company else None,
            way=GatewayCode.VNPAY,
            ip="203.0.113.7",
            language="vi",
            now=timezone.now(),
        )


def notice_of(attempt: PaymentAttempt, **changes: str) -> dict[str, str]:
    """Return what VNPay says of an attempt that was paid, with changes by the names of its parameters."""
    return {
        "vnp_Amount": str(attempt.amount * 100),
        "vnp_BankCode": "NCB",
        "vnp_OrderInfo": f"Thanh toan don hang {attempt.ref}",
        "vnp_PayDate": "20261125093000",
        "vnp_ResponseCode": "00",
        "vnp_TmnCode": VNPAY["VNPAY_TMN_CODE"],
        "vnp_TransactionNo": str(attempt.id.int % 10**15),
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": attempt.ref,
        **changes,
    }


def settle_payment(attempt: PaymentAttempt) -> Verdict:
    """Let the gateway say that an attempt was paid."""
    with override_settings(**VNPAY):
        return settling.settle(
            way=GatewayCode.VNPAY,
            notice=gateway(GatewayCode.VNPAY).read(signed(notice_of(attempt))),
            ip=None,
            now=timezone.now(),
        )


def signed(parameters: dict[str, str]) -> str:
    """Return a query string as the tests' terminal signs it."""
    signature = queries.signature(parameters, secret=VNPAY["VNPAY_HASH_SECRET"])
    return f"{queries.canonical(parameters)}&vnp_SecureHash={signature}"
