"""The settings as production reads them: other processes, with the variables that an operator sets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from onetop_backend.management.secrets import random_secret
from onetop_backend.tests.local.conftest import free_port

ROOT = Path(__file__).resolve().parents[3]
VARIABLES = {
    "SECRET_KEY": random_secret(),
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


def environment(**changed: str) -> dict[str, str]:
    ours = {"ONETOP_TESTING", "ONETOP_LOCAL", "DEBUG"}
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return inherited | VARIABLES | changed


def run(*arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        check=False,
        cwd=ROOT,
        env=environment(**changed),
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


def test_d9_the_deployment_check_and_migrate_name_everything_that_is_refused():
    both = {"DEBUG": "on", "ALLOWED_HOSTS": "*"}
    reasons = ["DEBUG must be off", "ALLOWED_HOSTS must name the hosts that are served, not *"]

    checked = run("manage.py", "check", "--deploy", **both)
    migrated = run("manage.py", "migrate", **both)

    assert checked.returncode == migrated.returncode == 1
    assert [f"?: (onetop.E001) {reason}" in checked.stderr for reason in reasons] == [True, True]
    assert migrated.stderr == f"CommandError: {'; '.join(reasons)}\n"
    assert migrated.stdout == ""


@pytest.mark.slow
def test_d9_no_program_starts_with_what_developers_use(tmp_path):
    programs = {
        "web": ("granian", "--interface", "wsgi", "--port", str(free_port()), "onetop_backend.wsgi:application"),
        "ws": ("granian", "--interface", "asgi", "--port", str(free_port()), "onetop_backend.asgi:application"),
        "worker": ("celery", "--app", "onetop_backend", "worker", "--queues", "nobody-asks"),
        "beat": (
            "celery", "--app", "onetop_backend", "beat", "--pidfile=", "--schedule", str(tmp_path / "beat"),
        ),
    }  # fmt: skip
    started = {
        name: subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=environment(CORS_ALLOWED_ORIGINS="http://app.onetop.vn"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name, command in programs.items()
    }
    try:
        said = {name: process.communicate(timeout=120)[0] for name, process in started.items()}
    finally:
        for process in started.values():
            process.kill()

    reason = "CORS_ALLOWED_ORIGINS must be https origins, not http://app.onetop.vn"
    assert {name: process.returncode for name, process in started.items()} == dict.fromkeys(
        programs, 1
    )
    assert {name: reason in output for name, output in said.items()} == dict.fromkeys(
        programs, True
    ), said


def test_the_example_with_generated_secrets_starts(tmp_path):
    stores = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    made = run("manage.py", "generate_secrets", "--folder", str(tmp_path))
    assert made.returncode == 0, made.stderr
    files = {
        f"{name.upper()}_FILE": str(tmp_path / name)
        for name in ("secret_key", "jwt_signing_key", "metrics_token")
    }
    example = {
        "PATH": os.environ["PATH"], "ONETOP_ENV_FILE": ".env.example", **stores, **files,
    }  # fmt: skip

    def started(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            check=False, cwd=ROOT, env=example, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    checked = started("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    asked = started(
        "-c", ASK.replace("api.onetop.vn", "onetop.localhost"), '[["/health/live/", {}]]'
    )

    assert (checked.returncode, checked.stdout) == (
        0,
        "System check identified no issues (0 silenced).\n",
    )
    assert (asked.returncode, json.loads(asked.stdout or "[[0]]")[0][0]) == (0, 200), asked.stderr


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
