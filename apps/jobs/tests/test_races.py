"""Simultaneous calls on real connections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from threading import Event, Thread

import pytest
from django.db import connection, connections, transaction

from apps.companies.services import companies
from apps.core.errors import DomainError
from apps.jobs import selectors
from apps.jobs.domain.criteria import JobCriteria
from apps.jobs.domain.terms import JobChanges
from apps.jobs.enums import AliasKind, JobState
from apps.jobs.errors import JobClosed
from apps.jobs.models import Job
from apps.jobs.services import applying, drafting, indexing, publishing, taxonomy
from apps.jobs.tests.factories import JobFactory, job_terms, place
from apps.payments.selectors import credit_balance, credits_for, ledger_discrepancies_unscoped
from apps.payments.tests.factories import grant

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("either_locking"),
]

BUSY = 60
"""Seconds that a thread which has nothing to wait for may need on a busy machine."""


def outcome(call) -> str:
    try:
        call()
    except DomainError as refusal:
        return refusal.code
    return "done"


class TestPublishing:
    def test_a_hundred_publishes_with_twenty_credits_publish_twenty(
        self, at_once, recruiter, company, now
    ):
        with transaction.atomic():
            grant(company, 20)
        drafts = [JobFactory(company=company, state=JobState.DRAFT).id for _ in range(100)]

        outcomes = at_once(
            100,
            lambda n: outcome(
                lambda: publishing.publish_job(actor=recruiter, job_id=drafts[n], now=now)
            ),
        )

        assert Counter(outcomes) == {"done": 20, "insufficient_credits": 80}
        published = set(Job.objects.filter(state=JobState.PUBLISHED).values_list("id", flat=True))
        assert len(published) == 20
        ledger = credits_for(viewer=recruiter, company_id=company.id, now=now)
        spent = {entry.source for entry in ledger.entries if entry.delta == -1}
        assert spent == {f"job:{job_id}" for job_id in published}
        assert ledger.balance == 0
        assert ledger_discrepancies_unscoped() == []

    def test_one_draft_is_published_once_and_paid_once(self, at_once, recruiter, company, now):
        with transaction.atomic():
            grant(company, 5)
        draft = JobFactory(company=company, state=JobState.DRAFT).id

        outcomes = at_once(
            8,
            lambda _: outcome(
                lambda: publishing.publish_job(actor=recruiter, job_id=draft, now=now)
            ),
        )

        assert Counter(outcomes) == {"done": 1, "transition_refused": 7}
        assert credit_balance(company_id=company.id, now=now) == 4

    def test_edits_of_one_version_are_taken_once(self, at_once, recruiter, company, now):
        job = JobFactory(company=company)

        outcomes = at_once(
            8,
            lambda n: outcome(
                lambda: drafting.update_job(
                    actor=recruiter,
                    job_id=job.id,
                    changes=JobChanges(title=f"Bản {n}"),
                    version=1,
                    now=now,
                )
            ),
        )

        assert Counter(outcomes) == {"done": 1, "stale_version": 7}
        assert Job.objects.get().version == 2

    def test_edits_without_a_version_are_all_taken(self, at_once, recruiter, company, now):
        """Each adds its own field; the original wrote whole rows, so that the last one won (D14)."""
        job = JobFactory(company=company, state=JobState.DRAFT)
        edits: list[JobChanges] = [
            {"title": "Tên mới"},
            {"description": "Mô tả mới."},
            {"requirements": "Yêu cầu mới."},
            {"benefits": "Phúc lợi mới."},
            {"salary_min": 11_000_000},
            {"salary_max": 44_000_000},
            {"is_negotiable": True},
            {"location": "Đà Nẵng"},
        ]

        outcomes = at_once(
            8,
            lambda n: outcome(
                lambda: drafting.update_job(
                    actor=recruiter, job_id=job.id, changes=edits[n], now=now
                )
            ),
        )

        job.refresh_from_db()
        assert Counter(outcomes) == {"done": 8}
        assert job.version == 9
        assert (job.title, job.description, job.requirements, job.benefits) == (
            "Tên mới", "Mô tả mới.", "Yêu cầu mới.", "Phúc lợi mới.",
        )  # fmt: skip
        assert (job.salary_min, job.salary_max, job.is_negotiable) == (11_000_000, 44_000_000, True)
        assert job.place_id == place("Đà Nẵng").code

    def test_one_posting_is_closed_once(self, at_once, recruiter, staff, company, now):
        job = JobFactory(company=company)

        def close(number: int) -> str:
            service = publishing.take_down_job if number % 2 else publishing.close_job
            actor = staff if number % 2 else recruiter
            return outcome(lambda: service(actor=actor, job_id=job.id, now=now))

        outcomes = at_once(8, close)

        assert Counter(outcomes) == {"done": 1, "transition_refused": 7}
        assert Job.objects.get().version == 2

    def test_one_posting_comes_back_once(self, at_once, staff, company, now):
        job = JobFactory(company=company, deleted_at=now)

        outcomes = at_once(
            4, lambda _: outcome(lambda: publishing.restore_job(actor=staff, job_id=job.id))
        )

        assert Counter(outcomes) == {"done": 1, "job_not_deleted": 3}
        assert Job.objects.values_list("deleted_at", "version").get() == (None, 2)

    def test_a_posting_waits_for_the_deletion_of_its_company_and_stays_deleted(
        self, at_once, others_wait, recruiter, staff, company, now
    ):
        job, going = JobFactory(company=company, deleted_at=now), Event()

        def act(number: int) -> str:
            if number == 1:
                going.wait(timeout=BUSY)
                return outcome(lambda: publishing.restore_job(actor=staff, job_id=job.id))
            with transaction.atomic():
                companies.delete_company(actor=recruiter, company_id=company.id, now=now)
                going.set()
                others_wait(1)
            return "deleted"

        assert at_once(2, act) == ["deleted", "company_deleted"]
        job.refresh_from_db()
        assert job.deleted_at == now

    def test_an_edit_finds_its_posting_under_a_name_that_its_company_gets_meanwhile(
        self, recruiter, company, now, others_wait
    ):
        """Search texts are written for a new name without a new version of the posting."""
        job = JobFactory(company=company)
        edit = Thread(
            target=on_its_own(
                lambda: drafting.update_job(
                    actor=recruiter, job_id=job.id, changes={"title": "Thợ lặn"}, now=now
                )
            )
        )
        with transaction.atomic():
            Job.objects.select_for_update().get(pk=job.pk)
            edit.start()
            others_wait(1)
            companies.update_company(
                actor=recruiter, company_id=company.id, changes={"name": "Sao Biển"}, now=now
            )
            indexing.refresh_company(company_id=company.id)
        edit.join(timeout=BUSY)

        found = selectors.listed_jobs(
            viewer=None, criteria=JobCriteria(search="tho lan sao bien"), now=now
        )
        assert [row.id for row in found] == [job.id]


class TestANameThatChangesMeanwhile:
    """Search texts are written for a new name by whoever comes second, the posting or the name."""

    @pytest.fixture
    def write(self, recruiter, company, now):
        with transaction.atomic():
            grant(company, 1)
        terms = replace(job_terms(), title="Thợ lặn", location=place("Đà Nẵng").name)
        return lambda: drafting.create_job(actor=recruiter, terms=terms, now=now)

    @pytest.fixture(params=["company", "place"])
    def rename(self, request, recruiter, staff, company, now):
        def of_company() -> None:
            companies.update_company(
                actor=recruiter, company_id=company.id, changes={"name": "Sao Biển"}, now=now
            )

        def of_place() -> None:
            taxonomy.add_alias(
                actor=staff,
                place_code=place("Đà Nẵng").code,
                name="Sao Biển",
                kind=AliasKind.ABBREVIATION,
                now=now,
            )

        return of_company if request.param == "company" else of_place

    @pytest.fixture
    def refresh(self, company):
        def both() -> None:
            indexing.refresh_company(company_id=company.id)
            indexing.refresh_place(place_code=place("Đà Nẵng").code)

        return both

    def is_found(self, now) -> bool:
        criteria = JobCriteria(search="tho lan sao bien")
        return bool(selectors.listed_jobs(viewer=None, criteria=criteria, now=now))

    def test_while_a_posting_is_being_written(self, write, rename, refresh, now, others_wait):
        def call() -> None:
            rename()
            refresh()

        renamer = Thread(target=on_its_own(call))
        with transaction.atomic():
            write()
            renamer.start()
            others_wait(1)
        renamer.join(timeout=BUSY)

        assert self.is_found(now)

    def test_before_a_posting_is_written(self, write, rename, refresh, now, others_wait):
        writer = Thread(target=on_its_own(write))
        with transaction.atomic():
            rename()
            writer.start()
            others_wait(1)
        refresh()
        writer.join(timeout=BUSY)

        assert self.is_found(now)

    def test_a_company_that_is_being_deleted_posts_nothing(
        self, recruiter, company, write, now, others_wait
    ):
        answers: list[str] = []
        writer = Thread(target=on_its_own(lambda: answers.append(outcome(write))))
        with transaction.atomic():
            companies.delete_company(actor=recruiter, company_id=company.id, now=now)
            writer.start()
            others_wait(1)
        writer.join(timeout=BUSY)

        assert (answers, Job.objects.count()) == (["company_not_found"], 0)

    def test_two_names_of_one_place_do_not_wait_in_a_ring(self, at_once, staff, now):
        code = place("Đà Nẵng").code

        def name(number: int) -> str:
            kind = AliasKind.ABBREVIATION
            values = {"actor": staff, "name": f"Tên {number % 2}", "kind": kind, "now": now}

            def call() -> None:
                alias = taxonomy.add_alias(place_code=code, **values)
                taxonomy.remove_alias(actor=staff, alias_id=alias.id, now=now)

            return outcome(call)

        assert set(at_once(6, name)) <= {"done", "invalid_input"}


class TestApplying:
    def test_closing_waits_for_who_is_applying(self, recruiter, company, now, others_wait):
        job = JobFactory(company=company)
        closed = Event()

        def close() -> None:
            publishing.close_job(actor=recruiter, job_id=job.id, now=now)
            closed.set()
            connections.close_all()

        closer = Thread(target=close)
        with transaction.atomic():
            applying.open_posting(job_id=job.id, now=now)
            closer.start()
            others_wait(1)
            assert not closed.is_set()
        closer.join(timeout=BUSY)

        assert closed.is_set()
        with pytest.raises(JobClosed), transaction.atomic():
            applying.open_posting(job_id=job.id, now=now)

    def test_who_applies_while_it_is_being_closed_finds_it_closed(
        self, recruiter, company, now, others_wait
    ):
        job = JobFactory(company=company)
        answers: list[str] = []

        def apply() -> None:
            with transaction.atomic():
                answers.append(outcome(lambda: applying.open_posting(job_id=job.id, now=now)))
            connections.close_all()

        applicant = Thread(target=apply)
        with transaction.atomic():
            publishing.close_job(actor=recruiter, job_id=job.id, now=now)
            applicant.start()
            others_wait(1)
        applicant.join(timeout=BUSY)

        assert answers == ["job_closed"]

    def test_applicants_do_not_wait_for_each_other(self, at_once, now):
        job = JobFactory()
        with transaction.atomic():
            applying.open_posting(job_id=job.id, now=now)

            outcomes = at_once(4, lambda _: hold(job, now))

        assert outcomes == ["done"] * 4


def on_its_own(call) -> Callable[[], None]:
    """Return the call with a connection of its own."""

    def run() -> None:
        try:
            call()
        finally:
            connections.close_all()

    return run


def hold(job: Job, now) -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        return outcome(lambda: applying.open_posting(job_id=job.id, now=now))
