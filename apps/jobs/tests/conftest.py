"""Fixtures of this app's tests."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.jobs.domain import lifecycle


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
