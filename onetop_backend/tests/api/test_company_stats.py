from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.applications.enums import ApplicationState
from apps.applications.tests.factories import ApplicationFactory
from apps.jobs.enums import JobState
from apps.jobs.tests.factories import JobFactory
from apps.payments.tests.factories import grant
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

STATS = "/api/v1/companies/stats/"


@pytest.fixture
def world(company, other_company, now):
    """Fill the recruiter's company, and another one that must not be counted."""
    live = JobFactory(company=company)
    JobFactory(company=company, state=JobState.DRAFT)
    JobFactory(company=company, state=JobState.CLOSED)
    JobFactory(company=company, expired=True)
    JobFactory(company=company, deleted_at=now - timedelta(days=1))
    for state in (ApplicationState.SUBMITTED, ApplicationState.SUBMITTED, ApplicationState.SEEN):
        ApplicationFactory(job=live, state=state)
    ApplicationFactory(job=JobFactory(company=other_company))
    grant(company, 4)
    grant(other_company, 9)


def test_counts_the_recruiters_own(api, recruiter, world):
    answer = api(as_=recruiter).get(STATS)

    assert (answer.status_code, answer.json()) == (
        200,
        {
            "overview": {
                "total_jobs": 4,
                "active_jobs": 1,
                "total_views": 0,
                "credits_left": 4,
                "vip_expiry": None,
            },
            "applications": {"total": 3, "new": 2},
        },
    )


def test_counts_nothing_for_a_recruiter_without_a_company(api, world):
    answer = api(as_=UserFactory(recruiter=True)).get(STATS)

    assert answer.json()["overview"]["total_jobs"] == 0
    assert answer.json()["overview"]["credits_left"] == 0
    assert answer.json()["applications"] == {"total": 0, "new": 0}


def test_anonymous_is_asked_to_sign_in(api):
    """The system before answered 500 (D30)."""
    answer = api().get(STATS)

    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


def test_others_are_refused(api, candidate, staff):
    for person in (candidate, staff):
        answer = api(as_=person).get(STATS)
        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")


def test_costs_the_same_for_any_number(api, recruiter, company, world):
    client = api(as_=recruiter)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(STATS).status_code == 200
        return len(captured)

    cost()
    before = cost()
    job = JobFactory(company=company)
    for _ in range(8):
        JobFactory(company=company)
        ApplicationFactory(job=job)

    assert cost() == before
