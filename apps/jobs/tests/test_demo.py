"""The demo world's postings."""

from __future__ import annotations

import pytest

from apps.companies.tests.factories import CompanyFactory
from apps.core.demo import demo_id
from apps.jobs import demo
from apps.jobs.domain.criteria import JobCriteria
from apps.jobs.enums import JobState
from apps.jobs.models import Job, JobSearchText
from apps.jobs.selectors import listed_jobs, live_jobs
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def _world(now):
    for key in ("anphu", "songhong"):
        CompanyFactory(id=demo_id(f"company:{key}"))
    for key in ("recruiter", "recruiter2"):
        UserFactory(id=demo_id(f"user:{key}"), recruiter=True)
    demo.load(now=now)


@pytest.mark.usefixtures("_world")
class TestDemo:
    def test_has_every_state_and_several_places(self, now):
        live = live_jobs(now=now)

        assert Job.objects.count() == JobSearchText.objects.count() == 14
        assert live.count() == 11
        assert {"01", "48", "79", "75", "REMOTE", "NATIONWIDE"} <= {job.place_id for job in live}
        assert Job.objects.get(id=demo_id("job:devops")).state == JobState.DRAFT
        assert Job.objects.get(id=demo_id("job:driver")).state == JobState.CLOSED
        expired = Job.objects.get(id=demo_id("job:marketing"))
        assert (expired.state, expired.expires_at < now) == (JobState.PUBLISHED, True)

    def test_is_found_without_accents(self, now):
        jobs = listed_jobs(
            viewer=None, criteria=JobCriteria(search="lap trinh vien ha noi"), now=now
        )

        assert [job.id for job in jobs] == [demo_id("job:backend")]


@pytest.mark.usefixtures("_world")
def test_is_the_same_every_time(now):
    before = list(Job.objects.order_by("id").values_list("id", "title", "slug", "deadline"))
    Job.objects.all().delete()

    demo.load(now=now)

    assert list(Job.objects.order_by("id").values_list("id", "title", "slug", "deadline")) == before
