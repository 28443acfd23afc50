"""Fixtures of this app's tests: an application to the recruiter's company."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from apps.applications.tests.factories import ApplicationFactory
from apps.core.models import Mail, Work
from apps.jobs.tests.factories import JobFactory
from apps.notifications.models import Feed, Notification


@pytest.fixture
def job(company, recruiter):
    """Give a live posting of the recruiter's company."""
    return JobFactory(company=company, posted_by=recruiter, title="Kế toán trưởng")


@pytest.fixture
def application(job, candidate):
    """Give the candidate's application to the posting, which nobody has looked at."""
    return ApplicationFactory(job=job, candidate=candidate)


@pytest.fixture
def everything(db) -> Callable[[], Any]:
    """Give all that this app can change, to compare before and after."""

    def snapshot() -> Any:
        return [
            list(model.objects.order_by("pk").values())
            for model in (Feed, Notification, Mail, Work)
        ]

    return snapshot
