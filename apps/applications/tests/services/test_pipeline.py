from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
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
from apps.applications.errors import ApplicationNotFound, CvNotShared
from apps.applications.models import ApplicationEvent
from apps.applications.services import pipeline
from apps.applications.tests.factories import ApplicationFactory
from apps.companies.enums import MemberRole
from apps.core.errors import StaleVersion
from apps.core.state import TransitionRefused
from apps.users.errors import RoleNotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def move(application, recruiter):
    def call(**given):
        values = {
            "actor": recruiter,
            "application_id": application.id,
            "status": INTERVIEW,
            "reason": "",
            "version": None,
            "now": timezone.now(),
        }
        return pipeline.move_application(**{**values, **given})

    return call


def last_step(application):
    return ApplicationEvent.objects.filter(application=application).order_by("version").last()


class TestMove:
    def test_changes_the_state_and_records_who_and_why(self, move, application, recruiter):
        now = timezone.now()

        moved = move(reason="Hồ sơ tốt", now=now)

        application.refresh_from_db()
        assert (moved.state, moved.version) == (application.state, application.version)
        assert (application.state, application.version) == ("INTERVIEW", 2)
        step = last_step(application)
        assert (step.kind, step.from_state, step.to_state) == ("moved", "SUBMITTED", "INTERVIEW")
        assert (step.version, step.reason) == (2, "Hồ sơ tốt")
        assert (step.actor_id, step.at) == (recruiter.id, now)

    def test_refuses_what_the_lifecycle_does_not_have(self, move, everything):
        before = everything()

        with pytest.raises(TransitionRefused) as refused:
            move(status=WITHDRAWN)

        assert refused.value.context["allowed"] == [
            "REVIEWING",
            "INTERVIEW_SCHEDULED",
            "OFFER_EXTENDED",
            "ACCEPTED",
            "REJECTED",
        ]
        assert everything() == before

    def test_refuses_the_state_that_it_has(self, move):
        move()

        with pytest.raises(TransitionRefused):
            move()

    def test_corrects_a_mistake(self, move, application):
        for status in (REJECTED, SEEN, INTERVIEW, OFFER, INTERVIEW, OFFER, HIRED):
            move(status=status)

        application.refresh_from_db()
        assert (application.state, application.version) == ("HIRED", 8)
        steps = ApplicationEvent.objects.filter(application=application).order_by("version")
        # Each step starts where the one before ended.
        assert [step.from_state for step in steps][1:] == [step.to_state for step in steps][:-1]

    def test_refuses_a_stale_version(self, move, everything):
        move(version=1)
        before = everything()

        with pytest.raises(StaleVersion) as refused:
            move(status=OFFER, version=1)

        assert refused.value.context == {"version": 2}
        assert everything() == before

    @pytest.mark.parametrize(
        "role", [MemberRole.OWNER, MemberRole.RECRUITER, MemberRole.HIRING_MANAGER]
    )
    def test_is_for_those_who_read_the_applicants(self, move, member, role):
        assert move(actor=member(role)).state == INTERVIEW

    @pytest.mark.parametrize(
        "role", [MemberRole.INTERVIEWER, MemberRole.FINANCE, MemberRole.GRADER]
    )
    def test_is_not_for_other_members(self, move, member, role, everything):
        actor = member(role)
        before = everything()

        with pytest.raises(ApplicationNotFound):
            move(actor=actor)

        assert everything() == before

    def test_is_refused_to_the_candidate(self, move, candidate, everything):
        before = everything()

        with pytest.raises(RoleNotAllowed):
            move(actor=candidate)

        assert everything() == before

    def test_is_not_found_by_anybody_else(
        self, move, other_candidate, other_recruiter, other_company, staff, everything
    ):
        before = everything()

        for actor in (other_candidate, other_recruiter, staff):
            with pytest.raises(ApplicationNotFound):
                move(actor=actor)
        with pytest.raises(ApplicationNotFound):
            move(application_id=uuid4())

        assert everything() == before

    def test_is_lost_with_the_membership(self, move, company, recruiter):
        company.memberships.update(ended_at=timezone.now() + timedelta(seconds=1))

        with pytest.raises(ApplicationNotFound):
            move()


class TestWithdraw:
    @pytest.mark.parametrize("state", [SUBMITTED, SEEN, INTERVIEW, OFFER])
    def test_is_possible_until_a_decision(self, job, candidate, state):
        application = ApplicationFactory(job=job, candidate=candidate, state=state)
        now = timezone.now()

        pipeline.withdraw_application(actor=candidate, application_id=application.id, now=now)

        application.refresh_from_db()
        step = last_step(application)
        assert application.state == WITHDRAWN
        assert (step.kind, step.from_state, step.to_state) == ("withdrawn", state, WITHDRAWN)
        assert (step.version, step.actor_id, step.at) == (application.version, candidate.id, now)

    @pytest.mark.parametrize("state", [HIRED, REJECTED, WITHDRAWN])
    def test_is_refused_after_one(self, job, candidate, state, everything):
        application = ApplicationFactory(job=job, candidate=candidate, state=state)
        before = everything()

        with pytest.raises(TransitionRefused) as refused:
            pipeline.withdraw_application(
                actor=candidate, application_id=application.id, now=timezone.now()
            )

        assert refused.value.context["allowed"] == []
        assert everything() == before

    def test_is_the_candidates_alone(
        self, application, recruiter, other_candidate, staff, everything
    ):
        before = everything()

        for actor, refusal in (
            (recruiter, RoleNotAllowed),
            (other_candidate, ApplicationNotFound),
            (staff, ApplicationNotFound),
        ):
            with pytest.raises(refusal):
                pipeline.withdraw_application(
                    actor=actor, application_id=application.id, now=timezone.now()
                )

        assert everything() == before


class TestOpenCv:
    def open(self, actor, application):
        return pipeline.open_cv(actor=actor, application_id=application.id, now=timezone.now())

    def test_marks_an_application_as_seen_once(self, application, recruiter, member):
        assert self.open(recruiter, application) == application.cv
        assert self.open(member(MemberRole.HIRING_MANAGER), application) == application.cv

        application.refresh_from_db()
        assert (application.state, application.version) == (SEEN, 2)
        step = last_step(application)
        assert (step.kind, step.from_state, step.to_state) == ("seen", SUBMITTED, SEEN)
        assert step.actor_id == recruiter.id

    @pytest.mark.parametrize("state", set(ApplicationState) - {SUBMITTED, WITHDRAWN})
    def test_changes_no_later_state(self, job, candidate, recruiter, state, everything):
        application = ApplicationFactory(job=job, candidate=candidate, state=state)
        before = everything()

        self.open(recruiter, application)

        assert everything() == before

    def test_by_the_candidate_changes_nothing(self, application, candidate, everything):
        before = everything()

        assert self.open(candidate, application) == application.cv

        assert everything() == before

    def test_is_refused_to_the_company_after_a_withdrawal(self, job, candidate, recruiter):
        application = ApplicationFactory(job=job, candidate=candidate, state=WITHDRAWN)

        with pytest.raises(CvNotShared):
            self.open(recruiter, application)
        assert self.open(candidate, application) == application.cv

    def test_is_not_found_by_strangers(
        self, application, other_candidate, other_recruiter, other_company, staff, everything
    ):
        before = everything()

        for actor in (other_candidate, other_recruiter, staff):
            with pytest.raises(ApplicationNotFound):
                self.open(actor, application)

        assert everything() == before
