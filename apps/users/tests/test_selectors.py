from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core.ids import uuid7
from apps.users import selectors
from apps.users.errors import AccountNotFound
from apps.users.services import sessions
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


class TestAccounts:
    def test_are_found_by_id(self, candidate):
        assert selectors.get_account_unscoped(candidate.pk) == candidate
        assert selectors.find_account_unscoped(uuid7()) is None
        with pytest.raises(AccountNotFound):
            selectors.get_account_unscoped(uuid7())

    def test_are_found_by_address_however_it_is_typed(self, candidate):
        found = selectors.find_account_by_email_unscoped(f" {candidate.email.upper()} ")

        assert found == candidate
        assert selectors.find_account_by_email_unscoped("nobody@example.vn") is None

    def test_show_their_owner_what_is_stored_now(self, candidate):
        type(candidate).objects.update(full_name="Tên Mới")

        assert selectors.profile_of(viewer=candidate).full_name == "Tên Mới"


class TestRecruiters:
    def test_are_found_when_they_may_recruit(self, recruiter):
        assert selectors.find_recruiter_by_email_unscoped(recruiter.email.upper()) == recruiter

    @pytest.mark.parametrize(
        "account",
        [{}, {"pending": True}, {"rejected": True}, {"recruiter": True, "is_active": False}],
    )
    def test_are_not_found_otherwise(self, account):
        assert selectors.find_recruiter_by_email_unscoped(UserFactory(**account).email) is None


class TestActiveAccount:
    @pytest.mark.parametrize(
        ("account", "enters"),
        [
            ({}, True),
            ({"recruiter": True}, True),
            ({"staff": True}, True),
            ({"pending": True}, False),
            ({"rejected": True}, False),
            ({"is_active": False}, False),
        ],
    )
    def test_is_one_that_may_enter_now(self, account, enters):
        user = UserFactory(**account)

        assert selectors.active_account(user.pk) == (user if enters else None)

    def test_is_none_where_there_is_no_account(self):
        assert selectors.active_account(uuid7()) is None


class TestSessionsOf:
    def test_are_the_viewers_own_that_can_still_be_used(self, candidate, other_candidate, now):
        def opened(user, at):
            return sessions.open_session(user=user, ip=None, user_agent="", now=at)

        opened(candidate, now - timedelta(days=2))
        kept_going = opened(candidate, now - timedelta(hours=30))
        sessions.refresh(token=kept_going.refresh, now=now - timedelta(hours=10))
        latest = opened(candidate, now)
        over = opened(candidate, now)
        sessions.end_session(actor=candidate, session_id=over.session.pk, now=now)
        opened(other_candidate, now)

        assert list(selectors.sessions_of(viewer=candidate, now=now)) == [
            latest.session,
            kept_going.session,
        ]
