"""Refresh tokens: spent once, answered again for ten seconds, deadly later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.core.ids import uuid7
from apps.users.domain import tokens
from apps.users.enums import SessionEnd
from apps.users.errors import InvalidToken
from apps.users.models import RefreshToken, Session
from apps.users.services import sessions
from apps.users.tests.doors import OPEN, ends, log_in

pytestmark = pytest.mark.django_db


def refreshing(token, now):
    return lambda _: sessions.refresh(token=token, now=now)


class TestRefresh:
    def test_gives_a_new_pair_of_the_same_session(self, candidate, now):
        signed_in = log_in(candidate, now)
        later = now + timedelta(minutes=30)

        pair = sessions.refresh(token=signed_in.refresh, now=later)

        assert pair.refresh != signed_in.refresh
        assert pair.access != signed_in.access
        assert sessions.authenticate(access=pair.access, now=later).pk == signed_in.session.pk
        first, second = RefreshToken.objects.order_by("issued_at")
        assert (first.used_at, first.successor_id) == (later, second.pk)
        assert (second.issued_at, second.expires_at) == (later, later + timedelta(days=1))
        assert Session.objects.get().last_seen_at == later

    def test_answers_the_same_pair_again_for_ten_seconds(self, candidate, now):
        signed_in = log_in(candidate, now)

        first = sessions.refresh(token=signed_in.refresh, now=now)
        again = sessions.refresh(token=signed_in.refresh, now=now + timedelta(seconds=10))

        assert again == first
        assert RefreshToken.objects.count() == 2

    def test_answers_the_same_pair_even_when_that_was_used_meanwhile(self, candidate, now):
        signed_in = log_in(candidate, now)
        first = sessions.refresh(token=signed_in.refresh, now=now)
        sessions.refresh(token=first.refresh, now=now + timedelta(seconds=2))

        again = sessions.refresh(token=signed_in.refresh, now=now + timedelta(seconds=4))

        assert again == first
        assert ends() == {signed_in.session.pk: OPEN}

    def test_ends_the_session_when_a_spent_token_comes_back_later(self, candidate, now):
        signed_in = log_in(candidate, now)
        pair = sessions.refresh(token=signed_in.refresh, now=now)
        later = now + timedelta(seconds=10, microseconds=1)

        with pytest.raises(InvalidToken):
            sessions.refresh(token=signed_in.refresh, now=later)

        assert ends() == {signed_in.session.pk: (later, SessionEnd.TOKEN_REUSED)}
        with pytest.raises(InvalidToken):
            sessions.authenticate(access=pair.access, now=later)
        with pytest.raises(InvalidToken):
            sessions.refresh(token=pair.refresh, now=later)

    def test_leaves_the_other_sessions_of_the_account_alone(self, candidate, now):
        stolen, other = log_in(candidate, now), log_in(candidate, now)
        sessions.refresh(token=stolen.refresh, now=now)

        with pytest.raises(InvalidToken):
            sessions.refresh(token=stolen.refresh, now=now + timedelta(minutes=1))

        assert ends()[other.session.pk] == OPEN

    def test_refuses_an_expired_token_and_spends_nothing(self, candidate, now):
        signed_in = log_in(candidate, now)

        with pytest.raises(InvalidToken):
            sessions.refresh(token=signed_in.refresh, now=now + timedelta(days=1))

        assert RefreshToken.objects.get().used_at is None

    def test_refuses_a_token_of_an_ended_session_and_spends_nothing(self, candidate, now):
        signed_in = log_in(candidate, now)
        sessions.log_out(session_id=signed_in.session.pk, refresh=None, now=now)

        with pytest.raises(InvalidToken):
            sessions.refresh(token=signed_in.refresh, now=now)

        assert RefreshToken.objects.get().used_at is None

    def test_refuses_a_well_signed_token_without_a_row(self, now, settings):
        token = tokens.sign_refresh(uuid7(), key=settings.JWT_SIGNING_KEY)

        with pytest.raises(InvalidToken):
            sessions.refresh(token=token, now=now)

    def test_takes_six_queries(self, candidate, now, queries):
        token = log_in(candidate, now).refresh

        # The token with session and account, savepoint, spending it, its successor, the audit entry, release.
        with queries(6):
            sessions.refresh(token=token, now=now)


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_eight_simultaneous_refreshes_give_one_pair(self, candidate, now, at_once):
        token = log_in(candidate, now).refresh

        pairs = at_once(8, refreshing(token, now))

        assert len(set(pairs)) == 1
        assert RefreshToken.objects.count() == 2
        assert RefreshToken.objects.filter(used_at=None).count() == 1
        assert sessions.authenticate(access=pairs[0].access, now=now).ended_at is None

    def test_a_chain_stays_one_chain_under_refreshes_of_every_link(self, candidate, now, at_once):
        token = log_in(candidate, now).refresh
        for _ in range(3):
            pairs = at_once(4, refreshing(token, now))
            assert len(set(pairs)) == 1
            token = pairs[0].refresh

        assert RefreshToken.objects.count() == 4
        assert ends() == {Session.objects.get().pk: OPEN}
