"""What happens when things really happen at once, on connections of their own."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import timezone

from apps.applications.domain.lifecycle import INTERVIEW, OFFER, SEEN, WITHDRAWN
from apps.applications.models import Application, ApplicationEvent
from apps.applications.services import pipeline, submitting
from apps.applications.tests.factories import ApplicationFactory, pdf
from apps.core.errors import DomainError
from apps.core.models import StoredFile
from apps.jobs.enums import JobState
from apps.jobs.services import publishing
from apps.jobs.tests.factories import JobFactory
from apps.users.tests.factories import UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("either_locking"),
]

URL = "/api/v1/applications/"


def outcome(call):
    try:
        call()
    except DomainError as refusal:
        return refusal.code
    return "done"


def test_eight_simultaneous_applications_of_one_person_make_one(
    at_once, api, candidate, job, kept_files
):
    clients = [api(as_=candidate) for _ in range(8)]

    answers = at_once(
        8,
        lambda number: clients[number].post(
            URL, {"job": str(job.id), "cv_file": pdf()}, format="multipart"
        ),
    )

    assert Counter((answer.status_code, answer.json().get("code")) for answer in answers) == {
        (201, None): 1,
        (409, "already_applied"): 7,
    }
    assert Application.objects.count() == 1
    assert ApplicationEvent.objects.count() == 1
    assert StoredFile.objects.count() == 1
    assert len(kept_files()) == 1


def test_an_application_comes_before_the_closing_or_is_refused(at_once, recruiter, job, kept_files):
    """Whoever was told that they applied has applied, and nobody applied to what was closed."""
    candidates = [UserFactory() for _ in range(6)]

    def call(number: int) -> str:
        now = timezone.now()
        if number == 0:
            return outcome(lambda: publishing.close_job(actor=recruiter, job_id=job.id, now=now))
        return outcome(
            lambda: submitting.apply(
                actor=candidates[number - 1],
                job_id=job.id,
                cv_file=pdf(),
                cover_letter="",
                now=now,
            )
        )

    closed, *applied = at_once(7, call)

    job.refresh_from_db()
    assert (closed, job.state) == ("done", JobState.CLOSED)
    assert set(applied) <= {"done", "job_closed"}
    assert Application.objects.count() == applied.count("done") == len(kept_files())
    late = outcome(
        lambda: submitting.apply(
            actor=UserFactory(),
            job_id=job.id,
            cv_file=pdf(),
            cover_letter="",
            now=timezone.now(),
        )
    )
    assert late == "job_closed"


def test_two_decisions_from_the_same_version_make_one(at_once, application, recruiter):
    targets = [INTERVIEW, OFFER]

    outcomes = at_once(
        2,
        lambda number: outcome(
            lambda: pipeline.move_application(
                actor=recruiter,
                application_id=application.id,
                status=targets[number],
                reason="",
                version=1,
                now=timezone.now(),
            )
        ),
    )

    application.refresh_from_db()
    assert Counter(outcomes) == {"done": 1, "stale_version": 1}
    assert (application.state, application.version) == (targets[outcomes.index("done")], 2)
    assert ApplicationEvent.objects.filter(application=application).count() == 2


def test_a_withdrawal_and_a_decision_follow_one_another(at_once, application, candidate, recruiter):
    def call(number: int) -> str:
        now = timezone.now()
        if number:
            return outcome(
                lambda: pipeline.withdraw_application(
                    actor=candidate, application_id=application.id, now=now
                )
            )
        return outcome(
            lambda: pipeline.move_application(
                actor=recruiter,
                application_id=application.id,
                status=INTERVIEW,
                reason="",
                version=None,
                now=now,
            )
        )

    moved, withdrawn = at_once(2, call)

    application.refresh_from_db()
    assert (application.state, withdrawn) == (WITHDRAWN, "done")
    assert moved in {"done", "transition_refused"}
    steps = ApplicationEvent.objects.filter(application=application).order_by("version")
    assert [step.version for step in steps] == list(range(1, application.version + 1))
    assert [step.from_state for step in steps][1:] == [step.to_state for step in steps][:-1]


def test_eight_simultaneous_downloads_are_seen_once(at_once, recruiter, candidate, company):
    application = ApplicationFactory(job=JobFactory(company=company), candidate=candidate)

    at_once(
        8,
        lambda _: pipeline.open_cv(
            actor=recruiter, application_id=application.id, now=timezone.now()
        ),
    )

    application.refresh_from_db()
    assert (application.state, application.version) == (SEEN, 2)
    assert ApplicationEvent.objects.filter(application=application, kind="seen").count() == 1
