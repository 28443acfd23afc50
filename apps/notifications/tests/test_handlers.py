"""What the other apps do reaches people: their services, the outbox, our handlers and tasks, nothing replaced."""

from __future__ import annotations

import pytest

from apps.applications.enums import ApplicationState
from apps.applications.services import pipeline, submitting
from apps.applications.tests.factories import pdf
from apps.core.events import subscribers_of
from apps.core.models import Work
from apps.notifications.models import Notification
from apps.users.enums import UserType
from apps.users.events import UserRegistered
from apps.users.services import accounts, approvals

pytestmark = pytest.mark.django_db


def kinds(person) -> list[str]:
    rows = Notification.objects.filter(recipient=person).order_by("seq")
    return list(rows.values_list("kind", flat=True))


def subjects(mailbox, person) -> list[str]:
    return [mail.subject for mail in mailbox(to=person.email)]


@pytest.fixture
def applied(job, candidate, now):
    return submitting.apply(actor=candidate, job_id=job.pk, cv_file=pdf(), cover_letter="", now=now)


class TestHiring:
    def test_tells_both_sides_of_every_step(
        self, applied, candidate, recruiter, work, mailbox, now
    ):
        work.run()
        assert (kinds(recruiter), kinds(candidate)) == (["application_submitted"], [])

        pipeline.open_cv(actor=recruiter, application_id=applied.pk, now=now)
        work.run()
        pipeline.move_application(
            actor=recruiter,
            application_id=applied.pk,
            status=ApplicationState.INTERVIEW,
            reason="Ghi chú nội bộ",
            version=None,
            now=now,
        )
        work.run()
        assert kinds(candidate) == ["application_seen", "application_moved"]

        pipeline.withdraw_application(actor=candidate, application_id=applied.pk, now=now)
        work.run()
        assert kinds(recruiter) == ["application_submitted", "application_withdrawn"]

        assert subjects(mailbox, recruiter) == [
            "Đơn ứng tuyển mới: Kế toán trưởng",
            "Ứng viên đã rút đơn: Kế toán trưởng",
        ]
        assert subjects(mailbox, candidate) == [
            "Công ty Đại Việt đang xem đơn ứng tuyển của bạn",
            "Công ty Đại Việt muốn mời bạn phỏng vấn",
        ]
        assert not Work.objects.exists()

    def test_never_shows_the_candidate_the_companys_note(
        self, applied, candidate, recruiter, work, mailbox, now
    ):
        pipeline.move_application(
            actor=recruiter,
            application_id=applied.pk,
            status=ApplicationState.REJECTED,
            reason="Ghi chú nội bộ",
            version=None,
            now=now,
        )
        work.run()

        row = Notification.objects.get(recipient=candidate)
        assert "Ghi chú nội bộ" not in str(row.params)
        assert all("Ghi chú nội bộ" not in mail.text for mail in mailbox(to=candidate.email))

    def test_a_refused_move_tells_nobody(self, applied, candidate, other_recruiter, work, now):
        work.run()

        with pytest.raises(Exception, match="application_not_found"):
            pipeline.move_application(
                actor=other_recruiter,
                application_id=applied.pk,
                status=ApplicationState.REJECTED,
                reason="",
                version=None,
                now=now,
            )

        assert work.run() == 0
        assert kinds(candidate) == []


VERIFY = "Hãy xác nhận địa chỉ e-mail của bạn"
"""The mail of the users app, which goes out with the registration itself."""


class TestAccounts:
    def register(self, user_type, now):
        return accounts.register(
            email="moi@example.vn",
            password="khong-ai-doan-duoc",
            full_name="Người Mới",
            user_type=user_type,
            now=now,
        )

    def test_a_candidate_is_welcomed(self, work, mailbox, now):
        person = self.register(UserType.CANDIDATE, now)
        work.run()

        assert subjects(mailbox, person) == [VERIFY, "Chào mừng bạn đến với OneTop"]
        assert kinds(person) == []

    def test_a_recruiter_hears_that_approval_comes_first_and_then_that_it_came(
        self, staff, work, mailbox, now
    ):
        """The approval mail of the system before was never sent, or at every later save (D19)."""
        person = self.register(UserType.RECRUITER, now)
        work.run()
        assert subjects(mailbox, person) == [VERIFY, "Tài khoản OneTop của bạn đang chờ duyệt"]

        approvals.approve_recruiter(actor=staff, user_id=person.pk, now=now)
        work.run()
        accounts.update_profile(actor=person, full_name="Tên Khác", now=now)
        work.run()

        assert subjects(mailbox, person) == [
            VERIFY,
            "Tài khoản OneTop của bạn đang chờ duyệt",
            "Tài khoản nhà tuyển dụng OneTop của bạn đã được duyệt",
        ]
        assert kinds(person) == ["recruiter_approved"]

    def test_a_rejected_recruiter_is_told(self, pending_recruiter, staff, work, mailbox, now):
        approvals.reject_recruiter(actor=staff, user_id=pending_recruiter.pk, now=now)
        work.run()

        assert kinds(pending_recruiter) == ["recruiter_rejected"]
        assert subjects(mailbox, pending_recruiter) == ["Tài khoản nhà tuyển dụng OneTop của bạn"]


def test_handlers_add_one_piece_of_work_each(applied, job):
    """Feeds have locks, and a relay holds its transaction open over a batch: so no feed is written there."""
    from apps.core import relay

    relay.drain()

    assert Notification.objects.count() == 0
    assert [row.task for row in Work.objects.all()] == [
        "apps.notifications.tasks.tell_of_application"
    ]
    assert subscribers_of(UserRegistered) == ("apps.notifications.handlers.welcome",)
