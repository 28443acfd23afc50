"""What browsers are told, header by header; ``browser/`` shows what they make of it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

LISTED = "https://app.onetop.vn"
ME = "/api/v1/auth/me/"


@pytest.fixture(autouse=True)
def _origins(settings):
    settings.CORS_ALLOWED_ORIGINS = [LISTED]


def preflight(origin, path=ME):
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,if-match",
    }
    return Client().options(path, headers=headers)


def access(answer):
    return {
        name: value for name, value in answer.headers.items() if "Access-Control" in name.title()
    }


def words(text):
    return {word.strip() for word in text.split(",")}


class TestOrigins:
    def test_a_listed_one_may_send_and_read_what_the_contract_says(self):
        answer = preflight(LISTED)

        assert (answer.status_code, answer.content) == (200, b"")
        assert answer["access-control-allow-origin"] == LISTED
        assert answer["access-control-allow-credentials"] == "true"
        assert words(answer["access-control-allow-methods"]) == {
            "DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT",
        }  # fmt: skip
        assert words(answer["access-control-allow-headers"]) == {
            "Authorization", "Content-Type", "X-CSRFToken", "Idempotency-Key", "If-Match", "If-None-Match",
            "X-Request-ID",
        }  # fmt: skip
        assert words(answer["access-control-expose-headers"]) == {
            "ETag", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "Idempotency-Replayed",
            "X-Request-ID",
        }  # fmt: skip

    def test_a_refusal_can_be_read_too(self):
        answer = Client().get(ME, headers={"Origin": LISTED})

        assert answer.status_code == 401
        assert answer["access-control-allow-origin"] == LISTED

    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.example",
            "null",
            "http://app.onetop.vn",
            "https://app.onetop.vn.evil.example",
            "https://app.onetop.vn:8443",
            "https://xapp.onetop.vn",
        ],
    )
    def test_d9_no_other_is_told_anything(self, origin):
        assert access(preflight(origin)) == {}
        assert access(Client().get(ME, headers={"Origin": origin})) == {}

    def test_answers_that_differ_by_origin_say_so(self):
        assert "origin" in words(Client().get(ME)["Vary"])

    @pytest.mark.parametrize("path", ["/admin/login/", "/health/live/"])
    def test_nothing_but_the_api_is_for_other_origins(self, path, db):
        assert access(Client().get(path, headers={"Origin": LISTED})) == {}


class TestContentPolicy:
    def test_an_answer_of_the_api_is_no_page(self):
        answer = Client().get(ME)

        assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"

    @pytest.mark.parametrize("path", ["/admin/login/", "/api/docs/", "/api/redoc/"])
    def test_a_page_runs_what_is_ours_or_bears_the_nonce_of_this_answer(self, path, db):
        first, second = (Client().get(path) for _ in range(2))

        policy = dict(
            part.strip().split(" ", 1) for part in first["Content-Security-Policy"].split(";")
        )
        assert policy["default-src"] == "'none'"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        for kind in ("script-src", "style-src"):
            assert re.fullmatch(r"'self'( 'nonce-[A-Za-z0-9+/=]{24}')?", policy[kind])
        if path != "/admin/login/":
            (nonce,) = re.findall(r"'nonce-([^']+)'", policy["script-src"])
            assert f'nonce="{nonce}"' in first.content.decode()
            assert nonce not in second["Content-Security-Policy"]


class TestCsrf:
    """Django's own check, which stands before identity's views for browsers and before the admin."""

    def test_the_api_refuses_with_a_problem(self):
        answer = Client(enforce_csrf_checks=True, HTTP_ACCEPT_LANGUAGE="en").post(
            "/api/v1/identity/browser/v1/auth/login", {}, "application/json"
        )

        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
        assert answer.json()["code"] == "csrf_failed"

    def test_a_page_refuses_with_a_page(self):
        answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})

        assert (answer.status_code, answer["Content-Type"]) == (403, "text/html; charset=utf-8")

    @pytest.mark.parametrize(
        ("origin", "status"), [(LISTED, 400), ("https://evil.example", 403), ("null", 403)]
    )
    def test_a_token_is_worth_nothing_from_an_origin_that_is_not_trusted(
        self, settings, origin, status, db
    ):
        settings.CSRF_TRUSTED_ORIGINS = [LISTED]
        client = Client(enforce_csrf_checks=True)
        client.get("/api/v1/identity/browser/v1/config")
        headers = {"Origin": origin, "X-CSRFToken": client.cookies["csrftoken"].value}

        answer = client.post(
            "/api/v1/identity/browser/v1/auth/login", {}, "application/json", headers=headers
        )

        assert answer.status_code == status
