"""Fixtures of this app's tests: a posting of the recruiter's company and the candidate's application to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from apps.applications.models import Application, ApplicationEvent
from apps.applications.tests.factories import ApplicationFactory
from apps.companies.selectors import members_of
from apps.companies.services.members import remove_member
from apps.companies.tests.factories import MembershipFactory
from apps.core.models import StoredFile, Work
from apps.jobs.tests.factories import JobFactory

if TYPE_CHECKING:
    from apps.users.models import User


@pytest.fixture
def job(company, recruiter):
    """Give a live posting of the recruiter's company."""
    return JobFactory(company=company, posted_by=recruiter, title="Kế toán trưởng")


@pytest.fixture
def application(job, candidate) -> Application:
    """Give the candidate's application to the posting, which nobody has looked at."""
    return ApplicationFactory(job=job, candidate=candidate)


@pytest.fixture
def member(company) -> Callable[..., User]:
    """Give ``member(role)``: another member of the recruiter's company."""
    return lambda role: MembershipFactory(company=company, role=role).user


@pytest.fixture
def kept_files(settings) -> Callable[[], list[Path]]:
    """Give the files in the private storage."""
    return lambda: sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


@pytest.fixture
def everything(db, kept_files) -> Callable[[], Any]:
    """Give all that this app can change, to compare before and after a refusal."""

    def snapshot() -> Any:
        return (
            list(Application.objects.order_by("id").values()),
            list(ApplicationEvent.objects.order_by("id").values()),
            list(StoredFile.objects.order_by("id").values()),
            list(Work.objects.order_by("id").values("id", "task", "args")),
            kept_files(),
        )

    return snapshot


@pytest.fixture
def remove(company, recruiter) -> Callable[[User], None]:
    """Give ``remove(person)``, with which the owner ends a membership."""

    def ended(person: User) -> None:
        membership_id = members_of(viewer=recruiter, company_id=company.pk).get(user=person).pk
        remove_member(
            actor=recruiter,
            company_id=company.pk,
            membership_id=membership_id,
            now=timezone.now(),
        )

    return ended
