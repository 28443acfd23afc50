from __future__ import annotations

from datetime import UTC, datetime

import pytest

from apps.core.models import Mail
from apps.notifications.enums import NotificationKind
from apps.notifications.models import Notification
from apps.notifications.services.accounts import tell_of_decision, welcome
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
Kind = NotificationKind


def decide(person, kind, at=NOW):
    tell_of_decision(kind=kind, user_id=person.pk, occurred_at=at)


class TestWelcome:
    def test_welcomes_a_candidate(self, candidate, settings):
        welcome(user_id=candidate.pk)

        written = Mail.objects.get()
        assert (written.to, written.subject) == (candidate.email, "Chào mừng bạn đến với OneTop")
        assert f"{settings.FRONTEND_URL}/jobs\n" in written.text

    def test_tells_a_recruiter_to_wait(self, pending_recruiter):
        welcome(user_id=pending_recruiter.pk)

        written = Mail.objects.get()
        assert written.subject == "Tài khoản OneTop của bạn đang chờ duyệt"
        assert (
            "Bạn không cần làm gì thêm" in written.text
            or "bạn không cần làm gì thêm" in written.text
        )

    def test_is_written_once_and_leaves_the_feed_alone(self, candidate, everything):
        welcome(user_id=candidate.pk)
        before = everything()

        welcome(user_id=candidate.pk)

        assert everything() == before
        assert Notification.objects.count() == 0


class TestDecision:
    def test_tells_an_approved_recruiter(self, recruiter, settings):
        decide(recruiter, Kind.RECRUITER_APPROVED)

        row = Notification.objects.get()
        assert (row.recipient, row.kind, row.params) == (recruiter, "recruiter_approved", {})
        assert (row.target_type, row.target_id) == ("account", recruiter.pk)
        written = Mail.objects.get()
        assert written.to == recruiter.email
        assert written.subject == "Tài khoản nhà tuyển dụng OneTop của bạn đã được duyệt"
        assert f"{settings.FRONTEND_URL}/login\n" in written.text

    def test_tells_a_rejected_recruiter(self):
        rejected = UserFactory(rejected=True, language="en")

        decide(rejected, Kind.RECRUITER_REJECTED)

        assert Notification.objects.get().kind == "recruiter_rejected"
        assert "We could not approve your recruiter account" in Mail.objects.get().text

    def test_tells_a_rejected_recruiter_why_if_staff_said_so(self):
        rejected = UserFactory(rejected=True, language="vi")

        tell_of_decision(
            kind=Kind.RECRUITER_REJECTED,
            user_id=rejected.pk,
            occurred_at=NOW,
            reason="Thiếu <giấy phép> & mã số thuế.",
        )

        assert "Lý do của chúng tôi:\nThiếu <giấy phép> & mã số thuế.\n" in Mail.objects.get().text
        assert Notification.objects.get().params == {}

    def test_a_second_run_changes_nothing(self, recruiter, everything):
        decide(recruiter, Kind.RECRUITER_APPROVED)
        before = everything()

        decide(recruiter, Kind.RECRUITER_APPROVED)

        assert everything() == before

    def test_a_later_decision_is_told_again(self, recruiter):
        decide(recruiter, Kind.RECRUITER_APPROVED)
        decide(recruiter, Kind.RECRUITER_APPROVED, NOW.replace(hour=9))

        assert (Notification.objects.count(), Mail.objects.count()) == (2, 2)

    def test_mails_nothing_that_was_reversed_meanwhile(self, recruiter):
        decide(recruiter, Kind.RECRUITER_REJECTED)

        assert (Notification.objects.count(), Mail.objects.count()) == (1, 0)
