from __future__ import annotations

from uuid import uuid4

import pytest

from apps.applications import selectors
from apps.applications.selectors import ApplicationFacts

pytestmark = pytest.mark.django_db


class TestFacts:
    def test_are_what_people_are_told(self, application, job, company, candidate, queries):
        # application with candidate
        with queries(1):
            facts = selectors.application_facts_unscoped(application.id)

        assert facts == ApplicationFacts(
            id=application.id,
            job_id=job.id,
            job_title="Kế toán trưởng",
            company_id=company.id,
            company_name="Công ty Đại Việt",
            candidate_id=candidate.id,
            candidate_name="Trần Thị Bình",
            state=application.state,
        )

    def test_of_nothing_are_none(self):
        assert selectors.application_facts_unscoped(uuid4()) is None


class TestVisibleApplications:
    def test_are_not_shown_to_a_recruiter_who_is_no_longer_approved(self, application, recruiter):
        assert list(selectors.visible_applications(viewer=recruiter)) == [application]

        recruiter.approval = "REJECTED"

        assert list(selectors.visible_applications(viewer=recruiter)) == []
