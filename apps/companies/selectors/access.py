"""Who may act for which company. Higher apps ask here; the roles themselves stay inside this app."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from apps.companies.domain import policies
from apps.companies.enums import MemberRole
from apps.companies.errors import CompanyNotFound, CompanyRoleNotAllowed
from apps.companies.models import Company, Membership

if TYPE_CHECKING:
    from apps.users.models import User


def company_of(*, user_id: UUID) -> UUID | None:
    """Return a person's company, that of the oldest active membership, or None without one."""
    return (
        Membership.objects.active()
        .filter(user_id=user_id)
        .order_by("joined_at", "id")
        .values_list("company_id", flat=True)
        .first()
    )


def roles_of(*, user_id: UUID) -> Mapping[UUID, MemberRole]:
    """Return a person's role in each company that is not deleted, by the company's id."""
    pairs = Membership.objects.active().filter(user_id=user_id).values_list("company_id", "role")
    return {company_id: MemberRole(role) for company_id, role in pairs}


def role_in(*, viewer: User, company_id: UUID) -> MemberRole | None:
    """Return the viewer's role in a company, or None for a stranger and for a deleted company."""
    role = (
        Membership.objects.active()
        .filter(user_id=viewer.pk, company_id=company_id)
        .values_list("role", flat=True)
        .first()
    )
    return MemberRole(role) if role else None


def require_role(*, viewer: User, company_id: UUID, may: policies.May) -> MemberRole:
    """Check that the viewer's role in a company includes something, and return the role.

    :raises CompanyNotFound: there is no such company
    :raises CompanyRoleNotAllowed: the viewer is not a member, or has another role
    """
    role = role_in(viewer=viewer, company_id=company_id)
    if role is not None and may(role):
        return role
    # Companies are public: that this one exists is no secret.
    if role is None and not Company.objects.alive().filter(id=company_id).exists():
        raise CompanyNotFound
    raise CompanyRoleNotAllowed


def companies_posted_for(*, actor: User) -> frozenset[UUID]:
    """Return the companies whose postings the actor may write and publish."""
    return _companies_where(actor, policies.may_recruit_for) if actor.is_recruiter else frozenset()


def applicant_companies(*, viewer: User) -> frozenset[UUID]:
    """Return the companies whose applications the viewer may read and move."""
    return _companies_where(viewer, policies.may_read_applicants)


def companies_paid_for(*, viewer: User) -> frozenset[UUID]:
    """Return the companies whose credits and payments the viewer may see."""
    return _companies_where(viewer, policies.may_see_finances)


def may_post_for(*, actor: User, company_id: UUID) -> bool:
    """Tell whether the actor may write and publish postings of the company."""
    role = role_in(viewer=actor, company_id=company_id)
    return actor.is_recruiter and role is not None and policies.may_recruit_for(role)


def require_finances(*, viewer: User, company_id: UUID) -> None:
    """Check that the viewer may see the company's credits and payments.

    :raises CompanyNotFound: there is no such company
    :raises CompanyRoleNotAllowed: the viewer is not a member, or has another role
    """
    require_role(viewer=viewer, company_id=company_id, may=policies.may_see_finances)


def _companies_where(person: User, may: policies.May) -> frozenset[UUID]:
    roles = roles_of(user_id=person.pk)
    return frozenset(company_id for company_id, role in roles.items() if may(role))
