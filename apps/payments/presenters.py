"""Credits as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.payments.enums import EntryKind
from apps.payments.models import CreditEntry
from apps.payments.selectors import CompanyCredits


class LotSerializer(serializers.Serializer[Any]):
    """Credits that came together, with what can still be spent of them."""

    id = serializers.UUIDField()
    granted = serializers.IntegerField()
    remaining = serializers.IntegerField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="null: never.")
    created_at = serializers.DateTimeField()


class EntrySerializer(serializers.Serializer[Any]):
    """One movement of credits."""

    id = serializers.UUIDField()
    seq = serializers.IntegerField(help_text="Counts the company's entries from 1 without a gap.")
    kind = serializers.ChoiceField(EntryKind.choices)
    delta = serializers.IntegerField(help_text="Credits that came, or went when it is negative.")
    balance_after = serializers.IntegerField()
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
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = EntrySerializer(many=True)


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
