"""Who belongs to a company, and as what."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from apps.companies import locks
from apps.companies.domain.policies import may_manage_members, may_see_members
from apps.companies.enums import MemberRole
from apps.companies.errors import (
    CompanyRoleNotAllowed,
    LastOwner,
    already_member,
    not_a_recruiter,
)
from apps.companies.models import Membership
from apps.companies.selectors import access, get_member_for
from apps.core import audit
from apps.users.selectors import find_recruiter_by_email_unscoped

if TYPE_CHECKING:
    from apps.companies.selectors.members import SeenMember
    from apps.users.models import User


@transaction.atomic
def add_member(
    *, actor: User, company_id: UUID, email: str, role: MemberRole, now: datetime
) -> SeenMember:
    """Make the holder of an approved recruiter account a member.

    :raises CompanyNotFound: there is no such company
    :raises CompanyRoleNotAllowed: the actor is not an owner
    :raises InvalidInput: nobody who may recruit has this e-mail, or is a member already
    """
    company = locks.live_company(company_id)
    access.require_role(viewer=actor, company_id=company_id, may=may_manage_members)
    person = find_recruiter_by_email_unscoped(email)
    if person is None:
        raise not_a_recruiter()
    if access.role_in(viewer=person, company_id=company_id) is not None:
        raise already_member()
    membership = Membership.objects.create(
        company_id=company_id, user=person, role=role, joined_at=now
    )
    audit.record(actor, "member_added", company, member=person.pk, role=role)
    return get_member_for(viewer=actor, company_id=company_id, membership_id=membership.id)


@transaction.atomic
def change_role(
    *, actor: User, company_id: UUID, membership_id: UUID, role: MemberRole
) -> SeenMember:
    """Give a member another role.

    :raises CompanyNotFound: there is no such company
    :raises CompanyRoleNotAllowed: the actor is not an owner
    :raises MemberNotFound: the company has no such member
    :raises LastOwner: nobody else would own the company
    """
    company = locks.live_company(company_id)
    access.require_role(viewer=actor, company_id=company_id, may=may_manage_members)
    membership = locks.present_member(company_id, membership_id)
    if role != MemberRole.OWNER:
        _require_other_owner(membership)
    before = membership.role
    if role != before:
        membership.role = role
        membership.save(update_fields=["role", "updated_at"])
        data = {"member": membership.user_id, "before": before, "role": role}
        audit.record(actor, "role_changed", company, **data)
    return get_member_for(viewer=actor, company_id=company_id, membership_id=membership_id)


@transaction.atomic
def remove_member(*, actor: User, company_id: UUID, membership_id: UUID, now: datetime) -> None:
    """End a membership: owners end anybody's, other members only their own.

    :raises CompanyNotFound: there is no such company
    :raises CompanyRoleNotAllowed: the actor is neither an owner nor this member
    :raises MemberNotFound: the company has no such member
    :raises LastOwner: nobody else would own the company
    """
    company = locks.live_company(company_id)
    role = access.require_role(viewer=actor, company_id=company_id, may=may_see_members)
    membership = locks.present_member(company_id, membership_id)
    if membership.user_id != actor.id and not may_manage_members(role):
        raise CompanyRoleNotAllowed
    _require_other_owner(membership)
    membership.ended_at = now
    membership.save(update_fields=["ended_at", "updated_at"])
    audit.record(actor, "member_removed", company, member=membership.user_id)


def _require_other_owner(membership: Membership) -> None:
    """Refuse to take the role from the last owner; the company's lock keeps the others where they are."""
    if membership.role != MemberRole.OWNER:
        return
    others = Membership.objects.active().filter(
        company_id=membership.company_id, role=MemberRole.OWNER
    )
    if not others.exclude(id=membership.id).exists():
        raise LastOwner
