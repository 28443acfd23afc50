"""Companies and members as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.companies.domain.policies import company_actions, member_actions
from apps.companies.enums import CompanyAction, MemberAction, MemberRole

if TYPE_CHECKING:
    from apps.companies.selectors.companies import SeenCompany
    from apps.companies.selectors.members import SeenMember
    from apps.users.models import User


class CompanySerializer(serializers.Serializer[Any]):
    """A company, with what the viewer is in it and may do with it."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    slug = serializers.CharField(help_text="Also opens the detail.")
    description = serializers.CharField()
    address = serializers.CharField(help_text="Empty when none is given.")
    website = serializers.CharField(help_text="Empty when there is none.")
    is_verified = serializers.BooleanField(help_text="Checked by the staff of the platform.")
    version = serializers.IntegerField(help_text="Send it back with an edit.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    my_role = serializers.ChoiceField(
        MemberRole.choices, source="viewer_role", allow_null=True, help_text="null: not a member."
    )
    allowed_actions = serializers.SerializerMethodField()

    @extend_schema_field(
        serializers.ListField(
            child=serializers.ChoiceField(CompanyAction.choices),
            help_text="What the viewer may do with the company now.",
        )
    )
    def get_allowed_actions(self, company: SeenCompany) -> list[CompanyAction]:
        """Return what the viewer may do with the company."""
        return company_actions(MemberRole(company.viewer_role) if company.viewer_role else None)


class MemberSerializer(serializers.Serializer[Any]):
    """A member of a company, for other members."""

    id = serializers.UUIDField(help_text="The membership's, not the person's.")
    user_id = serializers.UUIDField(help_text="The person's.")
    full_name = serializers.CharField(source="user.full_name")
    email = serializers.EmailField(source="user.email")
    role = serializers.ChoiceField(MemberRole.choices)
    joined_at = serializers.DateTimeField()
    allowed_actions = serializers.SerializerMethodField()

    @extend_schema_field(
        serializers.ListField(
            child=serializers.ChoiceField(MemberAction.choices),
            help_text="What the viewer may do with the membership now.",
        )
    )
    def get_allowed_actions(self, member: SeenMember) -> list[MemberAction]:
        """Return what the viewer may do with the membership."""
        return member_actions(
            viewer_role=MemberRole(member.viewer_role),
            is_self=member.user_id == self.context["viewer"].id,
            is_last_owner=member.is_last_owner,
        )


def present_company(company: SeenCompany) -> dict[str, Any]:
    """Return one company as a scoped selector gave it."""
    return dict(CompanySerializer(company).data)


def present_companies(companies: Sequence[SeenCompany]) -> list[dict[str, Any]]:
    """Return companies as a scoped selector gave them."""
    return list(CompanySerializer(companies, many=True).data)


def present_member(member: SeenMember, *, viewer: User) -> dict[str, Any]:
    """Return one membership as a scoped selector gave it."""
    return dict(MemberSerializer(member, context={"viewer": viewer}).data)


def present_members(members: Sequence[SeenMember], *, viewer: User) -> list[dict[str, Any]]:
    """Return memberships as a scoped selector gave them."""
    return list(MemberSerializer(members, many=True, context={"viewer": viewer}).data)
