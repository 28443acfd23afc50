"""Confirming that a company is who it says: an act of staff."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from apps.companies import locks
from apps.companies.errors import VerificationUnchanged
from apps.companies.models import Company
from apps.core import audit, cache, versioned
from apps.users.services.rights import require_right

if TYPE_CHECKING:
    from apps.users.models import User


@versioned.edit
def verify_company(*, actor: User, company_id: UUID, now: datetime) -> Company:
    """Confirm a company.

    :raises RoleNotAllowed: the actor is not staff with that right
    :raises CompanyNotFound: there is no such company, or it was deleted
    :raises VerificationUnchanged: it is confirmed already
    """
    company = _company_to_judge(actor, company_id, verified=False)
    company.verified_at = now
    versioned.save(company, "verified_at")
    audit.record(actor, "verified", company)
    cache.touch("companies", f"company:{company.id}")
    return company


@versioned.edit
def unverify_company(*, actor: User, company_id: UUID) -> Company:
    """Take a confirmation back.

    :raises RoleNotAllowed: the actor is not staff with that right
    :raises CompanyNotFound: there is no such company, or it was deleted
    :raises VerificationUnchanged: it is not confirmed
    """
    company = _company_to_judge(actor, company_id, verified=True)
    company.verified_at = None
    versioned.save(company, "verified_at")
    audit.record(actor, "unverified", company)
    cache.touch("companies", f"company:{company.id}")
    return company


def _company_to_judge(actor: User, company_id: UUID, *, verified: bool) -> Company:
    require_right(actor=actor, right="companies.verify_company")
    company = locks.company_for_edit(company_id)
    if company.is_verified is not verified:
        raise VerificationUnchanged
    return company
