from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.applications.errors import AlreadyApplied
from apps.applications.models import Application, ApplicationEvent
from apps.applications.services import submitting
from apps.applications.tests.factories import docx, pdf, pdf_bytes
from apps.core.errors import FileTooLarge, InvalidInput, UnsupportedFile
from apps.core.models import StoredFile
from apps.jobs.enums import JobState
from apps.jobs.errors import JobClosed, JobExpired, JobNotFound
from apps.jobs.tests.factories import JobFactory
from apps.users.errors import RoleNotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def apply(candidate, job):
    def call(**given):
        values = {
            "actor": candidate,
            "job_id": job.id,
            "cv_file": pdf(),
            "cover_letter": "Xin chào",
            "now": timezone.now(),
        }
        return submitting.apply(**{**values, **given})

    return call


class TestApply:
    def test_keeps_what_the_posting_said(self, apply, job, candidate, company):
        now = timezone.now()

        application = apply(now=now)

        application.refresh_from_db()
        assert (application.job_id, application.candidate_id) == (job.id, candidate.id)
        assert (application.job_title, application.job_slug) == (job.title, job.slug)
        assert (application.company_id, application.company_name) == (company.id, company.name)
        assert (application.state, application.version) == ("SUBMITTED", 1)
        assert (application.applied_at, application.cover_letter) == (now, "Xin chào")

    def test_stores_the_cv(self, apply, kept_files):
        application = apply(cv_file=pdf("CV Trần Thị Bình.pdf"))

        [path] = kept_files()
        assert path.read_bytes() == pdf_bytes()
        assert "Bình" not in str(path)
        cv = application.cv
        assert (cv.original_name, cv.content_type) == ("CV Trần Thị Bình.pdf", "application/pdf")
        assert (cv.size, cv.sha256) == (
            len(pdf_bytes()),
            hashlib.sha256(pdf_bytes()).hexdigest(),
        )

    def test_begins_the_history(self, apply, candidate):
        now = timezone.now()

        application = apply(now=now)

        step = ApplicationEvent.objects.get()
        assert (step.application_id, step.version, step.kind) == (application.id, 1, "submitted")
        assert (step.from_state, step.to_state) == ("", "SUBMITTED")
        assert (step.actor_id, step.at) == (candidate.id, now)

    def test_is_possible_once(self, apply, everything):
        apply()
        before = everything()

        with pytest.raises(AlreadyApplied):
            apply(cv_file=docx())

        assert everything() == before

    def test_is_refused_to_all_but_candidates(self, apply, recruiter, staff, everything):
        before = everything()

        for actor in (recruiter, staff):
            with pytest.raises(RoleNotAllowed):
                apply(actor=actor)

        assert everything() == before

    def test_is_refused_for_a_posting_that_is_not_open(self, apply, company, everything):
        refusals = [
            (JobFactory(company=company, state=JobState.DRAFT), JobNotFound),
            (JobFactory(company=company, deleted_at=timezone.now()), JobNotFound),
            (JobFactory(company=company, state=JobState.CLOSED), JobClosed),
            (JobFactory(company=company, expired=True), JobExpired),
        ]
        before = everything()

        for posting, refusal in refusals:
            with pytest.raises(refusal):
                apply(job_id=posting.id)
        with pytest.raises(JobNotFound):
            apply(job_id=uuid4())

        assert everything() == before

    def test_is_possible_until_the_last_moment_of_the_deadline(self, apply, job):
        with pytest.raises(JobExpired):
            apply(now=job.expires_at)

        apply(now=job.expires_at - timedelta(microseconds=1))

        assert Application.objects.count() == 1

    def test_refuses_other_files_and_changes_nothing(self, apply, everything, settings):
        settings.MAX_CV_FILE_SIZE = len(pdf_bytes())
        before = everything()

        with pytest.raises(UnsupportedFile):
            apply(cv_file=SimpleUploadedFile("cv.pdf", b"MZ\x90 no document"))
        with pytest.raises(FileTooLarge):
            apply(cv_file=SimpleUploadedFile("cv.pdf", pdf_bytes() + b" "))
        with pytest.raises(InvalidInput) as refused:
            apply(cv_file=SimpleUploadedFile("cv.pdf", b""))

        assert [error.pointer for error in refused.value.errors] == ["cv_file"]
        assert everything() == before

    def test_leaves_no_bytes_behind_when_the_rows_cannot_be_written(
        self, apply, everything, monkeypatch
    ):
        before = everything()

        def fail(_: object) -> None:
            raise ConnectionError

        monkeypatch.setattr(submitting, "publish", fail)

        with pytest.raises(ConnectionError):
            apply()
        assert everything() == before
        assert StoredFile.objects.count() == 0
