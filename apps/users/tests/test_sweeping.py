"""Removing what has been over for long, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session as Stored
from django.test import Client

from apps.users.models import RefreshToken, Session
from apps.users.services import sessions
from apps.users.tasks import sweep_sessions
from apps.users.tests.doors import log_in

pytestmark = pytest.mark.django_db


def test_keeps_what_can_still_be_used(candidate, now):
    signed_in = log_in(candidate, now)
    Client().force_login(candidate)

    sweep_sessions()

    assert Session.objects.count() == 2
    assert Stored.objects.count() == 1
    assert sessions.refresh(token=signed_in.refresh, now=now).access


def test_removes_tokens_that_expired_and_keeps_their_session_for_a_month(candidate, now):
    log_in(candidate, now)
    expired = now + timedelta(days=1)

    sessions.sweep(now=expired)

    assert not RefreshToken.objects.exists()
    assert Session.objects.count() == 1
    sessions.sweep(now=now + sessions.KEPT_AFTERWARDS)
    assert not Session.objects.exists()


def test_removes_chains_that_were_spent(candidate, now):
    token = log_in(candidate, now).refresh
    for hour in range(1, 4):
        token = sessions.refresh(token=token, now=now + timedelta(hours=hour)).refresh

    sessions.sweep(now=now + timedelta(hours=26, minutes=30))

    assert RefreshToken.objects.count() == 1
    assert sessions.refresh(token=token, now=now + timedelta(hours=26, minutes=31)).access


@pytest.mark.parametrize("days", [29, 30])
def test_removes_sessions_that_ended_a_month_ago(candidate, now, days):
    ended = log_in(candidate, now).session
    sessions.end_session(actor=candidate, session_id=ended.pk, now=now)

    sessions.sweep(now=now + timedelta(days=days))

    assert Session.objects.exists() is (days < 30)


def test_removes_cookies_of_django_that_expired(candidate, now):
    Client().force_login(candidate)
    Stored.objects.update(expire_date=now - timedelta(seconds=1))
    Session.objects.update(expires_at=now - sessions.KEPT_AFTERWARDS)

    sweep_sessions()

    assert not Stored.objects.exists()
    assert not Session.objects.exists()
