from __future__ import annotations

import logging

import pytest
from django.core.signals import got_request_exception

from apps.core import errors
from apps.core.api.problems import MEMBERS, status_of
from apps.core.tests.api.site import REFUSALS

PROBLEM = "application/problem+json"


def refuse(client, kind, **headers):
    return client.get(f"/api/v1/refuse/{kind}/", **headers)


class TestDomainErrors:
    @pytest.mark.parametrize(
        ("kind", "status", "code"),
        [
            ("not-found", 404, "lamp_not_found"),
            ("conflict", 409, "lamp_stuck"),
            ("stale", 412, "stale_version"),
            ("payment", 402, "payment_required"),
            ("forbidden", 403, "permission_denied"),
            ("unprocessable", 422, "unprocessable"),
            ("too-large", 413, "file_too_large"),
            ("unsupported", 415, "unsupported_file"),
            ("unavailable", 503, "service_unavailable"),
            ("plain", 409, "refused"),
            ("signed-out", 401, "not_authenticated"),
            ("fields", 400, "invalid_input"),
        ],
    )
    def test_have_the_status_of_their_kind_and_their_own_code(self, client, kind, status, code):
        response = refuse(client, kind)
        assert response.status_code == status
        assert response["Content-Type"] == PROBLEM
        assert response.json()["status"] == status
        assert response.json()["code"] == code

    def test_have_all_members_and_no_other(self, client):
        response = refuse(client, "not-found", HTTP_X_REQUEST_ID="req-12345678")
        assert response.json() == {
            "type": "tag:onetop.vn,2026:problem/lamp_not_found",
            "title": "Lamp not found",
            "status": 404,
            "code": "lamp_not_found",
            "detail": "Lamp not found",
            "instance": "/api/v1/refuse/not-found/",
            "request_id": "req-12345678",
        }

    def test_show_their_context_unless_it_is_named_like_a_member(self, client):
        problem = refuse(client, "conflict").json()
        assert problem["detail"] == "It hangs."
        assert problem["allowed"] == ["ON", "OFF"]
        assert problem["status"] == 409

    def test_every_kind_has_a_status(self):
        for kind in errors.DomainError.__subclasses__():
            assert 400 <= status_of(kind) < 600

    def test_unavailable_says_when_to_come_back(self, client):
        assert refuse(client, "unavailable")["Retry-After"] == "7"

    def test_only_401_asks_for_a_token(self, client):
        assert refuse(client, "signed-out")["WWW-Authenticate"] == "Bearer"
        assert "WWW-Authenticate" not in refuse(client, "forbidden")

    def test_speak_the_readers_language(self, client):
        english = refuse(client, "http404").json()
        vietnamese = refuse(client, "http404", HTTP_ACCEPT_LANGUAGE="vi").json()
        assert english["title"] == "Not found"
        assert vietnamese["title"] == "Không tìm thấy"
        assert vietnamese["code"] == english["code"] == "not_found"


class TestInvalidInput:
    def test_lists_every_value_with_pointer_code_and_detail(self, client):
        assert refuse(client, "fields").json()["errors"] == [
            {"pointer": "email", "code": "taken", "detail": "Taken."},
            {"pointer": "email", "code": "short", "detail": "Short."},
            {"pointer": "title", "code": "blank", "detail": "No title."},
            {"pointer": "questions/0/text", "code": "blank", "detail": "No text."},
            {"pointer": "", "code": "mixed", "detail": "Not together."},
        ]

    def test_v1_repeats_messages_at_the_top_but_never_over_a_member(self, client):
        problem = refuse(client, "fields").json()
        assert problem["title"] == "Some values were not accepted"
        assert {name: problem[name] for name in problem.keys() - MEMBERS} == {
            "email": ["Taken.", "Short."],
            "questions": ["No text."],
            "non_field_errors": ["Not together."],
        }

    def test_v2_does_not_repeat_them(self, client):
        problem = client.get("/api/v2/refuse/fields/").json()
        assert problem.keys() == MEMBERS

    def test_of_one_value_says_it_in_the_detail_too(self, client):
        problem = refuse(client, "one-field").json()
        assert problem["detail"] == "Unknown."
        assert problem["suggestions"] == ["A"]
        assert problem["city"] == ["Unknown."]

    def test_from_a_serializer_has_the_same_form(self, client):
        problem = refuse(client, "drf-fields").json()
        assert problem["code"] == "invalid_input"
        assert problem["errors"] == [
            {"pointer": "name", "code": "invalid", "detail": "Bad."},
            {"pointer": "name", "code": "invalid", "detail": "Worse."},
            {"pointer": "lamps/1/watts", "code": "invalid", "detail": "Too many."},
            {"pointer": "", "code": "invalid", "detail": "No."},
        ]
        assert problem["name"] == ["Bad.", "Worse."]
        assert problem["lamps"] == ["Too many."]
        assert problem["non_field_errors"] == ["No."]

    def test_from_a_bare_list_is_about_the_whole_input(self, client):
        assert refuse(client, "drf-list").json()["errors"] == [
            {"pointer": "", "code": "counted", "detail": "One."},
            {"pointer": "", "code": "counted", "detail": "Two."},
        ]

    def test_from_a_real_serializer(self, signed_in):
        response = signed_in.post("/api/v1/lamps/", {"watts": "many", "title": ""}, format="json")
        assert response.status_code == 400
        problem = response.json()
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [
            ("name", "required"),
            ("title", "blank"),
            ("watts", "invalid"),
        ]
        assert problem["name"] == ["This field is required."]
        assert problem["title"] == "Some values were not accepted"


class TestFrameworkErrors:
    @pytest.mark.parametrize(
        ("kind", "status", "code"),
        [
            ("drf-denied", 403, "permission_denied"),
            ("drf-throttled", 429, "throttled"),
            ("http404", 404, "not_found"),
            ("denied", 403, "permission_denied"),
            ("suspicious", 400, "malformed_request"),
        ],
    )
    def test_are_problems_that_repeat_nothing_internal(self, client, kind, status, code):
        response = refuse(client, kind)
        assert (response.status_code, response["Content-Type"]) == (status, PROBLEM)
        assert response.json()["code"] == code
        assert "secret" not in response.content.decode()

    def test_throttling_says_when_to_come_back(self, client):
        assert refuse(client, "drf-throttled")["Retry-After"] == "13"
        assert refuse(client, "drf-soon")["Retry-After"] == "1"

    def test_wrong_method(self, signed_in):
        response = signed_in.delete("/api/v1/lamps/")
        assert (response.status_code, response["Content-Type"]) == (405, PROBLEM)
        assert response.json()["code"] == "method_not_allowed"
        assert response["Allow"] == "GET, POST, HEAD, OPTIONS"

    def test_wrong_media_type(self, signed_in):
        response = signed_in.post("/api/v1/lamps/", "<lamp/>", content_type="text/xml")
        assert (response.status_code, response["Content-Type"]) == (415, PROBLEM)
        assert response.json()["code"] == "unsupported_media_type"

    @pytest.mark.parametrize(
        "body",
        [b"{", b"\xff", b'{"a": NaN}', b'"\\ud800"', b"[" * 100_000, b'{"a": 1} x', b"\0"],
        ids=["cut", "not utf-8", "nan", "surrogate", "deep", "trailing", "nul"],
    )
    def test_what_is_not_json(self, signed_in, body):
        response = signed_in.post("/api/v1/lamps/", body, content_type="application/json")
        assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)
        assert response.json()["code"] == "parse_error"
        assert response.json()["detail"] == "The body is not valid JSON."

    @pytest.mark.parametrize("body", [b"[]", b"1", b"null", b'"text"'])
    def test_json_of_another_shape(self, signed_in, body):
        response = signed_in.post("/api/v1/lamps/", body, content_type="application/json")
        assert response.status_code == 400
        assert response.json()["code"] == "invalid_input"

    def test_a_body_beyond_the_limit(self, signed_in, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20
        fits = signed_in.post(
            "/api/v1/lamps/", b'{"name": "abcde"}', content_type="application/json"
        )
        exceeds = signed_in.post("/api/v1/lamps/", b" " * 21, content_type="application/json")
        assert fits.status_code == 201
        assert (exceeds.status_code, exceeds["Content-Type"]) == (413, PROBLEM)
        assert exceeds.json()["code"] == "request_too_large"

    def test_too_many_fields_of_a_form(self, client, settings):
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
        response = client.post("/api/v1/upload/", {"a": 1, "b": 2, "c": 3}, format="multipart")
        assert (response.status_code, response.json()["code"]) == (400, "malformed_request")


class TestAuthentication:
    def test_nobody_gets_401_with_the_scheme(self, client):
        response = client.get("/api/v1/lamps/")
        assert (response.status_code, response["Content-Type"]) == (401, PROBLEM)
        assert response["WWW-Authenticate"] == "Bearer"
        assert response.json()["code"] == "not_authenticated"

    @pytest.mark.parametrize(
        ("token", "code"), [("bad", "authentication_failed"), ("spent", "token_spent")]
    )
    def test_a_refused_token_gets_401_also_where_none_is_needed(self, client, token, code):
        response = client.get("/api/v1/echo/", HTTP_AUTHORIZATION=f"Bearer {token}")
        assert (response.status_code, response["Content-Type"]) == (401, PROBLEM)
        assert response["WWW-Authenticate"] == "Bearer"
        assert response.json()["code"] == code

    def test_a_view_that_is_open_may_ask_for_an_account(self, client, signed_in):
        assert client.delete("/api/v1/echo/").status_code == 401
        assert signed_in.delete("/api/v1/echo/").status_code == 204


@pytest.mark.django_db
class TestConstraints:
    def test_a_named_one_is_the_error_that_it_stands_for(self, client):
        response = client.post("/api/v1/refuse/test_lamp_name_unique/")
        assert response.status_code == 400
        assert response.json()["errors"] == [
            {"pointer": "name", "code": "taken", "detail": "Taken already."}
        ]

    def test_any_other_is_a_defect(self, client):
        response = client.post("/api/v1/refuse/nobody_knows_it/")
        assert response.status_code == 500
        assert response.json()["detail"].startswith("It was not your input.")


class TestDefects:
    def test_stay_500_and_tell_nothing(self, client):
        response = refuse(client, "defect", HTTP_X_REQUEST_ID="req-12345678")
        assert (response.status_code, response["Content-Type"]) == (500, PROBLEM)
        problem = response.json()
        assert problem["code"] == "internal_error"
        assert problem["request_id"] == "req-12345678"
        assert "secret" not in response.content.decode()

    def test_are_no_page_even_when_debugging(self, client, settings):
        settings.DEBUG = True
        assert refuse(client, "defect")["Content-Type"] == PROBLEM

    def test_are_logged_with_where_they_happened_and_reported(self, client, caplog):
        reported = []
        got_request_exception.connect(
            lambda **signal: reported.append(signal), weak=False, dispatch_uid="test"
        )
        try:
            with caplog.at_level(logging.ERROR):
                refuse(client, "defect")
        finally:
            got_request_exception.disconnect(dispatch_uid="test")
        defects = [record for record in caplog.records if record.name == "onetop.problem"]
        assert len(defects) == len(reported) == 1
        assert isinstance(defects[0].msg["exc_info"], ZeroDivisionError)

    def test_refusals_are_not_logged_as_defects(self, client, caplog):
        with caplog.at_level(logging.ERROR):
            for kind in REFUSALS.keys() - {"defect", "unavailable"}:
                refuse(client, kind)
        assert caplog.records == []


class TestOutsideOfViews:
    @pytest.mark.parametrize(
        ("address", "status", "code"),
        [
            ("nothing/", 404, "not_found"),
            ("v1/nothing/", 404, "not_found"),
            ("v1/lamps/not-a-uuid/", 404, "not_found"),
            ("deny/", 403, "permission_denied"),
            ("distrust/", 400, "malformed_request"),
            ("fail/", 500, "internal_error"),
        ],
    )
    def test_an_api_address_answers_with_a_problem(self, client, address, status, code):
        response = client.get(f"/api/{address}", HTTP_ACCEPT="text/html")
        assert (response.status_code, response["Content-Type"]) == (status, PROBLEM)
        problem = response.json()
        assert problem["code"] == code
        assert problem["instance"] == f"/api/{address}"
        assert problem["request_id"] == response["X-Request-ID"]
        assert "secret" not in response.content.decode()

    def test_an_address_without_its_last_slash_is_told_the_right_one(self, client):
        known, unknown = (client.get(f"/api/v1/{path}") for path in ("shades", "nothing"))

        assert (known.status_code, known.json()["detail"]) == (
            404,
            "Addresses end in a slash: /api/v1/shades/",
        )
        assert (unknown.status_code, unknown.json()["detail"]) == (404, "Not found")

    def test_a_request_from_an_unknown_host_answers_with_a_problem(self, client, settings):
        settings.ALLOWED_HOSTS = ["onetop.vn"]
        response = client.get("/api/v1/shades", HTTP_HOST="evil.example")
        assert (response.status_code, response["Content-Type"]) == (400, PROBLEM)

    @pytest.mark.parametrize(
        ("address", "status"),
        [("nothing/", 404), ("deny/", 403), ("distrust/", 400), ("fail/", 500)],
    )
    def test_another_address_answers_with_a_page(self, client, address, status):
        response = client.get(f"/{address}")
        assert response.status_code == status
        assert response["Content-Type"].startswith("text/html")
