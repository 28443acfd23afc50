"""Reads that this app offers; ``access`` answers who may act for a company."""

from __future__ import annotations

from apps.companies.selectors.access import company_of, require_role, role_in, roles_of
from apps.companies.selectors.companies import (
    CompanyCard,
    company_card_unscoped,
    get_company_for,
    recruiting_members_unscoped,
    visible_companies,
)
from apps.companies.selectors.members import get_member_for, members_of

__all__ = [
    "CompanyCard",
    "company_card_unscoped",
    "company_of",
    "get_company_for",
    "get_member_for",
    "members_of",
    "recruiting_members_unscoped",
    "require_role",
    "role_in",
    "roles_of",
    "visible_companies",
]
