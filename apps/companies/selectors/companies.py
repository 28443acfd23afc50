"""Reads of companies, as a viewer may see them, and what other apps show of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypedDict
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, QuerySet

from apps.companies.domain.naming import id_in, name_key
from apps.companies.domain.policies import may_read_applicants
from apps.companies.enums import MemberRole
from apps.companies.errors import CompanyNotFound
from apps.companies.models import Company, Membership

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from apps.users.models import User

    class _Seen(TypedDict):
        viewer_role: str | None

    SeenCompany: TypeAlias = WithAnnotations[Company, _Seen]


@dataclass(frozen=True, slots=True)
class CompanyCard:
    """What other apps show of a company, deleted ones included."""

    id: UUID
    name: str
    slug: str
    is_verified: bool
    deleted: bool


def visible_companies(
    *, viewer: User | None, search: str = "", mine: bool = False
) -> QuerySet[SeenCompany]:
    """Return the companies that are not deleted, newest first, each with the viewer's role in it.

    ``search`` finds part of a name whatever its case and accents; ``mine`` keeps those of the viewer.
    """
    companies = Company.objects.alive().annotate(
        # The empty id is nobody's: a visitor has no role anywhere.
        viewer_membership=FilteredRelation(
            "memberships",
            condition=Q(
                memberships__user=viewer.pk if viewer else UUID(int=0),
                memberships__ended_at__isnull=True,
            ),
        ),
        viewer_role=F("viewer_membership__role"),
    )
    if mine:
        companies = companies.filter(viewer_role__isnull=False)
    if search:
        companies = companies.filter(name_key__contains=name_key(search))
    return companies.order_by("-created_at", "-id")


def get_company_for(*, viewer: User | None, ref: str) -> SeenCompany:
    """Return a company by its id or its slug.

    :raises CompanyNotFound: there is none, or it was deleted
    """
    company_id = id_in(ref)
    by = Q(slug=ref) if company_id is None else Q(id=company_id)
    company = visible_companies(viewer=viewer).filter(by).first()
    if company is None:
        raise CompanyNotFound
    return company


def recruiting_members_unscoped(company_id: UUID) -> list[UUID]:
    """Return the accounts that a company's applications concern: owners, recruiters, hiring managers."""
    roles = [role for role in MemberRole if may_read_applicants(role)]
    return list(
        Membership.objects.active()
        .filter(company_id=company_id, role__in=roles)
        .order_by("joined_at", "id")
        .values_list("user_id", flat=True)
    )


def company_card_unscoped(company_ids: Collection[UUID]) -> Mapping[UUID, CompanyCard]:
    """Return the cards of companies by id, of deleted ones too; an unknown id has none."""
    return {
        company.id: CompanyCard(
            id=company.id,
            name=company.name,
            slug=company.slug,
            is_verified=company.is_verified,
            deleted=company.deleted_at is not None,
        )
        for company in Company.objects.filter(id__in=company_ids)
    }
