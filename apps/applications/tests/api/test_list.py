from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.applications.domain.lifecycle import (
    HIRED,
    INTERVIEW,
    OFFER,
    REJECTED,
    SEEN,
    SUBMITTED,
    WITHDRAWN,
)
from apps.applications.enums import ApplicationState
from apps.applications.tests.factories import ApplicationFactory
from apps.companies.enums import MemberRole
from apps.companies.tests.factories import CompanyFactory
from apps.jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/applications/"


def ids(answer):
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


def shown(*applications):
    return [str(application.id) for application in applications]


class TestWhoSeesWhat:
    @pytest.fixture
    def world(self, job, candidate, other_candidate, other_company):
        now = timezone.now()
        return {
            "own": ApplicationFactory(job=job, candidate=candidate, applied_at=now),
            "other_person": ApplicationFactory(
                job=job, candidate=other_candidate, applied_at=now - timedelta(hours=1)
            ),
            "other_company": ApplicationFactory(
                job=JobFactory(company=other_company),
                candidate=candidate,
                applied_at=now - timedelta(hours=2),
            ),
        }

    def test_a_candidate_sees_their_own(self, world, api, candidate):
        assert ids(api(as_=candidate).get(URL)) == shown(world["own"], world["other_company"])

    def test_a_recruiter_sees_those_to_the_company(self, world, api, recruiter):
        assert ids(api(as_=recruiter).get(URL)) == shown(world["own"], world["other_person"])

    def test_another_recruiter_sees_the_others(self, world, api, other_recruiter):
        assert ids(api(as_=other_recruiter).get(URL)) == shown(world["other_company"])

    @pytest.mark.parametrize(
        ("role", "sees"),
        [
            (MemberRole.RECRUITER, True),
            (MemberRole.HIRING_MANAGER, True),
            (MemberRole.INTERVIEWER, False),
            (MemberRole.FINANCE, False),
            (MemberRole.GRADER, False),
        ],
    )
    def test_a_member_sees_them_if_the_role_includes_it(self, world, api, member, role, sees):
        assert bool(ids(api(as_=member(role)).get(URL))) == sees

    def test_staff_see_none_here(self, world, api, staff):
        assert ids(api(as_=staff).get(URL)) == []

    def test_those_of_a_deleted_company_are_the_candidates_alone(
        self, world, api, company, recruiter, candidate
    ):
        company.deleted_at = timezone.now()
        company.save()

        assert ids(api(as_=recruiter).get(URL)) == []
        [first, _] = api(as_=candidate).get(URL).json()["results"]
        assert first["job"]["company"]["name"] == "Công ty Đại Việt"
        assert first["job"]["is_deleted"] is True

    def test_nobody_else_sees_anything(self, world, api):
        answer = api().get(URL)

        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


class TestFilters:
    @pytest.fixture
    def by_state(self, job, company):
        now = timezone.now()
        return {
            state: ApplicationFactory(job=job, state=state, applied_at=now - timedelta(hours=hours))
            for hours, state in enumerate(ApplicationState)
        }

    @pytest.mark.parametrize(
        ("word", "state"),
        [
            ("PENDING", SUBMITTED),
            ("REVIEWING", SEEN),
            ("VIEWED", SEEN),
            ("INTERVIEW_SCHEDULED", INTERVIEW),
            ("INTERVIEW", INTERVIEW),
            ("OFFER_EXTENDED", OFFER),
            ("ACCEPTED", HIRED),
            ("REJECTED", REJECTED),
            ("WITHDRAWN", WITHDRAWN),
        ],
    )
    def test_status_reads_every_word(self, by_state, api, recruiter, word, state):
        assert ids(api(as_=recruiter).get(URL, {"status": word})) == shown(by_state[state])

    def test_repeated_means_any_of_them(self, by_state, api, recruiter):
        answer = api(as_=recruiter).get(f"{URL}?status=PENDING&status=ACCEPTED")

        assert ids(answer) == shown(by_state[SUBMITTED], by_state[HIRED])

    def test_job_keeps_those_to_postings(self, by_state, api, company, recruiter, job):
        other = ApplicationFactory(
            job=JobFactory(company=company), applied_at=timezone.now() + timedelta(hours=1)
        )
        client = api(as_=recruiter)

        assert ids(client.get(URL, {"job": str(other.job_id)})) == shown(other)
        assert len(ids(client.get(f"{URL}?job={job.id}&job={other.job_id}"))) == 8
        assert ids(client.get(URL, {"job": str(uuid4())})) == []

    def test_ordering_is_by_the_time_of_applying(self, by_state, api, recruiter):
        client = api(as_=recruiter)
        newest_first = shown(*by_state.values())

        assert ids(client.get(URL)) == newest_first
        assert ids(client.get(URL, {"ordering": "-applied_at"})) == newest_first
        assert ids(client.get(URL, {"ordering": "applied_at"})) == newest_first[::-1]

    @pytest.mark.parametrize(
        ("query", "pointer"),
        [
            ("status=BOGUS", "status/0"),
            ("status=SEEN", "status/0"),
            ("status=pending", "status/0"),
            (f"status={'X' * 500}", "status/0"),
            ("job=17", "job/0"),
            ("ordering=candidate__password", "ordering"),
            ("ordering=applied_at&ordering=-applied_at", "ordering"),
            ("candidate=1", "candidate"),
            ("state=SEEN", "state"),
            ("page=0", "page"),
            ("limit=101", "limit"),
        ],
    )
    def test_what_is_unknown_is_refused(self, api, recruiter, query, pointer):
        answer = api(as_=recruiter).get(f"{URL}?{query}")

        assert answer.status_code == 400
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


class TestPages:
    def test_come_by_page_and_by_offset(self, api, job, recruiter):
        now = timezone.now()
        made = [
            ApplicationFactory(job=job, applied_at=now - timedelta(hours=hours))
            for hours in range(5)
        ]
        client = api(as_=recruiter)

        first = client.get(URL, {"page_size": 2}).json()
        by_offset = client.get(URL, {"limit": 2, "offset": 2})

        assert (first["count"], first["previous"]) == (5, None)
        assert [row["id"] for row in first["results"]] == shown(*made[:2])
        assert first["next"] == f"http://testserver{URL}?page=2&page_size=2"
        assert ids(client.get(first["next"])) == ids(by_offset) == shown(*made[2:4])

    def test_are_stable_when_people_applied_in_the_same_moment(self, api, job, recruiter):
        now = timezone.now()
        made = {str(ApplicationFactory(job=job, applied_at=now).id) for _ in range(4)}
        client = api(as_=recruiter)

        read = [ids(client.get(URL, {"limit": 1, "offset": offset}))[0] for offset in range(4)]

        assert set(read) == made

    @pytest.mark.parametrize("persona", ["candidate", "recruiter"])
    def test_cost_the_same_for_2_and_50_rows(self, api, company, candidate, request, persona):
        client = api(as_=request.getfixturevalue(persona))

        def cost(rows: int) -> int:
            with CaptureQueriesContext(
                connection,
            ) as captured:
                answer = client.get(URL, {"page_size": 100})
            assert len(ids(answer)) == rows
            return len(captured)

        for _ in range(2):
            ApplicationFactory(job=JobFactory(company=company), candidate=candidate)
        few = cost(2)
        for _ in range(48):
            ApplicationFactory(job=JobFactory(company=company), candidate=candidate)

        assert cost(50) == few

    def test_ask_for_postings_once(self, api, application, candidate, recruiter, queries):
        as_candidate, as_recruiter = api(as_=candidate), api(as_=recruiter)

        # session with account · count · applications with candidates · postings with companies
        with queries(4):
            as_candidate.get(URL)
        # the same, and the companies whose applicants the recruiter reads
        with queries(5):
            as_recruiter.get(URL)


class TestStats:
    @pytest.fixture
    def some(self, job, candidate, other_company):
        for state in ApplicationState:
            ApplicationFactory(job=job, state=state)
        ApplicationFactory(job=job, candidate=candidate, state=OFFER)
        ApplicationFactory(job=JobFactory(company=other_company), candidate=candidate)

    @pytest.mark.parametrize(
        ("persona", "counts"),
        [
            ("candidate", (2, 1, 0, 1)),
            ("recruiter", (8, 1, 1, 2)),
            ("other_recruiter", (1, 1, 0, 0)),
            ("other_candidate", (0, 0, 0, 0)),
            ("staff", (0, 0, 0, 0)),
        ],
    )
    def test_count_what_the_viewer_sees(self, some, api, request, persona, counts):
        answer = api(as_=request.getfixturevalue(persona)).get(f"{URL}stats/")

        assert answer.status_code == 200
        assert answer.json() == dict(
            zip(
                ("totalApplications", "pendingApplications", "interviews", "offers"),
                counts,
                strict=True,
            )
        )

    def test_are_nobodys_without_signing_in(self, api):
        assert api().get(f"{URL}stats/").status_code == 401


class TestSeveralCompanies:
    def test_are_seen_together(self, api, application, recruiter):
        second = ApplicationFactory(
            job=JobFactory(company=CompanyFactory(owner=recruiter)),
            applied_at=timezone.now() + timedelta(hours=1),
        )

        assert ids(api(as_=recruiter).get(URL)) == shown(second, application)
