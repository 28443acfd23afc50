"""Registering over HTTP. The D-numbers are defects of the predecessor that must not come back."""

from __future__ import annotations

import unicodedata

import pytest
from rest_framework.test import APIClient

from apps.core.models import Work
from apps.users.models import Session, User

pytestmark = pytest.mark.django_db

URL = "/api/v1/auth/register/"
BODY = {
    "email": "an@example.vn",
    "password": "mot-mat-khau-dai",
    "full_name": "Nguyễn Văn An",
    "user_type": "CANDIDATE",
}


def refusals(response):
    assert response["Content-Type"] == "application/problem+json"
    return {(error["pointer"], error["code"]) for error in response.json()["errors"]}


class TestRegister:
    @pytest.mark.parametrize(
        ("user_type", "approval"), [("CANDIDATE", "NOT_REQUIRED"), ("RECRUITER", "PENDING")]
    )
    def test_answers_with_the_account_and_no_tokens(self, user_type, approval, api):
        response = api().post(
            URL, BODY | {"user_type": user_type, "phone_number": "0912 345 678"}, format="json"
        )

        user = User.objects.get()
        assert response.status_code == 201
        assert response.json() == {
            "id": str(user.pk),
            "email": "an@example.vn",
            "full_name": "Nguyễn Văn An",
            "user_type": user_type,
            "phone_number": "0912345678",
            "approval": approval,
        }
        assert user.check_password(BODY["password"])
        assert not Session.objects.exists()

    @pytest.mark.parametrize(("asked_for", "language"), [("vi", "vi"), ("en-GB,en;q=0.9", "en")])
    def test_keeps_the_language_that_was_asked_for(self, asked_for, language, api):
        api().post(URL, BODY, format="json", headers={"Accept-Language": asked_for})

        assert User.objects.get().language == language

    def test_works_with_a_dead_token_in_the_header(self, api):
        response = api().post(URL, BODY, format="json", headers={"Authorization": "Bearer dead"})

        assert response.status_code == 201

    def test_d2_nobody_becomes_administrator(self, api):
        response = api().post(URL, BODY | {"user_type": "ADMIN"}, format="json")

        assert response.status_code == 400
        assert refusals(response) == {("user_type", "invalid_choice")}
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        "extra",
        [
            {"is_staff": True},
            {"is_superuser": True},
            {"approval": "APPROVED", "user_type": "RECRUITER"},
            {"is_active": False},
            {"id": "019c0000-0000-7000-8000-000000000001"},
        ],
    )
    def test_d31_gives_nobody_what_was_not_offered(self, extra, api):
        assert api().post(URL, BODY | extra, format="json").status_code == 201

        user = User.objects.get()
        assert (user.is_staff, user.is_superuser, user.is_active) == (False, False, True)
        assert user.approval in {"NOT_REQUIRED", "PENDING"}
        assert str(user.pk) != extra.get("id")

    @pytest.mark.parametrize(
        "email",
        ["an@example.vn", "AN@Example.VN", " an@example.vn "],
    )
    def test_d20_an_address_has_one_account_however_it_is_typed(self, email, api):
        assert api().post(URL, BODY, format="json").status_code == 201

        response = api().post(URL, BODY | {"email": email}, format="json")

        assert response.status_code == 400
        assert refusals(response) == {("email", "taken")}
        assert response.json()["email"] == ["An account with this e-mail already exists"]
        assert response.json()["detail"] == "An account with this e-mail already exists"
        assert User.objects.count() == 1

    def test_d20_a_decomposed_address_is_the_same_address(self, api):
        decomposed = unicodedata.normalize("NFD", "an@đại-việt.vn")
        assert api().post(URL, BODY | {"email": decomposed}, format="json").status_code == 201

        response = api().post(URL, BODY | {"email": "an@đại-việt.vn"}, format="json")

        assert refusals(response) == {("email", "taken")}

    @pytest.mark.parametrize(
        ("password", "code"),
        [
            ("ngan-thoi", "password_too_short"),
            ("password1234", "password_too_common"),
            ("271828182845904", "password_entirely_numeric"),
            ("nguyen van an", "password_too_similar"),
        ],
    )
    def test_d20_a_password_meets_the_policy(self, password, code, api):
        response = api().post(URL, BODY | {"password": password}, format="json")

        assert response.status_code == 400
        assert ("password", code) in refusals(response)
        assert response.json()["password"]
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        ("changed", "refused_for"),
        [
            ({"user_type": None}, ("user_type", "null")),
            ({"user_type": "candidate"}, ("user_type", "invalid_choice")),
            ({"email": "a" * 247 + "@mail.vn"}, ("email", "max_length")),
            ({"email": "an@"}, ("email", "invalid")),
            ({"email": ["an@example.vn"]}, ("email", "invalid")),
            ({"full_name": "x" * 256}, ("full_name", "max_length")),
            ({"full_name": "An\x00"}, ("full_name", "null_characters_not_allowed")),
            ({"phone_number": "12"}, ("phone_number", "invalid")),
            ({"phone_number": "9" * 31}, ("phone_number", "max_length")),
            ({"password": "x" * 129}, ("password", "max_length")),
        ],
    )
    def test_d30_bad_values_are_refused_at_their_field(self, changed, refused_for, api):
        response = api().post(URL, BODY | changed, format="json")

        assert response.status_code == 400
        assert refused_for in refusals(response)
        assert not User.objects.exists()

    def test_d30_an_address_may_have_all_the_254_characters(self, api):
        email = "a" * 246 + "@mail.vn"

        assert api().post(URL, BODY | {"email": email}, format="json").status_code == 201
        assert User.objects.get().email == email

    @pytest.mark.parametrize("missing", ["email", "password", "full_name", "user_type"])
    def test_d30_missing_values_are_refused_at_their_field(self, missing, api):
        body = {name: value for name, value in BODY.items() if name != missing}

        response = api().post(URL, body, format="json")

        assert response.status_code == 400
        assert refusals(response) == {(missing, "required")}

    def test_answers_in_vietnamese(self, api):
        api().post(URL, BODY, format="json")

        response = api().post(URL, BODY, format="json", headers={"Accept-Language": "vi"})

        assert response.json()["email"] == ["Email này đã có tài khoản"]

    def test_d19_d29_tells_the_other_apps_in_the_same_transaction(self, api):
        api().post(URL, BODY | {"user_type": "RECRUITER"}, format="json")

        assert Work.objects.filter(args__event="users.user_registered").count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_eight_at_once_with_one_address_make_one_account(self, at_once):
        def register(number):
            body = BODY | {"email": "An@example.vn" if number % 2 else "an@EXAMPLE.vn"}
            return APIClient(HTTP_ACCEPT_LANGUAGE="en").post(URL, body, format="json")

        answers = at_once(8, register)

        assert sorted(answer.status_code for answer in answers) == [201] + [400] * 7
        assert {frozenset(refusals(answer)) for answer in answers if answer.status_code == 400} == {
            frozenset({("email", "taken")})
        }
        assert User.objects.count() == 1
        assert Work.objects.filter(args__event="users.user_registered").count() == 1
