"""Signing in, refreshing, signing out: the services, on real rows."""

from __future__ import annotations

import base64
from datetime import timedelta
from uuid import UUID

import jwt
import pytest

from apps.core.errors import Unauthenticated
from apps.core.ids import uuid7
from apps.users.domain import tokens
from apps.users.enums import Approval, SessionEnd
from apps.users.errors import (
    AccountInactive,
    AccountPendingApproval,
    AccountRejected,
    InvalidCredentials,
    InvalidToken,
    RoleNotAllowed,
    SessionNotFound,
)
from apps.users.models import RefreshToken, Session, User
from apps.users.services import accounts, sessions
from apps.users.tests.doors import OPEN, ends, log_in
from apps.users.tests.factories import PASSWORD, UserFactory
from apps.users.tests.hashers import CountingHasher

pytestmark = pytest.mark.django_db


class TestLogIn:
    def test_opens_a_session(self, candidate, now):
        signed_in = log_in(candidate, now)

        session = Session.objects.get()
        assert signed_in.user == candidate
        assert signed_in.session == session
        assert (session.user_id, session.ip, session.user_agent) == (
            candidate.pk,
            "203.0.113.7",
            "tests",
        )
        assert (session.last_seen_at, session.ended_at, session.end_reason) == (now, None, "")

    def test_gives_tokens_that_say_what_the_row_says(self, candidate, now, settings):
        signed_in = log_in(candidate, now)

        row = RefreshToken.objects.get()
        seconds = int(now.timestamp())
        assert (row.issued_at, row.expires_at) == (now, now + timedelta(days=1))
        assert jwt.decode(signed_in.access, settings.JWT_SIGNING_KEY, algorithms=["HS256"]) == {
            "sub": str(candidate.pk),
            "sid": str(signed_in.session.pk),
            "iat": seconds,
            "exp": seconds + 3600,
        }
        assert UUID(bytes=base64.urlsafe_b64decode(signed_in.refresh)[:16]) == row.pk

    def test_gives_no_access_beyond_the_life_of_the_chain(self, candidate, now, settings):
        settings.JWT_REFRESH_LIFETIME = timedelta(minutes=5)

        signed_in = log_in(candidate, now)

        payload = jwt.decode(signed_in.access, options={"verify_signature": False})
        assert payload["exp"] - payload["iat"] == 300

    def test_takes_the_address_however_it_is_typed(self, now):
        user = UserFactory(email="an@example.vn")

        signed_in = sessions.log_in(
            email=" AN@Example.vn ", password=PASSWORD, ip=None, user_agent="", now=now
        )

        assert signed_in.user == user
        assert Session.objects.get().ip is None

    def test_keeps_what_fits_of_a_long_user_agent(self, candidate, now):
        log_in(candidate, now, user_agent="x" * 300)

        assert Session.objects.get().user_agent == "x" * 255

    def test_refuses_a_wrong_password(self, candidate, now):
        with pytest.raises(InvalidCredentials):
            log_in(candidate, now, password=PASSWORD + " ")

        assert not Session.objects.exists()

    def test_refuses_an_account_without_a_password(self, candidate, now):
        candidate.set_unusable_password()
        candidate.save()

        with pytest.raises(InvalidCredentials):
            log_in(candidate, now)

    def test_works_as_long_for_an_unknown_address_as_for_a_wrong_password(self, settings, now):
        settings.PASSWORD_HASHERS = ["apps.users.tests.hashers.CountingHasher"]
        user = UserFactory()
        costs = []

        for email in (user.email, "nobody@example.vn"):
            before = CountingHasher.runs
            with pytest.raises(InvalidCredentials):
                sessions.log_in(email=email, password="wrong", ip=None, user_agent="", now=now)
            costs.append(CountingHasher.runs - before)

        assert costs == [1, 1]

    @pytest.mark.parametrize(
        ("account", "refusal"),
        [
            ({"pending": True}, AccountPendingApproval),
            ({"rejected": True}, AccountRejected),
            ({"is_active": False}, AccountInactive),
            ({"pending": True, "is_active": False}, AccountInactive),
        ],
    )
    def test_says_why_an_account_may_not_enter_only_after_its_password(self, account, refusal, now):
        user = UserFactory(**account)

        with pytest.raises(InvalidCredentials):
            log_in(user, now, password="wrong")
        with pytest.raises(refusal):
            log_in(user, now)
        assert not Session.objects.exists()

    def test_opens_nothing_when_the_password_was_replaced_meanwhile(self, candidate, now):
        read_before = User.objects.get(pk=candidate.pk)
        candidate.set_password("another-long-secret")
        candidate.save()

        with pytest.raises(InvalidCredentials):
            sessions.open_session(user=read_before, ip=None, user_agent="", now=now)
        assert not Session.objects.exists()

    def test_takes_eight_queries(self, candidate, now, queries):
        # The account, its second factors, savepoint, its lock, the session, the token, the audit entry,
        # release of the savepoint.
        with queries(8):
            log_in(candidate, now)


class TestAuthenticate:
    def test_returns_the_session_with_its_user_in_one_query(self, candidate, now, queries):
        signed_in = log_in(candidate, now)

        with queries(1):
            session = sessions.authenticate(access=signed_in.access, now=now)
            assert session.user.email == candidate.email
        assert session == signed_in.session

    def test_notes_once_a_minute_that_it_was_seen(self, candidate, now, queries):
        access = log_in(candidate, now).access
        almost, minute = now + timedelta(seconds=59.9), now + timedelta(minutes=1)

        with queries(1):
            sessions.authenticate(access=access, now=almost)
        assert Session.objects.get().last_seen_at == now
        with queries(2):
            sessions.authenticate(access=access, now=minute)
        assert Session.objects.get().last_seen_at == minute
        with queries(1):
            sessions.authenticate(access=access, now=minute + timedelta(seconds=1))

    def test_refuses_an_expired_token(self, candidate, now):
        access = log_in(candidate, now).access

        with pytest.raises(InvalidToken):
            sessions.authenticate(access=access, now=now + timedelta(hours=1))

    def test_refuses_a_session_that_is_not_there(self, candidate, now):
        access = log_in(candidate, now).access
        Session.objects.all().delete()

        with pytest.raises(InvalidToken):
            sessions.authenticate(access=access, now=now)

    def test_refuses_a_token_whose_user_is_not_the_sessions(
        self, candidate, other_candidate, now, settings
    ):
        session = log_in(candidate, now).session
        claims = tokens.AccessClaims(
            user_id=other_candidate.pk,
            session_id=session.pk,
            issued_at=int(now.timestamp()),
            expires_at=int(now.timestamp()) + 60,
        )

        with pytest.raises(InvalidToken):
            sessions.authenticate(
                access=tokens.sign_access(claims, key=settings.JWT_SIGNING_KEY), now=now
            )

    def test_refuses_an_ended_session(self, candidate, now):
        signed_in = log_in(candidate, now)
        sessions.log_out(session_id=signed_in.session.pk, refresh=None, now=now)

        with pytest.raises(InvalidToken):
            sessions.authenticate(access=signed_in.access, now=now)

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            ({"is_active": False}, AccountInactive),
            ({"approval": Approval.PENDING, "approval_decided_at": None}, AccountPendingApproval),
            ({"approval": Approval.REJECTED}, AccountRejected),
        ],
    )
    def test_refuses_an_account_that_may_not_enter_any_more(self, change, refusal, recruiter, now):
        signed_in = log_in(recruiter, now)
        User.objects.filter(pk=recruiter.pk).update(**change)

        with pytest.raises(refusal):
            sessions.authenticate(access=signed_in.access, now=now)
        with pytest.raises(refusal):
            sessions.refresh(token=signed_in.refresh, now=now)


class TestLogOut:
    def test_ends_the_session_of_the_request(self, candidate, now):
        mine, other = log_in(candidate, now), log_in(candidate, now)

        sessions.log_out(session_id=mine.session.pk, refresh=None, now=now)

        assert ends() == {mine.session.pk: (now, SessionEnd.LOGGED_OUT), other.session.pk: OPEN}

    def test_ends_the_session_of_a_refresh_token_even_of_a_spent_one(self, candidate, now):
        signed_in = log_in(candidate, now)
        sessions.refresh(token=signed_in.refresh, now=now)

        sessions.log_out(session_id=None, refresh=signed_in.refresh, now=now)

        assert ends() == {signed_in.session.pk: (now, SessionEnd.LOGGED_OUT)}

    def test_ends_both_when_both_are_named(self, candidate, now):
        mine, other = log_in(candidate, now), log_in(candidate, now)

        sessions.log_out(session_id=mine.session.pk, refresh=other.refresh, now=now)

        assert set(ends().values()) == {(now, SessionEnd.LOGGED_OUT)}

    def test_keeps_the_first_reason(self, candidate, now):
        signed_in = log_in(candidate, now)
        sessions.log_out(session_id=signed_in.session.pk, refresh=None, now=now)

        sessions.log_out(
            session_id=signed_in.session.pk, refresh=None, now=now + timedelta(hours=1)
        )

        assert ends() == {signed_in.session.pk: (now, SessionEnd.LOGGED_OUT)}

    def test_ends_nothing_for_a_forged_token(self, candidate, now):
        signed_in = log_in(candidate, now)

        with pytest.raises(InvalidToken):
            sessions.log_out(session_id=signed_in.session.pk, refresh="A" * 64, now=now)

        assert ends() == {signed_in.session.pk: OPEN}

    def test_refuses_nobody(self, now):
        with pytest.raises(Unauthenticated):
            sessions.log_out(session_id=None, refresh=None, now=now)


class TestEndSession:
    def test_ends_ones_own(self, candidate, now):
        mine, other = log_in(candidate, now), log_in(candidate, now)

        sessions.end_session(actor=candidate, session_id=other.session.pk, now=now)

        assert ends() == {
            mine.session.pk: OPEN,
            other.session.pk: (now, SessionEnd.ENDED_BY_OWNER),
        }

    def test_does_not_find_somebody_elses(self, candidate, staff, now):
        theirs = log_in(candidate, now)

        with pytest.raises(SessionNotFound):
            sessions.end_session(actor=staff, session_id=theirs.session.pk, now=now)

        assert ends() == {theirs.session.pk: OPEN}

    def test_does_not_find_one_that_is_over(self, candidate, now):
        mine = log_in(candidate, now)
        sessions.end_session(actor=candidate, session_id=mine.session.pk, now=now)

        with pytest.raises(SessionNotFound):
            sessions.end_session(actor=candidate, session_id=mine.session.pk, now=now)


class TestRevokeSession:
    def test_ends_anybodys(self, candidate, staff, now):
        theirs = log_in(candidate, now)

        sessions.revoke_session(actor=staff, session_id=theirs.session.pk, now=now)

        assert ends() == {theirs.session.pk: (now, SessionEnd.ENDED_BY_STAFF)}
        with pytest.raises(SessionNotFound):
            sessions.revoke_session(actor=staff, session_id=theirs.session.pk, now=now)

    def test_refuses_those_without_the_right(self, candidate, other_candidate, now):
        theirs = log_in(candidate, now)

        with pytest.raises(RoleNotAllowed):
            sessions.revoke_session(actor=other_candidate, session_id=theirs.session.pk, now=now)

        assert ends() == {theirs.session.pk: OPEN}

    def test_does_not_find_what_is_not_there(self, staff, now):
        with pytest.raises(SessionNotFound):
            sessions.revoke_session(actor=staff, session_id=uuid7(), now=now)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_no_session_slips_past_a_ban(self, candidate, staff, now, at_once, settings):
        # As many guesses at once as the quota are one too many for whoever read the clock first and counts last.
        settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "login": None}

        def act(number):
            if number == 0:
                accounts.deactivate(actor=staff, user_id=candidate.pk, now=now)
                return
            try:
                log_in(candidate, now)
            except AccountInactive:
                return

        at_once(6, act)

        assert not Session.objects.filter(user=candidate, ended_at=None).exists()
