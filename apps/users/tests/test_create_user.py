from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from apps.users.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "mot-mat-khau-dai"


def run(*options, email="Chi@Example.vn"):
    output = io.StringIO()
    call_command("create_user", "--email", email, "--full-name", "Lý Chi", *options, stdout=output)
    return output.getvalue().strip()


@pytest.fixture
def piped(monkeypatch):
    def pipe(text):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return pipe


@pytest.fixture
def typed(monkeypatch):
    def type_in(*answers):
        left = iter(answers)
        monkeypatch.setattr("getpass.getpass", lambda prompt: next(left))

    return type_in


class TestCreateUser:
    def test_makes_an_administrator(self, piped):
        piped(f"{PASSWORD}\n")

        printed = run("--role", "ADMIN", "--password-stdin")

        user = User.objects.get()
        assert printed == str(user.pk)
        assert (user.email, user.full_name, user.user_type) == ("chi@example.vn", "Lý Chi", "ADMIN")
        assert (user.is_staff, user.is_superuser, user.language) == (True, True, "vi")
        assert user.check_password(PASSWORD)

    @pytest.mark.parametrize(
        ("role", "approval"), [("CANDIDATE", "NOT_REQUIRED"), ("RECRUITER", "APPROVED")]
    )
    def test_makes_others_without_rights(self, role, approval, piped):
        piped(PASSWORD)

        run("--role", role, "--language", "en", "--password-stdin")

        user = User.objects.get()
        assert (user.user_type, user.approval, user.is_staff, user.is_superuser, user.language) == (
            role,
            approval,
            False,
            False,
            "en",
        )

    def test_asks_for_the_password_twice(self, typed):
        typed(PASSWORD, PASSWORD)

        run("--role", "CANDIDATE")

        assert User.objects.get().check_password(PASSWORD)

    def test_refuses_two_different_answers(self, typed):
        typed(PASSWORD, PASSWORD + "x")

        with pytest.raises(CommandError):
            run("--role", "CANDIDATE")
        assert not User.objects.exists()

    def test_says_what_is_not_accepted(self, piped):
        piped("1234567\n")

        with pytest.raises(CommandError) as refused:
            run("--role", "ADMIN", "--password-stdin")
        assert str(refused.value) == (
            "password: This password is too short. It must contain at least 12 characters.; "
            "password: This password is too common.; password: This password is entirely numeric."
        )

        piped(PASSWORD)
        with pytest.raises(CommandError, match=r"^email: This is not an e-mail address$"):
            run("--role", "ADMIN", "--password-stdin", email="nobody")
        assert not User.objects.exists()

    def test_refuses_an_unknown_role(self):
        with pytest.raises(CommandError):
            run("--role", "ROOT", "--password-stdin")

    def test_prints_json_for_programs(self, piped):
        piped(PASSWORD)

        printed = json.loads(run("--role", "CANDIDATE", "--password-stdin", "--json"))

        user = User.objects.get()
        assert printed == {"id": str(user.pk), "email": "chi@example.vn", "role": "CANDIDATE"}

    def test_refuses_an_empty_input(self, piped):
        piped("\n")

        with pytest.raises(CommandError, match="standard input has no password in its first line"):
            run("--role", "CANDIDATE", "--password-stdin")
        assert not User.objects.exists()

    def test_refuses_a_second_account_in_english(self, piped):
        piped(f"{PASSWORD}\n{PASSWORD}\n")
        run("--role", "CANDIDATE", "--password-stdin")

        with pytest.raises(CommandError) as refused:
            run("--role", "CANDIDATE", "--password-stdin")
        assert str(refused.value) == "email: An account with this e-mail already exists"
