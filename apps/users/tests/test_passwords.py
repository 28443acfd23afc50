"""Changing and resetting passwords."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from apps.core.errors import InvalidInput
from apps.core.ids import uuid7
from apps.users.enums import Language, SessionEnd
from apps.users.models import Session, User
from apps.users.services import passwords, sessions
from apps.users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

NEW = "a-quite-different-phrase"


def open_session(user, now):
    return sessions.open_session(user=user, ip=None, user_agent="", now=now).session


def reasons():
    return {session.pk: session.end_reason for session in Session.objects.all()}


def has_password(user, password):
    return User.objects.get(pk=user.pk).check_password(password)


def refusals(refused):
    return {(error.pointer, error.code) for error in refused.value.errors}


def link_in(mail):
    found = re.search(r"https?://\S+", mail.text)
    assert found
    link = urlsplit(found[0])
    return link, {name: values[0] for name, values in parse_qs(link.query).items()}


def ask(user, mailbox, now):
    passwords.request_reset(email=user.email, ip=None, now=now)
    _, query = link_in(mailbox(to=user.email)[-1])
    return {"user_id": UUID(query["uid"]), "token": query["token"]}


class TestPolicy:
    USER = User(email="binh.tran.1990@example.vn", full_name="Trần Thị Bình")

    @pytest.mark.parametrize(
        ("password", "codes"),
        [
            ("short-phras", {"password_too_short"}),
            ("password1234", {"password_too_common"}),
            ("2718281828459045", {"password_entirely_numeric"}),
            ("123456", {"password_too_short", "password_too_common", "password_entirely_numeric"}),
            ("binh.tran.1990", {"password_too_similar"}),
            ("trần thị bình", {"password_too_similar"}),
        ],
    )
    def test_names_every_rule_that_is_broken(self, password, codes):
        with pytest.raises(InvalidInput) as refused:
            passwords.check_policy(password=password, user=self.USER, pointer="password")

        assert refusals(refused) == {("password", code) for code in codes}

    def test_lets_twelve_characters_pass(self):
        passwords.check_policy(password="short-phrase", user=self.USER, pointer="password")


class TestChange:
    def test_replaces_the_password_and_ends_the_other_sessions(
        self, candidate, other_candidate, now
    ):
        own, elsewhere = open_session(candidate, now), open_session(candidate, now)
        theirs = open_session(other_candidate, now)

        passwords.change(
            actor=candidate, session_id=own.pk, old_password=PASSWORD, new_password=NEW, now=now
        )

        assert has_password(candidate, NEW)
        assert not has_password(candidate, PASSWORD)
        assert reasons() == {
            own.pk: "",
            elsewhere.pk: SessionEnd.PASSWORD_CHANGED,
            theirs.pk: "",
        }

    def test_without_a_session_to_keep_ends_them_all(self, candidate, now):
        own = open_session(candidate, now)

        passwords.change(
            actor=candidate, session_id=None, old_password=PASSWORD, new_password=NEW, now=now
        )

        assert reasons() == {own.pk: SessionEnd.PASSWORD_CHANGED}

    @pytest.mark.parametrize(
        ("old", "new", "refused_for"),
        [
            ("wrong", NEW, ("old_password", "password_incorrect")),
            (PASSWORD, "short", ("new_password", "password_too_short")),
        ],
    )
    def test_refused_changes_nothing(self, old, new, refused_for, candidate, now):
        own, elsewhere = open_session(candidate, now), open_session(candidate, now)

        with pytest.raises(InvalidInput) as refused:
            passwords.change(
                actor=candidate, session_id=own.pk, old_password=old, new_password=new, now=now
            )

        assert refusals(refused) == {refused_for}
        assert has_password(candidate, PASSWORD)
        assert reasons() == {own.pk: "", elsewhere.pk: ""}

    def test_refuses_when_the_password_was_replaced_meanwhile(self, candidate, now):
        read_before = User.objects.get(pk=candidate.pk)
        candidate.set_password("set-by-somebody-else")
        candidate.save()

        with pytest.raises(InvalidInput) as refused:
            passwords.change(
                actor=read_before,
                session_id=None,
                old_password=PASSWORD,
                new_password=NEW,
                now=now,
            )

        assert refusals(refused) == {("old_password", "password_incorrect")}
        assert has_password(candidate, "set-by-somebody-else")


class TestRequestReset:
    @pytest.mark.parametrize(
        ("language", "subject", "greeting"),
        [
            (Language.ENGLISH, "Choose a new password", "Hello Trần Thị Bình,"),
            (Language.VIETNAMESE, "Đặt mật khẩu mới", "Xin chào Trần Thị Bình,"),
        ],
    )
    def test_mails_a_link_in_the_accounts_language(
        self, language, subject, greeting, now, mailbox, settings
    ):
        settings.FRONTEND_URL = "https://tuyendung.example.vn"
        user = UserFactory(full_name="Trần Thị Bình", language=language)

        passwords.request_reset(email=user.email.upper(), ip=None, now=now)

        (mail,) = mailbox()
        link, query = link_in(mail)
        assert (mail.to, mail.subject) == (user.email, subject)
        assert mail.text.startswith(greeting)
        assert "60 " in mail.text
        assert (link.scheme, link.netloc, link.path) == (
            "https",
            "tuyendung.example.vn",
            "/reset-password",
        )
        assert set(query) == {"uid", "token", "key"}
        assert UUID(query["uid"]) == user.pk
        assert query["key"] == f"{query['uid']}-{query['token']}"

    def test_writes_to_recruiters_who_wait(self, pending_recruiter, now, mailbox):
        passwords.request_reset(email=pending_recruiter.email, ip=None, now=now)

        assert len(mailbox(to=pending_recruiter.email)) == 1

    def test_writes_to_nobody_else(self, now, mailbox):
        banned = UserFactory(is_active=False)

        passwords.request_reset(email="nobody@example.vn", ip=None, now=now)
        passwords.request_reset(email=banned.email, ip=None, now=now)

        assert mailbox() == []

    def test_asked_twice_within_a_second_writes_once(self, candidate, now, mailbox):
        second = now.replace(microsecond=0)

        passwords.request_reset(email=candidate.email, ip=None, now=second)
        passwords.request_reset(
            email=candidate.email, ip=None, now=second + timedelta(microseconds=999_999)
        )
        passwords.request_reset(email=candidate.email, ip=None, now=second + timedelta(seconds=1))

        assert len(mailbox()) == 2


class TestConfirmReset:
    def test_sets_the_password_and_ends_every_session(self, candidate, now, mailbox):
        first, second = open_session(candidate, now), open_session(candidate, now)

        passwords.confirm_reset(**ask(candidate, mailbox, now), new_password=NEW, ip=None, now=now)

        assert has_password(candidate, NEW)
        assert reasons() == {
            first.pk: SessionEnd.PASSWORD_RESET,
            second.pk: SessionEnd.PASSWORD_RESET,
        }

    def test_works_once(self, candidate, now, mailbox):
        link = ask(candidate, mailbox, now)
        passwords.confirm_reset(**link, new_password=NEW, ip=None, now=now)

        with pytest.raises(InvalidInput) as refused:
            passwords.confirm_reset(**link, new_password="yet-another-phrase", ip=None, now=now)

        assert refusals(refused) == {("token", "token_invalid")}
        assert has_password(candidate, NEW)

    def test_works_for_an_hour(self, candidate, now, mailbox, time_machine):
        time_machine.move_to(now, tick=False)
        link = ask(candidate, mailbox, now)

        time_machine.move_to(now + timedelta(seconds=3602), tick=False)
        with pytest.raises(InvalidInput) as refused:
            passwords.confirm_reset(**link, new_password=NEW, ip=None, now=now)
        assert refusals(refused) == {("token", "token_invalid")}
        assert has_password(candidate, PASSWORD)

        time_machine.move_to(now + timedelta(seconds=3599), tick=False)
        passwords.confirm_reset(**link, new_password=NEW, ip=None, now=now)
        assert has_password(candidate, NEW)

    def test_does_not_survive_a_change_of_password(self, candidate, now, mailbox):
        link = ask(candidate, mailbox, now)
        passwords.change(
            actor=candidate,
            session_id=None,
            old_password=PASSWORD,
            new_password="chosen-in-between",
            now=now,
        )

        with pytest.raises(InvalidInput):
            passwords.confirm_reset(**link, new_password=NEW, ip=None, now=now)
        assert has_password(candidate, "chosen-in-between")

    def test_is_refused_for_another_account(self, candidate, other_candidate, now, mailbox):
        link = ask(candidate, mailbox, now)

        for user_id in (other_candidate.pk, uuid7()):
            with pytest.raises(InvalidInput) as refused:
                passwords.confirm_reset(
                    user_id=user_id, token=link["token"], new_password=NEW, ip=None, now=now
                )
            assert refusals(refused) == {("token", "token_invalid")}
        assert has_password(other_candidate, PASSWORD)

    def test_is_refused_for_an_account_banned_meanwhile(self, candidate, now, mailbox):
        link = ask(candidate, mailbox, now)
        User.objects.update(is_active=False)

        with pytest.raises(InvalidInput):
            passwords.confirm_reset(**link, new_password=NEW, ip=None, now=now)
        assert has_password(candidate, PASSWORD)

    def test_with_a_weak_password_leaves_the_link_alive(self, candidate, now, mailbox):
        link = ask(candidate, mailbox, now)

        with pytest.raises(InvalidInput) as refused:
            passwords.confirm_reset(**link, new_password="1234", ip=None, now=now)
        assert {pointer for pointer, _ in refusals(refused)} == {"new_password"}

        passwords.confirm_reset(**link, new_password=NEW, ip=None, now=now)
        assert has_password(candidate, NEW)

    @pytest.mark.django_db(transaction=True)
    def test_used_four_times_at_once_sets_one_password(self, candidate, now, mailbox, at_once):
        link = ask(candidate, mailbox, now)

        def use(number):
            try:
                passwords.confirm_reset(**link, new_password=f"{NEW}-{number}", ip=None, now=now)
            except InvalidInput:
                return None
            return f"{NEW}-{number}"

        (chosen,) = [password for password in at_once(4, use) if password]
        assert has_password(candidate, chosen)
