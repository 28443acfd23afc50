"""What the API takes about credits."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.core.api.filters import Filters
from apps.core.api.pages import DEFAULT_SIZE, LARGEST_SIZE
from apps.payments.enums import GatewayCode


class CreditFilters(Filters):
    """Whose credits are shown."""

    company = serializers.UUIDField(help_text="By default your own company.")


class LedgerParameters(Filters):
    """The page of the ledger, for the documents: the answer is an object with a page in it."""

    page = serializers.IntegerField(min_value=1, default=1, help_text="Page number.")
    page_size = serializers.IntegerField(
        min_value=1, max_value=LARGEST_SIZE, default=DEFAULT_SIZE, help_text="Entries on a page."
    )
    limit = serializers.IntegerField(
        min_value=1, max_value=LARGEST_SIZE, help_text="With `offset`, instead of `page`."
    )
    offset = serializers.IntegerField(min_value=0, help_text="Entries to skip.")


class PaymentInput(serializers.Serializer[Any]):
    """What to pay, for whom and how."""

    package_id = serializers.UUIDField(help_text="A package of the catalogue.")
    company = serializers.UUIDField(required=False, help_text="By default your own company.")
    gateway = serializers.ChoiceField(
        GatewayCode.choices, default=GatewayCode.VNPAY, help_text="Where the customer pays."
    )
