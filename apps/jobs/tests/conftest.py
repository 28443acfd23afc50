"""Fixtures of this app's tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from apps.jobs.domain import lifecycle
from apps.jobs.enums import JobState
from apps.jobs.models import Job
from apps.jobs.tests.factories import JobFactory
from apps.payments.tests.factories import grant


@pytest.fixture
def posting() -> dict[str, Any]:
    """Give the body of a good draft."""
    deadline = lifecycle.today(timezone.now()) + timedelta(days=30)
    return {
        "title": "Kỹ sư cầu đường",
        "location": "Đồng Nai",
        "job_type": "FULL_TIME",
        "salary_min": 18_000_000,
        "salary_max": 25_000_000,
        "description": "Giám sát thi công đường vành đai.",
        "requirements": "Tốt nghiệp đại học xây dựng.",
        "benefits": "Phụ cấp công trường.",
        "deadline": deadline.isoformat(),
        "status": "DRAFT",
    }


@pytest.fixture
def draft(company) -> Job:
    """Give a draft of a company with five credits."""
    with transaction.atomic():
        grant(company, 5)
    return JobFactory(company=company, state=JobState.DRAFT)
