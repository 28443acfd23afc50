"""The list of postings over HTTP: who sees what, filters, order and cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.companies.tests.factories import CompanyFactory
from apps.jobs.enums import JobState, JobType
from apps.jobs.selectors import job_counts
from apps.jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db

JOBS = "/api/v1/jobs/"


def titles(client, path: str = JOBS, **query) -> list[str]:
    answer = client.get(path, query)
    assert answer.status_code == 200, answer.content
    return [job["title"] for job in answer.json()["results"]]


class TestWhatIsListed:
    @pytest.fixture
    def every_state(self, company):
        JobFactory(company=company, title="draft", state=JobState.DRAFT)
        JobFactory(company=company, title="live")
        JobFactory(company=company, title="closed", state=JobState.CLOSED)
        JobFactory(company=company, title="expired", expired=True)
        JobFactory(company=company, title="deleted", deleted_at=timezone.now())
        JobFactory(company=CompanyFactory(deleted_at=timezone.now()), title="company gone")
        JobFactory(title="foreign draft", state=JobState.DRAFT)

    @pytest.mark.parametrize("persona", [None, "candidate", "recruiter", "staff"])
    def test_everybody_gets_the_live_ones(self, request, api, every_state, persona):
        person = request.getfixturevalue(persona) if persona else None

        assert titles(api(as_=person)) == ["live"]

    def test_mine_are_those_of_my_companies_in_every_state(self, api, recruiter, every_state):
        assert titles(api(as_=recruiter), mine="true") == ["expired", "closed", "live", "draft"]

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            (["DRAFT"], ["draft"]),
            (["PUBLISHED"], ["live"]),
            (["CLOSED"], ["expired", "closed"]),
            (["DRAFT", "CLOSED"], ["expired", "closed", "draft"]),
        ],
    )
    def test_mine_by_the_words_of_v1(self, api, recruiter, every_state, status, expected):
        assert titles(api(as_=recruiter), mine="true", status=status) == expected

    def test_a_status_opens_nothing_to_the_public(self, api, every_state):
        assert titles(api(), status="DRAFT") == []
        assert titles(api(), status="PUBLISHED") == ["live"]

    def test_mine_needs_somebody(self, api, every_state):
        answer = api().get(JOBS, {"mine": "true"})

        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")

    def test_a_candidate_has_none(self, api, candidate, every_state):
        assert titles(api(as_=candidate), mine="true") == []

    def test_items_show_the_same_as_the_detail(self, api, recruiter, company):
        job = JobFactory(company=company)
        client = api(as_=recruiter)

        assert client.get(JOBS).json()["results"] == [client.get(f"{JOBS}{job.id}/").json()]

    def test_counts_of_a_persons_companies(self, recruiter, candidate, every_state, now):
        counts, none = job_counts(viewer=recruiter, now=now), job_counts(viewer=candidate, now=now)

        assert (counts.total, counts.active) == (4, 1)
        assert (none.total, none.active) == (0, 0)


class TestFilters:
    def test_place_by_code_repeated_means_or(self, api):
        for place in ("Hà Nội", "Đà Nẵng", "Cần Thơ"):
            JobFactory(title=place, place=place)

        assert titles(api(), place="48") == ["Đà Nẵng"]
        assert set(titles(api(), place=["48", "92"])) == {"Đà Nẵng", "Cần Thơ"}

    @pytest.mark.parametrize(
        "location", ["Hồ Chí Minh", "tp.hcm", "Bình Dương", "sai gon", "Vũng Tàu"]
    )
    def test_location_by_any_name_of_the_place(self, api, location):
        JobFactory(title="here", place="Hồ Chí Minh")
        JobFactory(title="elsewhere", place="Hà Nội")

        assert titles(api(), location=location) == ["here"]

    def test_place_and_location_narrow_each_other(self, api):
        JobFactory(place="Hà Nội")

        assert titles(api(), place="48", location="Hà Nội") == []

    def test_job_type(self, api):
        for kind in JobType:
            JobFactory(title=kind.value, job_type=kind)

        assert titles(api(), job_type="INTERNSHIP") == ["INTERNSHIP"]
        assert set(titles(api(), job_type=["INTERNSHIP", "FREELANCE"])) == {
            "INTERNSHIP",
            "FREELANCE",
        }

    def test_company(self, api):
        first, second, _ = JobFactory(title="a"), JobFactory(title="b"), JobFactory(title="c")

        assert titles(api(), company=str(first.company_id)) == ["a"]
        assert set(titles(api(), company=[str(first.company_id), str(second.company_id)])) == {
            "a",
            "b",
        }

    def test_posted_within(self, api, now):
        JobFactory(title="old", published_at=now - timedelta(days=7, minutes=1))
        JobFactory(title="new", published_at=now - timedelta(days=6, hours=23))

        assert titles(api(), posted_within=7) == ["new"]

    @pytest.mark.parametrize(
        ("query", "pointer", "code"),
        [
            ({"salary": "1"}, "salary", "unknown_filter"),
            ({"q": "x"}, "q", "unknown_filter"),
            ({"place": "99"}, "place", "place_unknown"),
            ({"place": ["01", "Hà Nội"]}, "place", "place_unknown"),
            ({"location": "Sao Hỏa"}, "location", "place_unknown"),
            ({"job_type": "GIG"}, "job_type", "invalid_choice"),
            ({"company": "an-phu"}, "company", "invalid"),
            ({"posted_within": "0"}, "posted_within", "min_value"),
            ({"posted_within": "366"}, "posted_within", "max_value"),
            ({"status": "EXPIRED"}, "status", "invalid_choice"),
            ({"mine": "maybe"}, "mine", "invalid"),
            ({"ordering": "title"}, "ordering", "invalid_choice"),
            ({"search": "x" * 201}, "search", "max_length"),
            ({"search": "a\x00b"}, "search", "null_characters_not_allowed"),
            ({"search": ["a", "b"]}, "search", "repeated"),
            ({"page_size": "101"}, "page_size", "out_of_range"),
        ],
    )
    def test_what_is_unknown_or_malformed_is_refused(self, api, query, pointer, code):
        answer = api().get(JOBS, query)

        assert answer.status_code == 400
        found = {(e["pointer"].partition("/")[0], e["code"]) for e in answer.json()["errors"]}
        assert found == {(pointer, code)}


class TestOrder:
    @pytest.fixture
    def three(self, now):
        values = [("a", 3, 10, 20), ("b", 1, None, 40), ("c", 2, 30, 30)]
        for title, days, pay, left in values:
            JobFactory(
                title=title,
                published_at=now - timedelta(days=days),
                salary_min=None,
                salary_max=pay,
                deadline=now.date() + timedelta(days=left),
            )

    @pytest.mark.parametrize(
        ("ordering", "expected"),
        [
            (None, "bca"),
            ("-published_at", "bca"),
            ("published_at", "acb"),
            ("-salary_max", "cab"),
            ("salary_max", "acb"),
            ("-created_at", "cba"),
            ("created_at", "abc"),
            ("deadline", "acb"),
            ("-deadline", "bca"),
        ],
    )
    def test_is_what_was_asked_for(self, api, three, ordering, expected):
        query = {"ordering": ordering} if ordering else {}

        assert "".join(titles(api(), **query)) == expected

    def test_pages_neither_repeat_nor_skip_equal_postings(self, api, now):
        for _ in range(7):
            JobFactory(published_at=now)
        pages = [api().get(JOBS, {"page": page, "page_size": 3}).json() for page in (1, 2, 3)]

        assert [page["count"] for page in pages] == [7, 7, 7]
        assert len({job["id"] for page in pages for job in page["results"]}) == 7

    def test_limit_and_offset_work_too(self, api):
        for _ in range(3):
            JobFactory()

        body = api().get(JOBS, {"limit": 1, "offset": 1}).json()

        assert (body["count"], len(body["results"])) == (3, 1)


class TestCost:
    """The original cost queries by the row and answered a thousand rows at once (D32)."""

    def test_the_public_list_is_two_queries(self, api, queries):
        for _ in range(25):
            JobFactory()
        client = api()

        with queries(2):  # count, page with companies and places
            answer = client.get(JOBS)

        assert len(answer.json()["results"]) == 20

    def test_a_members_list_is_the_same_for_two_and_for_fifty(
        self, api, recruiter, company, queries
    ):
        client = api(as_=recruiter)
        for size in (2, 48):
            for _ in range(size):
                JobFactory(company=company)
            # session with its user, the viewer's companies, count, page, whom the viewer recruits for
            with queries(5):
                client.get(JOBS, {"mine": "true", "page_size": 100})

    def test_a_search_is_two_queries(self, api, queries):
        for _ in range(3):
            JobFactory(title="Kế toán kho")

        with queries(2):
            assert len(titles(api(), search="ke toan")) == 3
