from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from apps.applications import demo
from apps.applications.domain import lifecycle
from apps.applications.enums import ApplicationState
from apps.applications.models import Application, ApplicationEvent
from apps.companies.tests.factories import CompanyFactory
from apps.core.demo import demo_id
from apps.core.models import Mail, Work
from apps.jobs.tests.factories import JobFactory
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

JOBS = {
    "anphu": ("backend", "frontend", "tester"),
    "songhong": ("supervisor", "driver", "accountant", "parttime"),
}


@pytest.fixture
def loaded():
    now = timezone.now()
    for candidate in ("candidate", "candidate2"):
        UserFactory(id=demo_id(f"user:{candidate}"))
    for name, jobs in JOBS.items():
        company = CompanyFactory(id=demo_id(f"company:{name}"))
        for job in jobs:
            JobFactory(id=demo_id(f"job:{job}"), company=company)
    demo.load(now=now)
    return now


class TestLoad:
    def test_shows_every_stage(self, loaded):
        stages = Counter(Application.objects.values_list("state", flat=True))

        assert set(stages) == set(ApplicationState)
        assert Application.objects.filter(candidate_id=demo_id("user:candidate")).count() == 4

    def test_is_the_same_every_time(self, loaded):
        application = Application.objects.get(id=demo_id("application:candidate:backend"))

        assert application.applied_at == loaded - timedelta(hours=20)
        assert (application.state, application.version) == ("INTERVIEW", 3)

    def test_has_histories_that_the_services_could_have_made(self, loaded):
        for application in Application.objects.all():
            steps = list(
                ApplicationEvent.objects.filter(application=application).order_by("version")
            )
            states = [ApplicationState(step.to_state) for step in steps]
            assert (steps[-1].to_state, steps[-1].version) == (
                application.state,
                application.version,
            )
            assert steps[0].at == application.applied_at
            assert [step.at for step in steps] == sorted(step.at for step in steps)
            for before, after in itertools.pairwise(states):
                assert after in lifecycle.MOVES[before] | lifecycle.WITHDRAWALS[before]

    def test_stores_a_cv_with_each_that_a_reader_can_open(self, loaded):
        cvs = [application.cv for application in Application.objects.select_related("cv").all()]

        assert len({cv.path for cv in cvs}) == len(cvs) == 8
        for cv in cvs:
            with default_storage.open(cv.path) as file:
                content = file.read()
            start = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
            assert content.startswith(b"%PDF-1.4\n")
            assert content[start:].startswith(b"xref\n0 6\n")
            for number, entry in enumerate(content[start:].split(b"\n")[3:8], start=1):
                assert content[int(entry.split()[0]) :].startswith(b"%d 0 obj\n" % number)

    def test_tells_nobody(self, loaded):
        assert (Work.objects.count(), Mail.objects.count()) == (0, 0)
