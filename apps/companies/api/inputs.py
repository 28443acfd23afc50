"""What the API takes about companies."""

from __future__ import annotations

from typing import Any

from django.core.validators import URLValidator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.companies.enums import MemberRole
from apps.core.api.filters import Filters


class CompanyFilters(Filters):
    """How the list of companies is narrowed."""

    search = serializers.CharField(
        max_length=100, help_text="Part of the name; case and accents do not matter."
    )
    mine = serializers.BooleanField(help_text="Only companies that you belong to.")


@extend_schema_field(OpenApiTypes.URI)
class WebsiteField(serializers.CharField):
    """An address that a browser opens."""

    default_validators = [URLValidator(schemes=["http", "https"])]


class CompanyInput(serializers.Serializer[Any]):
    """A new company."""

    name = serializers.CharField(max_length=255)
    description = serializers.CharField(max_length=10_000, allow_blank=True, required=False)
    address = serializers.CharField(max_length=500, allow_blank=True, required=False)
    website = WebsiteField(max_length=255, allow_blank=True, required=False)


class CompanyChangesInput(CompanyInput):
    """What changes about a company; fields that are left out stay."""

    version = serializers.IntegerField(
        min_value=1, required=False, help_text="The version that you read; a stale one is refused."
    )


class NewMemberInput(serializers.Serializer[Any]):
    """Who becomes a member, and as what."""

    email = serializers.EmailField(max_length=254, help_text="Of an approved recruiter account.")
    role = serializers.ChoiceField(MemberRole.choices)


class RoleInput(serializers.Serializer[Any]):
    """The role that a member gets."""

    role = serializers.ChoiceField(MemberRole.choices)
