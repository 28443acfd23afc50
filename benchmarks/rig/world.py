"""A thousand postings of fifty companies, with texts as long as real ones.

Run as a module in the environment of a migrated database; prints the ids of the postings as a JSON list.
"""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - needs Django set up
from django.utils import timezone  # noqa: E402

from apps.companies.domain.naming import name_key  # noqa: E402
from apps.companies.enums import MemberRole  # noqa: E402
from apps.companies.models import Company, Membership  # noqa: E402
from apps.jobs.domain import lifecycle  # noqa: E402
from apps.jobs.enums import JobState, JobType  # noqa: E402
from apps.jobs.models import Job, Place  # noqa: E402
from apps.jobs.services.indexing import write_search_texts  # noqa: E402
from apps.users.enums import Approval, UserType  # noqa: E402
from apps.users.models import User  # noqa: E402

COMPANIES = 50
POSTINGS = 1_000
_TRADES = (
    "Kỹ sư phần mềm",
    "Kế toán tổng hợp",
    "Nhân viên bán hàng",
    "Trưởng ca kho lạnh",
    "Giám sát xây dựng",
)
_WORDS = (
    "Bạn sẽ cùng nhóm xây dựng và vận hành hệ thống, trao đổi với khách hàng mỗi tuần, viết tài liệu rõ ràng và "
    "hướng dẫn đồng nghiệp mới. "
)  # fmt: skip


def _text(characters: int, number: int) -> str:
    """Return Vietnamese prose of a length, different for each number."""
    return (f"Tin số {number}. " + _WORDS * (characters // len(_WORDS) + 1))[:characters]


@transaction.atomic
def build() -> list[UUID]:
    """Write the world and return the ids of its postings."""
    now = timezone.now()
    owner = User.objects.create(
        email="owner@bench.example.vn",
        full_name="Nguyễn Thị Đo",
        user_type=UserType.RECRUITER,
        approval=Approval.APPROVED,
        approval_decided_at=now,
    )
    companies = Company.objects.bulk_create(
        Company(
            name=(name := f"Công ty Cổ phần Đo lường {number:02d}"),
            name_key=name_key(name),
            slug=f"cong-ty-co-phan-do-luong-{number:02d}",
            description=_text(400, number),
            verified_at=now,
        )
        for number in range(COMPANIES)
    )
    Membership.objects.bulk_create(
        Membership(company=company, user=owner, role=MemberRole.OWNER, joined_at=now) for company in companies
    )  # fmt: skip
    places = list(Place.objects.order_by("code"))
    deadline = lifecycle.today(now) + timedelta(days=30)
    jobs = Job.objects.bulk_create(
        Job(
            company=companies[number % COMPANIES],
            posted_by=owner,
            title=f"{_TRADES[number % len(_TRADES)]} {number}",
            slug=f"tin-do-luong-{number:04d}",
            place=places[number % len(places)],
            job_type=JobType.FULL_TIME,
            salary_min=15_000_000 + number * 1_000,
            salary_max=30_000_000 + number * 1_000,
            description=_text(720, number),
            requirements=_text(280, number),
            benefits=_text(160, number),
            deadline=deadline,
            expires_at=lifecycle.expiry_of(deadline),
            state=JobState.PUBLISHED,
            published_at=now - timedelta(minutes=number + 1),
        )
        for number in range(POSTINGS)
    )
    write_search_texts(jobs=jobs)
    return [job.id for job in jobs]


if __name__ == "__main__":
    ids = build()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(json.dumps([str(job_id) for job_id in ids]))
