"""Writing postings over HTTP: what is taken, what is refused, and by whom."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.companies.enums import MemberRole
from apps.companies.tests.factories import CompanyFactory, MembershipFactory
from apps.core.models import Work
from apps.jobs.domain import lifecycle
from apps.jobs.models import Job, JobSearchText
from apps.payments.selectors import credit_balance
from apps.payments.tests.factories import grant

pytestmark = pytest.mark.django_db

JOBS = "/api/v1/jobs/"


class TestWriting:
    def test_a_draft_answers_the_whole_posting_and_costs_nothing(
        self, api, recruiter, company, posting
    ):
        grant(company, 1)

        answer = api(as_=recruiter).post(JOBS, posting, format="json")

        job = Job.objects.get()
        card = {
            "id": str(company.id),
            "name": "Công ty Đại Việt",
            "slug": company.slug,
            "is_verified": False,
        }
        deadline = lifecycle.today(timezone.now()) + timedelta(days=30)
        assert answer.status_code == 201
        body = answer.json()
        assert re.fullmatch(r"ky-su-cau-duong-[a-z0-9]{6}", body["slug"])
        assert {name: value for name, value in body.items() if not name.endswith("d_at")} == {
            "id": str(job.id),
            "slug": job.slug,
            "title": "Kỹ sư cầu đường",
            "company": card,
            "company_info": card,
            "location": "Đồng Nai",
            "place": {"code": "75", "name": "Đồng Nai", "kind": "PROVINCE"},
            "job_type": "FULL_TIME",
            "salary_min": 18_000_000,
            "salary_max": 25_000_000,
            "is_negotiable": False,
            "description": "Giám sát thi công đường vành đai.",
            "requirements": "Tốt nghiệp đại học xây dựng.",
            "benefits": "Phụ cấp công trường.",
            "deadline": deadline.isoformat(),
            "status": "DRAFT",
            "state": "DRAFT",
            "is_live": False,
            "expires_at": f"{deadline + timedelta(days=1)}T00:00:00+07:00",
            "version": 1,
            "allowed_actions": ["edit", "publish", "delete"],
        }
        assert body["published_at"] is None
        assert credit_balance(company_id=company.id, now=timezone.now()) == 1

    def test_is_published_unless_it_says_draft(self, api, recruiter, company, posting):
        grant(company, 3)
        del posting["status"]

        answer = api(as_=recruiter).post(JOBS, posting, format="json")

        assert answer.status_code == 201
        body = answer.json()
        assert (body["status"], body["state"], body["is_live"]) == ("PUBLISHED", "PUBLISHED", True)
        assert body["allowed_actions"] == ["edit", "close", "delete"]
        assert body["published_at"] is not None
        assert credit_balance(company_id=company.id, now=timezone.now()) == 2

    def test_publishing_without_credits_saves_nothing(self, api, recruiter, company, posting):
        posting["status"] = "PUBLISHED"

        answer = api(as_=recruiter).post(JOBS, posting, format="json")

        assert answer.status_code == 402
        assert answer.json()["code"] == "insufficient_credits"
        assert not Job.objects.exists()
        assert not JobSearchText.objects.exists()
        assert not Work.objects.exists()

    def test_publishing_is_free_when_it_costs_nothing(
        self, api, recruiter, company, posting, settings
    ):
        settings.JOB_POSTING_CREDIT_COST = 0
        posting["status"] = "PUBLISHED"

        assert api(as_=recruiter).post(JOBS, posting, format="json").status_code == 201

    def test_takes_the_original_minimum(self, api, recruiter, company):
        grant(company, 1)
        deadline = lifecycle.today(timezone.now())

        answer = api(as_=recruiter).post(
            JOBS,
            {"title": "Thu ngân", "location": "tp. hcm", "description": "Thu ngân.", "deadline": deadline.isoformat()},
            format="json",
        )  # fmt: skip

        body = answer.json()
        assert answer.status_code == 201
        assert (body["location"], body["job_type"], body["requirements"]) == (
            "Hồ Chí Minh",
            "FULL_TIME",
            "",
        )
        assert (body["salary_min"], body["salary_max"], body["is_live"]) == (None, None, True)

    def test_texts_are_stored_composed_and_trimmed(self, api, recruiter, company, posting):
        posting["title"] = "  Lập   trình vie\u0302n "
        posting["description"] = "Dòng một.\n\n  Dòng hai. "

        body = api(as_=recruiter).post(JOBS, posting, format="json").json()

        assert body["title"] == "Lập trình viên"
        assert body["description"] == "Dòng một.\n\n  Dòng hai."

    def test_a_title_without_letters_still_has_an_address(self, api, recruiter, company, posting):
        posting["title"] = "!!!"

        body = api(as_=recruiter).post(JOBS, posting, format="json").json()

        assert re.fullmatch(r"viec-lam-[a-z0-9]{6}", body["slug"])

    def test_goes_to_the_named_company(self, api, recruiter, company, posting):
        second = CompanyFactory(owner=recruiter)
        posting["company"] = str(second.id)

        body = api(as_=recruiter).post(JOBS, posting, format="json").json()

        assert body["company"]["id"] == str(second.id)

    @pytest.mark.parametrize(
        ("change", "pointer", "code"),
        [
            ({"title": ""}, "title", "blank"),
            ({"title": " \u3000 "}, "title", "blank"),
            ({"title": "x" * 256}, "title", "max_length"),
            ({"title": None}, "title", "null"),
            ({"description": "x" * 20_001}, "description", "max_length"),
            ({"description": "a\x00b"}, "description", "null_characters_not_allowed"),
            ({"job_type": "GIG"}, "job_type", "invalid_choice"),
            ({"status": "CLOSED"}, "status", "not_a_start"),
            ({"status": "EXPIRED"}, "status", "invalid_choice"),
            ({"company": "abc"}, "company", "invalid"),
            ({"salary_min": 0}, "salary_min", "range"),
            ({"salary_max": -1}, "salary_max", "range"),
            ({"salary_max": 1_000_000_000_001}, "salary_max", "range"),
            ({"salary_max": 17_999_999}, "salary_max", "range"),
            ({"salary_min": "15 triệu"}, "salary_min", "invalid"),
            ({"deadline": "2026-13-01"}, "deadline", "invalid"),
            ({"deadline": "2100-01-01"}, "deadline", "range"),
            ({"deadline": "9999-12-31"}, "deadline", "range"),
            ({"deadline": "0001-01-01"}, "deadline", "past"),
        ],
    )
    def test_refuses_values_that_cannot_stand(
        self, api, recruiter, company, posting, change, pointer, code
    ):
        answer = api(as_=recruiter).post(JOBS, posting | change, format="json")

        assert answer.status_code == 400
        assert (pointer, code) in {(e["pointer"], e["code"]) for e in answer.json()["errors"]}
        assert not Job.objects.exists()

    def test_refuses_a_deadline_that_was_yesterday_in_vietnam(
        self, api, recruiter, company, posting
    ):
        yesterday = lifecycle.today(timezone.now()) - timedelta(days=1)

        answer = api(as_=recruiter).post(
            JOBS, posting | {"deadline": yesterday.isoformat()}, format="json"
        )

        assert answer.status_code == 400
        assert answer.json()["deadline"] == ["The deadline must be today or later"]

    def test_an_unknown_place_comes_with_five_suggestions(self, api, recruiter, company, posting):
        answer = api(as_=recruiter).post(JOBS, posting | {"location": "Đồng Nái Hạ"}, format="json")

        body = answer.json()
        assert (answer.status_code, body["code"]) == (400, "place_unknown")
        assert [(e["pointer"], e["code"]) for e in body["errors"]] == [
            ("location", "place_unknown")
        ]
        assert len(body["suggestions"]) == 5
        assert body["suggestions"][0] == {"code": "75", "name": "Đồng Nai"}
        assert not Job.objects.exists()


class TestWhoMayWrite:
    def test_nobody_anonymous(self, api, posting):
        answer = api().post(JOBS, posting, format="json")

        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")

    def test_no_candidate(self, api, candidate, posting):
        answer = api(as_=candidate).post(JOBS, posting, format="json")

        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")

    def test_no_recruiter_without_a_company(self, api, recruiter, posting):
        answer = api(as_=recruiter).post(JOBS, posting, format="json")

        assert (answer.status_code, answer.json()["code"]) == (409, "company_required")

    def test_nobody_for_a_foreign_company(self, api, recruiter, company, other_company, posting):
        answer = api(as_=recruiter).post(
            JOBS, posting | {"company": str(other_company.id)}, format="json"
        )

        assert (answer.status_code, answer.json()["code"]) == (404, "company_not_found")

    def test_nobody_for_a_deleted_company(self, api, recruiter, company, posting):
        company.deleted_at = timezone.now()
        company.save()

        answer = api(as_=recruiter).post(
            JOBS, posting | {"company": str(company.id)}, format="json"
        )

        assert (answer.status_code, answer.json()["code"]) == (404, "company_not_found")

    @pytest.mark.parametrize(
        ("role", "status"),
        [
            (MemberRole.OWNER, 201),
            (MemberRole.RECRUITER, 201),
            (MemberRole.HIRING_MANAGER, 403),
            (MemberRole.INTERVIEWER, 403),
            (MemberRole.FINANCE, 403),
            (MemberRole.GRADER, 403),
        ],
    )
    def test_only_roles_that_recruit(self, api, role, status, posting):
        member = MembershipFactory(role=role)

        answer = api(as_=member.user).post(JOBS, posting, format="json")

        assert answer.status_code == status
        assert Job.objects.count() == (status == 201)
