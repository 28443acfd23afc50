"""The settings as production reads them: other processes, with the variables that an operator sets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
VARIABLES = {
    "SECRET_KEY": "".join(chr(33 + n % 90) for n in range(60)),
    "ALLOWED_HOSTS": "api.onetop.vn",
    "CORS_ALLOWED_ORIGINS": "https://app.onetop.vn",
    "CSRF_TRUSTED_ORIGINS": "https://app.onetop.vn",
    "FRONTEND_URL": "https://app.onetop.vn",
    "EMAIL_HOST": "mail.onetop.vn",
    "TRUSTED_PROXY_COUNT": "1",
}
ASK = """
import json, sys
from onetop_backend.wsgi import application
from django.test import Client

answers = []
for path, headers in json.loads(sys.argv[1]):
    answer = Client().get(path, headers={"Host": "api.onetop.vn", **headers})
    answers.append([answer.status_code, dict(answer.headers)])
print(json.dumps(answers))
"""


def run(*arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
    ours = {"ONETOP_TESTING", "ONETOP_LOCAL", "DEBUG"}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(
        [sys.executable, *arguments],
        check=False,
        cwd=ROOT,
        env=inherited | VARIABLES | changed,
        capture_output=True,
        text=True,
        timeout=120,
    )


def ask(*requests: tuple[str, dict[str, str]], **changed: str) -> list[tuple[int, dict[str, str]]]:
    """Start the production application in another process and return how it answers."""
    done = run("-c", ASK, json.dumps(requests), **changed)
    assert done.returncode == 0, done.stderr
    return [(status, headers) for status, headers in json.loads(done.stdout)]


def test_the_deployment_check_has_nothing_to_say():
    done = run("manage.py", "check", "--deploy", "--fail-level", "DEBUG")

    assert (done.returncode, done.stdout) == (
        0,
        "System check identified no issues (0 silenced).\n",
    )


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"DEBUG": "on"}, "DEBUG must be off"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name"),
        ({"CORS_ALLOWED_ORIGINS": ""}, "CORS_ALLOWED_ORIGINS must be https origins"),
    ],
)
def test_d9_the_server_does_not_start_with_what_developers_use(changed, reason):
    done = run("-c", "import onetop_backend.wsgi", **changed)

    assert done.returncode == 1
    assert reason in done.stderr


def test_d27_what_came_to_the_proxy_over_tls_is_not_sent_there_again():
    over_tls = {"X-Forwarded-Proto": "https"}

    secure, plain, probe = ask(
        ("/api/v1/auth/me/", over_tls), ("/api/v1/auth/me/", {}), ("/health/live/", {})
    )

    assert secure[0] == 401
    assert (plain[0], plain[1]["Location"]) == (301, "https://api.onetop.vn/api/v1/auth/me/")
    assert probe[0] == 200


def test_d27_without_a_proxy_of_ours_nobody_can_claim_to_have_come_over_tls():
    (answer,) = ask(("/api/v1/auth/me/", {"X-Forwarded-Proto": "https"}), TRUSTED_PROXY_COUNT="0")

    assert answer[0] == 301


def test_answers_carry_the_headers_that_protect_browsers():
    over_tls = {"X-Forwarded-Proto": "https"}
    data, page = ask(("/api/v1/auth/me/", over_tls), ("/admin/login/", over_tls))

    for _, headers in (data, page):
        assert (
            headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
    assert data[1]["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "default-src 'none'" in page[1]["Content-Security-Policy"]


def test_cookies_travel_over_tls_only_and_the_session_is_not_for_scripts():
    names = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"]
    names += ["SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE"]
    code = f"from onetop_backend import settings as s; print([getattr(s, n) for n in {names}])"

    assert run("-c", code).stdout == "[True, True, True, 'Lax', 'Lax']\n"
