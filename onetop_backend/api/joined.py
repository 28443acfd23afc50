"""Answers that several apps know a part of: one call to each of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from apps.applications import selectors as applications
from apps.applications.enums import ApplicationStatusV1
from apps.companies import selectors as companies
from apps.companies.enums import MemberRole
from apps.core import tickets
from apps.core.realtime.auth import PURPOSE
from apps.jobs import selectors as jobs
from apps.jobs.enums import JobStatusV1, JobType
from apps.payments import selectors as payments
from apps.users import selectors as users
from apps.users.enums import Language
from apps.users.errors import RoleNotAllowed
from apps.users.presenters import present_profile

if TYPE_CHECKING:
    from apps.users.models import User


def me(*, viewer: User) -> dict[str, Any]:
    """Return one's own account, whether its address is verified, and what one's company has."""
    return {
        **present_profile(users.profile_of(viewer=viewer)),
        "email_verified": users.is_email_verified(viewer=viewer),
        "job_posting_credits": _credits_left(viewer),
        "membership_expires_at": None,
    }


def config() -> dict[str, Any]:
    """Return the vocabulary of forms and filters, worded in the active language."""
    return {
        "job_types": _options(JobType.choices),
        "job_statuses": _options(JobStatusV1.choices),
        "application_statuses": _options(ApplicationStatusV1.choices),
        "member_roles": _options(MemberRole.choices),
        "languages": _options(Language.choices),
        "places": _options((place.code, place.name) for place in jobs.known_places()),
    }


def company_stats(*, viewer: User, now: datetime) -> dict[str, Any]:
    """Return the numbers of a recruiter's companies.

    :raises RoleNotAllowed: the viewer is no approved recruiter
    """
    if not viewer.is_recruiter:
        raise RoleNotAllowed
    postings = jobs.job_counts(viewer=viewer, now=now)
    received = applications.application_stats(viewer=viewer)
    return {
        "overview": {
            "total_jobs": postings.total,
            "active_jobs": postings.active,
            "total_views": 0,
            "credits_left": _credits_left(viewer),
            "vip_expiry": None,
        },
        "applications": {"total": received.total, "new": received.pending},
    }


def socket_ticket(*, session_id: UUID) -> dict[str, Any]:
    """Return a new ticket for one socket, which is open no longer than this session.

    :raises TicketsUnavailable: Redis does not answer
    """
    ttl = settings.WEBSOCKET_TICKET_EXPIRY
    return {
        "ticket": tickets.issue(purpose=PURPOSE, subject=str(session_id), ttl=ttl),
        "expires_in": int(ttl.total_seconds()),
    }


def _credits_left(viewer: User) -> int:
    company_id = companies.company_of(user_id=viewer.pk)
    return 0 if company_id is None else payments.credit_balance(company_id=company_id)


def _options(choices: Iterable[tuple[object, object]]) -> list[dict[str, str]]:
    return [{"value": str(value), "label": str(label)} for value, label in choices]
