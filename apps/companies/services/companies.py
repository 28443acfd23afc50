"""Opening, changing and closing companies."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.companies import locks
from apps.companies.domain.naming import name_key, new_slug, tidy_name
from apps.companies.domain.policies import may_edit_company
from apps.companies.enums import MemberRole
from apps.companies.errors import LIVE_NAME_UNIQUE, CompanyNameTaken, name_taken
from apps.companies.events import CompanyRenamed
from apps.companies.models import Company, Membership
from apps.companies.selectors import access, get_company_for
from apps.core import audit, cache, versioned
from apps.core.errors import constraint_of
from apps.core.events import publish
from apps.users.errors import RoleNotAllowed
from apps.users.services.rights import require_right

if TYPE_CHECKING:
    from apps.companies.selectors.companies import SeenCompany
    from apps.users.models import User


_TOLD = frozenset({"name", "website"})
"""What the audit trail tells as it was and became: small, and public anyway."""


class CompanyChanges(TypedDict, total=False):
    """The fields that members may change; one that is left out stays as it is."""

    name: str
    description: str
    address: str
    website: str


@transaction.atomic
def create_company(
    *,
    actor: User,
    name: str,
    now: datetime,
    description: str = "",
    address: str = "",
    website: str = "",
) -> SeenCompany:
    """Open a company with the actor, an approved recruiter, as its owner.

    :raises RoleNotAllowed: the actor is not an approved recruiter
    :raises InvalidInput: the name is blank or another live company has it
    """
    if not actor.is_recruiter:
        raise RoleNotAllowed
    name = tidy_name(name)
    _require_free_name(name)
    company = Company.objects.create(
        name=name,
        name_key=name_key(name),
        slug=new_slug(name),
        description=description,
        address=address,
        website=website,
    )
    Membership.objects.create(company=company, user=actor, role=MemberRole.OWNER, joined_at=now)
    audit.record(actor, "created", company)
    cache.touch("companies", f"company:{company.id}")
    return get_company_for(viewer=actor, ref=str(company.id))


@versioned.edit
def update_company(
    *,
    actor: User,
    company_id: UUID,
    changes: CompanyChanges,
    now: datetime,
    version: int | None = None,
) -> SeenCompany:
    """Change what is said about a company. Its slug stays, whatever its name becomes.

    :raises CompanyNotFound: there is no such company
    :raises CompanyRoleNotAllowed: the actor is not an owner
    :raises StaleVersion: the company is not at ``version`` any more
    :raises InvalidInput: the name is blank or another live company has it
    """
    company = locks.company_for_edit(company_id)
    access.require_role(viewer=actor, company_id=company_id, may=may_edit_company)
    versioned.check(company, version)
    values: dict[str, object] = {**changes}
    if "name" in changes:
        name = tidy_name(changes["name"])
        values |= {"name": name, "name_key": name_key(name)}
        if values["name_key"] != company.name_key:
            _require_free_name(name)
    changed = [field for field, value in values.items() if getattr(company, field) != value]
    told = {name: [getattr(company, name), values[name]] for name in changed if name in _TOLD}
    for field in changed:
        setattr(company, field, values[field])
    if changed:
        versioned.save(company, *changed)
        audit.record(
            actor, "updated", company, fields=sorted({*changed} - {"name_key"}), changes=told
        )
        cache.touch("companies", f"company:{company.id}")
    if "name" in changed:
        publish(CompanyRenamed(company_id=company.id, occurred_at=now))
    return get_company_for(viewer=actor, ref=str(company.id))


@transaction.atomic
def delete_company(
    *, actor: User, company_id: UUID, now: datetime, version: int | None = None
) -> None:
    """Mark a company as deleted; its name is free again, and nothing of it is live. Staff can restore it.

    :raises CompanyNotFound: there is no such company
    :raises CompanyRoleNotAllowed: the actor is not an owner
    :raises StaleVersion: the company is not at ``version`` any more
    """
    company = locks.live_company(company_id)
    access.require_role(viewer=actor, company_id=company_id, may=may_edit_company)
    versioned.check(company, version)
    company.deleted_at = now
    versioned.save(company, "deleted_at")
    audit.record(actor, "deleted", company)
    cache.touch("companies", f"company:{company.id}")


@versioned.edit
def restore_company(*, actor: User, company_id: UUID) -> Company:
    """Bring a deleted company back as it was, with its members.

    :raises RoleNotAllowed: the actor is not staff with that right
    :raises CompanyNotFound: there never was such a company
    :raises NotDeleted: it is not deleted
    :raises CompanyNameTaken: another live company has its name by now
    """
    require_right(actor=actor, right="companies.restore_company")
    company = locks.deleted_company(company_id)
    if _is_taken(company.name):
        raise CompanyNameTaken
    company.deleted_at = None
    try:
        with transaction.atomic():
            versioned.save(company, "deleted_at")
    except IntegrityError as error:  # taken in the same instant
        if constraint_of(error) != LIVE_NAME_UNIQUE:
            raise
        raise CompanyNameTaken from error
    audit.record(actor, "restored", company)
    cache.touch("companies", f"company:{company.id}")
    return company


def hold_company(*, company_id: UUID) -> None:
    """Keep a company's name, and its being there, as they are until the caller's transaction ends.

    Whoever renames or deletes it meanwhile waits; what is read of it after this call stays true.
    """
    locks.share_company(company_id)


def _require_free_name(name: str) -> None:
    """Answer in words; of two writers in the same instant the constraint stops the second one."""
    if _is_taken(name):
        raise name_taken()


def _is_taken(name: str) -> bool:
    return Company.objects.alive().filter(name_key=name_key(name)).exists()
