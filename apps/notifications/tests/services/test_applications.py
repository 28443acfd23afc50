from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from apps.applications.enums import ApplicationState
from apps.companies.enums import MemberRole
from apps.companies.tests.factories import MembershipFactory
from apps.core import mail
from apps.core.models import Mail
from apps.notifications.enums import NotificationKind
from apps.notifications.models import Notification
from apps.notifications.services.applications import tell_of_application
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

SUBMITTED, SEEN, INTERVIEW, OFFER, HIRED, REJECTED, WITHDRAWN = ApplicationState
Kind = NotificationKind
LATE = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
"""Half past one of the next day in Vietnam."""


def tell(application, kind, state=None, at=LATE):
    tell_of_application(kind=kind, application_id=application.pk, state=state, occurred_at=at)


def stand(application, state):
    """Put an application where a test wants it."""
    type(application).objects.filter(pk=application.pk).update(state=state)


def told() -> set[str]:
    return set(Notification.objects.values_list("recipient__email", flat=True))


class TestSubmitted:
    def test_tells_those_who_recruit_for_the_company(
        self, application, company, recruiter, other_company, staff
    ):
        for role in MemberRole:
            if role != MemberRole.OWNER:
                user = UserFactory(recruiter=True, email=f"a.{role.lower()}@example.vn")
                MembershipFactory(company=company, role=role, user=user)
        gone = UserFactory(recruiter=True, email="gone@example.vn")
        MembershipFactory(company=company, user=gone, ended_at=LATE)

        tell(application, Kind.APPLICATION_SUBMITTED)

        expected = {recruiter.email, "a.recruiter@example.vn", "a.hiring_manager@example.vn"}
        assert told() == expected
        assert set(Mail.objects.values_list("to", flat=True)) == expected

    def test_says_who_applied_for_what(self, application, recruiter):
        tell(application, Kind.APPLICATION_SUBMITTED)

        row = Notification.objects.get()
        assert row.params == {
            "job": "Kế toán trưởng",
            "company": "Công ty Đại Việt",
            "candidate": "Trần Thị Bình",
        }
        assert (row.target_type, row.target_id) == ("application", application.pk)
        assert row.occurred_at == LATE

    def test_mails_in_the_recipients_language_with_times_of_vietnam(
        self, application, company, recruiter, settings
    ):
        settings.FRONTEND_URL = "https://onetop.example"
        english = UserFactory(recruiter=True, language="en", full_name="Ann Lee")
        MembershipFactory(company=company, user=english, role=MemberRole.RECRUITER)

        tell(application, Kind.APPLICATION_SUBMITTED)

        mails = {row.to: row for row in Mail.objects.all()}
        vietnamese = mails[recruiter.email]
        assert vietnamese.subject == "Đơn ứng tuyển mới: Kế toán trưởng"
        assert vietnamese.text == (
            "Xin chào Phạm Thu Hà,\n\n"
            "Trần Thị Bình đã ứng tuyển vào vị trí “Kế toán trưởng” lúc 01:30 ngày 23/11/2026"
            " (giờ Việt Nam).\n\n"
            "Xem đơn ứng tuyển và CV tại đây:\n"
            f"https://onetop.example/applications/{application.pk}\n\n"
            "Đội ngũ OneTop\n"
            "https://onetop.example\n"
        )
        assert mails[english.email].subject == "New application: Kế toán trưởng"
        assert mails[english.email].text == (
            "Hello Ann Lee,\n\n"
            "Trần Thị Bình applied for “Kế toán trưởng” at 01:30 on 23/11/2026 (Vietnam time).\n\n"
            "Read the application and the CV here:\n"
            f"https://onetop.example/applications/{application.pk}\n\n"
            "The OneTop team\n"
            "https://onetop.example\n"
        )

    def test_mails_names_as_they_are_written(self, application, candidate, recruiter):
        candidate.full_name = 'Trần "Bình" <b> & 100%(job)s'
        candidate.save()

        tell(application, Kind.APPLICATION_SUBMITTED)

        assert candidate.full_name in Mail.objects.get().text

    def test_mails_no_account_that_was_switched_off(self, application, recruiter):
        recruiter.is_active = False
        recruiter.save()

        tell(application, Kind.APPLICATION_SUBMITTED)

        assert Notification.objects.count() == 1
        assert Mail.objects.count() == 0

    def test_mails_nothing_that_was_withdrawn_meanwhile(self, application):
        stand(application, WITHDRAWN)

        tell(application, Kind.APPLICATION_SUBMITTED)

        assert (Notification.objects.count(), Mail.objects.count()) == (1, 0)


class TestCandidate:
    def test_is_told_that_the_company_looked(self, application, candidate):
        stand(application, SEEN)

        tell(application, Kind.APPLICATION_SEEN)

        assert told() == {candidate.email}
        assert Mail.objects.get().subject == "Công ty Đại Việt đang xem đơn ứng tuyển của bạn"

    @pytest.mark.parametrize(
        ("state", "subject", "sentence"),
        [
            (SEEN, "Công ty Đại Việt is looking at your application", "We will write again"),
            (INTERVIEW, "Công ty Đại Việt would like to interview you", "Good news: Công ty Đại V"),
            (OFFER, "Công ty Đại Việt has an offer for you", "would like to make you an offer"),
            (HIRED, "Welcome to Công ty Đại Việt", "has hired you for “Kế toán trưởng”"),
            (REJECTED, "Your application to Công ty Đại Việt", "We wish you every success"),
        ],
    )
    def test_is_told_of_every_move(self, application, candidate, state, subject, sentence):
        candidate.language = "en"
        candidate.save()
        stand(application, state)

        tell(application, Kind.APPLICATION_MOVED, state)

        assert Notification.objects.get().params["state"] == state
        written = Mail.objects.get()
        assert (written.to, written.subject) == (candidate.email, subject)
        assert sentence in written.text

    def test_is_told_twice_of_two_moves_to_one_state(self, application):
        stand(application, INTERVIEW)

        for minutes in (0, 0, 5):
            tell(application, Kind.APPLICATION_MOVED, INTERVIEW, LATE + timedelta(minutes=minutes))

        assert (Notification.objects.count(), Mail.objects.count()) == (2, 2)

    def test_gets_no_mail_of_what_was_overtaken(self, application):
        stand(application, INTERVIEW)

        tell(application, Kind.APPLICATION_SEEN)
        tell(application, Kind.APPLICATION_MOVED, REJECTED)

        assert (Notification.objects.count(), Mail.objects.count()) == (2, 0)


class TestWithdrawn:
    def test_tells_those_who_recruit(self, application, recruiter):
        stand(application, WITHDRAWN)

        tell(application, Kind.APPLICATION_WITHDRAWN)

        assert told() == {recruiter.email}
        assert Mail.objects.get().subject == "Ứng viên đã rút đơn: Kế toán trưởng"


class TestOnce:
    @pytest.mark.parametrize(
        ("kind", "state"),
        [
            (Kind.APPLICATION_SUBMITTED, None),
            (Kind.APPLICATION_SEEN, None),
            (Kind.APPLICATION_MOVED, OFFER),
            (Kind.APPLICATION_WITHDRAWN, None),
        ],
    )
    def test_a_second_run_changes_nothing(self, application, recruiter, everything, kind, state):
        tell(application, kind, state)
        before = everything()

        tell(application, kind, state)

        assert everything() == before

    def test_a_crash_before_the_mail_takes_the_row_back(self, application, everything, monkeypatch):
        before = everything()

        def crash(**_):
            raise RuntimeError("the worker died")

        with monkeypatch.context() as patch:
            patch.setattr(mail, "send", crash)
            with pytest.raises(RuntimeError):
                tell(application, Kind.APPLICATION_SUBMITTED)
        assert everything() == before

        tell(application, Kind.APPLICATION_SUBMITTED)
        assert (Notification.objects.count(), Mail.objects.count()) == (1, 1)

    def test_an_application_that_is_gone_concerns_nobody(self, everything):
        before = everything()

        tell_of_application(
            kind=Kind.APPLICATION_SEEN, application_id=uuid4(), state=None, occurred_at=LATE
        )

        assert everything() == before
