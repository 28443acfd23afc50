from __future__ import annotations

import io

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
        assert {line.partition(":")[0] for line in str(refused.value).split("\n")} == {"password"}
        assert len(str(refused.value).split("\n")) == 3

        with pytest.raises(CommandError, match=r"^email: "):
            run("--role", "ADMIN", "--password-stdin", email="nobody")
        assert not User.objects.exists()

    def test_refuses_an_unknown_role(self):
        with pytest.raises(CommandError):
            run("--role", "ROOT", "--password-stdin")
