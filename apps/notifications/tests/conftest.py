"""Fixtures of this app's tests: an application to the recruiter's company, and calls that happen at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, TypeVar

import pytest
from django.db import connections

from apps.applications.tests.factories import ApplicationFactory
from apps.core.models import Mail, Work
from apps.jobs.tests.factories import JobFactory
from apps.notifications.models import Feed, Notification

R = TypeVar("R")


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


@pytest.fixture
def at_once(transactional_db: None) -> Callable[[int, Callable[[int], R]], list[R]]:
    """Give ``at_once(n, call)``: ``call(0)``, ``call(1)`` … together, each on a connection of its own."""

    def run(calls: int, call: Callable[[int], R]) -> list[R]:
        start = Barrier(calls)

        def one(number: int) -> R:
            try:
                connections["default"].ensure_connection()
                start.wait(timeout=20)
                return call(number)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(calls) as pool:
            return list(pool.map(one, range(calls)))

    return run
