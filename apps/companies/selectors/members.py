"""Reads of a company's members, for its members."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypedDict
from uuid import UUID

from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Value, When

from apps.companies.domain.policies import may_see_members
from apps.companies.enums import MemberRole
from apps.companies.errors import MemberNotFound
from apps.companies.models import Membership
from apps.companies.selectors import access

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from apps.users.models import User

    class _Seen(TypedDict):
        viewer_role: str
        is_last_owner: bool

    SeenMember: TypeAlias = WithAnnotations[Membership, _Seen]


def members_of(*, viewer: User, company_id: UUID) -> QuerySet[SeenMember]:
    """Return the present members of a company with their accounts, earliest first.

    :raises CompanyNotFound: there is no such company
    :raises CompanyRoleNotAllowed: the viewer is not a member
    """
    role = access.require_role(viewer=viewer, company_id=company_id, may=may_see_members)
    other_owners = (
        Membership.objects.active()
        .filter(company=OuterRef("company"), role=MemberRole.OWNER)
        .exclude(id=OuterRef("id"))
    )
    members: QuerySet[Membership] = Membership.objects.active().filter(company_id=company_id)
    return (
        members.select_related("user")
        .annotate(
            viewer_role=Value(role, output_field=CharField()),
            is_last_owner=Case(
                When(~Exists(other_owners), role=MemberRole.OWNER, then=True), default=False
            ),
        )
        .order_by("joined_at", "id")
    )


def get_member_for(*, viewer: User, company_id: UUID, membership_id: UUID) -> SeenMember:
    """Return one present member of a company, with the account.

    :raises CompanyNotFound: there is no such company
    :raises CompanyRoleNotAllowed: the viewer is not a member
    :raises MemberNotFound: the company has no such member
    """
    member = members_of(viewer=viewer, company_id=company_id).filter(id=membership_id).first()
    if member is None:
        raise MemberNotFound
    return member
