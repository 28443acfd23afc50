"""Credits as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.payments.domain.pricing import CURRENCY
from apps.payments.enums import AttemptState, EntryKind, GatewayCode, TransactionStatusV1, Verdict
from apps.payments.integrations.digests import BadSignature
from apps.payments.integrations.gateways import acknowledgement
from apps.payments.integrations.vnpay.sandbox import visit
from apps.payments.models import CreditEntry, Order, Package, PaymentAttempt
from apps.payments.selectors import CompanyCredits


class LotSerializer(serializers.Serializer[Any]):
    """Credits that came together, with what can still be spent of them."""

    id = serializers.UUIDField()
    granted = serializers.IntegerField(help_text="Credits that came.")
    remaining = serializers.IntegerField(help_text="Credits that can still be spent.")
    expires_at = serializers.DateTimeField(allow_null=True, help_text="null: never.")
    created_at = serializers.DateTimeField()


class EntrySerializer(serializers.Serializer[Any]):
    """One movement of credits."""

    id = serializers.UUIDField()
    seq = serializers.IntegerField(help_text="Counts the company's entries from 1 without a gap.")
    kind = serializers.ChoiceField(EntryKind.choices)
    delta = serializers.IntegerField(help_text="Credits that came, or went when it is negative.")
    balance_after = serializers.IntegerField(help_text="Credits of the company after it.")
    source = serializers.CharField(  # type: ignore[assignment] # a field here, not Field.source
        help_text="What caused it, such as `job:<id>`."
    )
    created_at = serializers.DateTimeField()


# The page of entries stands beside the balance, so that this is one object although it is a list's answer.
@extend_schema_serializer(many=False)
class CreditsSerializer(serializers.Serializer[Any]):
    """A company's credits: what can be spent, from which lots, and a page of the ledger, newest first."""

    company_id = serializers.UUIDField()
    balance = serializers.IntegerField(help_text="Credits that can be spent now.")
    lots = LotSerializer(many=True, help_text="Earliest expiry first, as they are spent.")
    count = serializers.IntegerField(help_text="Number of ledger entries.")
    next = serializers.URLField(allow_null=True, help_text="Address of the next page of entries.")
    previous = serializers.URLField(allow_null=True, help_text="Address of the page before.")
    results = EntrySerializer(many=True, help_text="Entries of the ledger, newest first.")


def present_standing(credits: CompanyCredits) -> dict[str, Any]:
    """Return what a company can spend."""
    return {
        "company_id": str(credits.company_id),
        "balance": credits.balance,
        "lots": LotSerializer(credits.lots, many=True).data,
    }


def present_entries(entries: Sequence[CreditEntry]) -> list[dict[str, Any]]:
    """Return a page of the ledger."""
    return list(EntrySerializer(entries, many=True).data)


class PackageSerializer(serializers.Serializer[Any]):
    """Credits at a price."""

    id = serializers.UUIDField()
    name = serializers.CharField(help_text="In the reader's language.")
    price = serializers.DecimalField(12, 2, help_text="VND, with VAT.")
    currency = serializers.CharField(default=CURRENCY, help_text="Of `price`.")
    package_type = serializers.ChoiceField(
        [("CREDIT", "CREDIT")], default="CREDIT", help_text="What is sold: credits for postings."
    )
    job_posting_limit = serializers.IntegerField(source="credits", help_text="Credits.")
    duration_days = serializers.IntegerField(
        source="days", help_text="Days from the payment until its credits expire."
    )


class TransactionSerializer(serializers.Serializer[Any]):
    """One attempt to pay an order."""

    id = serializers.UUIDField()
    transaction_code = serializers.CharField(
        source="ref", help_text="Also in the address that the customer returns to."
    )
    status = serializers.ChoiceField(TransactionStatusV1.choices)
    amount = serializers.DecimalField(12, 2, help_text="VND, with VAT.")
    currency = serializers.CharField(source="order.currency", help_text="Of `amount`.")
    gateway = serializers.ChoiceField(GatewayCode.choices)
    package = serializers.UUIDField(source="order.package_id", help_text="Id of what was ordered.")
    package_name = serializers.CharField(help_text="As it was ordered, in the reader's language.")
    company = serializers.UUIDField(
        source="order.company_id", help_text="Id of the company that gets the credits."
    )
    user = serializers.UUIDField(source="order.buyer_id", help_text="Who ordered it.")
    paid_at = serializers.DateTimeField(allow_null=True, help_text="null until it is.")
    expires_at = serializers.DateTimeField(help_text="It can be paid until then.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class PaymentSerializer(serializers.Serializer[Any]):
    """Where to pay."""

    payment_url = serializers.URLField(help_text="Lead the customer there.")
    transaction_code = serializers.CharField(
        source="ref", help_text="Also in the address that the customer returns to."
    )
    transaction_id = serializers.UUIDField(
        source="id", help_text="Its id in `payments/transactions/`."
    )
    gateway = serializers.ChoiceField(GatewayCode.choices)
    amount = serializers.DecimalField(12, 2, help_text="VND, with VAT.")
    expires_at = serializers.DateTimeField(help_text="It can be paid until then.")


class NoticeAnswerSerializer(serializers.Serializer[Any]):
    """What VNPay is told of its notice."""

    RspCode = serializers.CharField(help_text="00, 01, 02, 04, 97 or 99.")
    Message = serializers.CharField(help_text="The same in words.")


# Money that is taken and suspected waits for a person; for the customer nothing is decided yet.
_STATUS = {
    AttemptState.PENDING: TransactionStatusV1.PENDING,
    AttemptState.REVIEW: TransactionStatusV1.PENDING,
    AttemptState.SUCCEEDED: TransactionStatusV1.SUCCESS,
    AttemptState.FAILED: TransactionStatusV1.FAILED,
}


def present_packages(packages: Sequence[Package]) -> list[dict[str, Any]]:
    """Return packages as the catalogue shows them."""
    for package in packages:
        package.name = _named(package)  # type: ignore[attr-defined] # for the serializer
    return list(PackageSerializer(packages, many=True).data)


def present_transactions(attempts: Sequence[PaymentAttempt]) -> list[dict[str, Any]]:
    """Return attempts to pay, with their orders."""
    for attempt in attempts:
        attempt.status = status_of(attempt)  # type: ignore[attr-defined] # for the serializer
        attempt.package_name = _named(attempt.order)  # type: ignore[attr-defined] # for the serializer
    return list(TransactionSerializer(attempts, many=True).data)


def present_payment(attempt: PaymentAttempt) -> dict[str, Any]:
    """Return where to pay."""
    return dict(PaymentSerializer(attempt).data)


def status_of(attempt: PaymentAttempt) -> TransactionStatusV1:
    """Return what became of an attempt, in the words of the first clients."""
    return _STATUS[AttemptState(attempt.state)]


def present_answer(way: GatewayCode, verdict: Verdict) -> dict[str, str]:
    """Return what a gateway is told of its notice."""
    return acknowledgement(way, verdict)


def present_sandbox(query: str) -> dict[str, Any] | None:
    """Return the payment that an address of the local stack's page asks for, or None where it asks for none."""
    try:
        asked = visit(query, secret=settings.VNPAY_HASH_SECRET)
    except BadSignature:
        return None
    return {
        "info": asked["vnp_OrderInfo"],
        "dong": f"{int(asked['vnp_Amount']) // 100:,}",
        "ref": asked["vnp_TxnRef"],
    }


def _named(row: Package | Order) -> str:
    return row.name_en if get_language() == "en" else row.name_vi
