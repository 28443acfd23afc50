"""What the services tell higher apps, read as a subscriber gets it."""

from __future__ import annotations

import pytest
from django.utils import timezone

from apps.applications.domain.lifecycle import INTERVIEW, SEEN
from apps.applications.events import (
    ApplicationMoved,
    ApplicationSeen,
    ApplicationSubmitted,
    ApplicationWithdrawn,
)
from apps.applications.services import pipeline, submitting
from apps.applications.tests.factories import pdf
from apps.core import events

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch, work):
    """The events that subscribers got once the outbox was run."""
    facts: list[events.Event] = []
    for kind in (
        ApplicationMoved,
        ApplicationSeen,
        ApplicationSubmitted,
        ApplicationWithdrawn,
    ):
        path = f"listener.{kind.__name__}"
        monkeypatch.setitem(events._subscribers, kind.name, [path])
        monkeypatch.setitem(events._handlers, path, facts.append)

    def listen() -> list[events.Event]:
        work.run()
        return facts

    return listen


def test_applying_is_told_once(heard, candidate, job, company):
    now = timezone.now()

    application = submitting.apply(
        actor=candidate, job_id=job.id, cv_file=pdf(), cover_letter="", now=now
    )

    assert heard() == [
        ApplicationSubmitted(
            application_id=application.id,
            job_id=job.id,
            company_id=company.id,
            candidate_id=candidate.id,
            occurred_at=now,
        )
    ]


def test_a_move_is_told_once(heard, application, recruiter, candidate, company):
    now = timezone.now()

    pipeline.move_application(
        actor=recruiter,
        application_id=application.id,
        status=INTERVIEW,
        reason="",
        version=None,
        now=now,
    )

    assert heard() == [
        ApplicationMoved(
            application_id=application.id,
            candidate_id=candidate.id,
            company_id=company.id,
            from_state=application.state,
            to_state=INTERVIEW,
            occurred_at=now,
        )
    ]


def test_sight_is_told_once_however_often_the_cv_is_opened(
    heard, application, recruiter, candidate
):
    now = timezone.now()

    for _ in range(3):
        pipeline.open_cv(actor=recruiter, application_id=application.id, now=now)
    pipeline.open_cv(actor=candidate, application_id=application.id, now=now)

    assert heard() == [
        ApplicationSeen(application_id=application.id, candidate_id=candidate.id, occurred_at=now)
    ]
    application.refresh_from_db()
    assert application.state == SEEN


def test_a_withdrawal_is_told_once(heard, application, candidate, company):
    now = timezone.now()

    pipeline.withdraw_application(actor=candidate, application_id=application.id, now=now)

    assert heard() == [
        ApplicationWithdrawn(application_id=application.id, company_id=company.id, occurred_at=now)
    ]
