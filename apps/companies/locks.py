"""Row locks of companies. A company's row guards its life and its memberships, and is taken first.

What a company says of itself is edited by ``core.versioned``, whose mode changes nothing about that.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from apps.companies.errors import CompanyNotFound, MemberNotFound, NotDeleted
from apps.companies.models import Company, Membership
from apps.core import versioned


def live_company(company_id: UUID) -> Company:
    """Lock a company that is not deleted, so that whoever may change it is read from a settled state.

    The lock leaves the key alone: postings that refer to the company can be written meanwhile.

    :raises CompanyNotFound: there is none, or it was deleted
    """
    company = Company.objects.alive().select_for_update(no_key=True).filter(id=company_id).first()
    if company is None:
        raise CompanyNotFound
    return company


def share_company(company_id: UUID) -> None:
    """Hold a company as it is until the transaction ends, together with others who hold it the same way."""
    with connection.cursor() as cursor:  # Django's ORM has no FOR SHARE
        cursor.execute("SELECT 1 FROM companies_company WHERE id = %s FOR SHARE", [company_id])


def company_for_edit(company_id: UUID) -> Company:
    """Return a company that is not deleted, to be written by ``versioned.save``.

    :raises CompanyNotFound: there is none, or it was deleted
    """
    company = versioned.find(Company.objects.alive().filter(id=company_id))
    if company is None:
        raise CompanyNotFound
    return company


def deleted_company(company_id: UUID) -> Company:
    """Return a company that was deleted, to be written by ``versioned.save``.

    :raises CompanyNotFound: there never was such a company
    :raises NotDeleted: it is not deleted
    """
    company = versioned.find(Company.objects.filter(id=company_id))
    if company is None:
        raise CompanyNotFound
    if company.deleted_at is None:
        raise NotDeleted
    return company


def present_member(company_id: UUID, membership_id: UUID) -> Membership:
    """Return a membership that has not ended, under the lock of its company, which is held already.

    :raises MemberNotFound: the company has no such member now
    """
    membership = Membership.objects.active().filter(company_id=company_id, id=membership_id).first()
    if membership is None:
        raise MemberNotFound
    return membership
