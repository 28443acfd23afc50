"""What leaves for Sentry: the real SDK sends to a server of ours, which keeps every byte."""

from __future__ import annotations

import gzip
import io
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import pytest
import sentry_sdk
from celery import current_app
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory
from django.utils import timezone

from apps.core import logs
from apps.core.models import Work
from apps.core.work import task
from onetop_backend.reporting import start_reporting
from onetop_backend.tests.reporting.site import SECRET

pytestmark = pytest.mark.django_db

Json = dict[str, Any]
failing: list[Exception] = []


@task(queue="maintenance", attempts=2, retry_after=1)
def reported_sample(**_: Any) -> None:
    raise failing[0]


SAMPLE = f"{reported_sample.__module__}.reported_sample"


class _Sentry(ThreadingHTTPServer):
    """A server that takes envelopes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taker)
        self.bodies: list[bytes] = []

    def items(self) -> list[tuple[str, Json]]:
        """Return what arrived: kinds of items and their contents."""
        assert sentry_sdk.get_client().is_active()
        sentry_sdk.flush(timeout=20)
        found = []
        for body in self.bodies:
            lines = body.split(b"\n")[1:]
            for head, content in zip(lines[::2], lines[1::2], strict=False):
                found.append((json.loads(head)["type"], json.loads(content)))
        return found

    def events(self) -> list[Json]:
        return [content for kind, content in self.items() if kind == "event"]

    def said(self) -> str:
        return b"\n".join(self.bodies).decode(errors="replace")


class _Taker(BaseHTTPRequestHandler):
    server: _Sentry

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.bodies.append(
            gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        )
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def sentry() -> Iterator[_Sentry]:
    """Give a server that the SDK reports to while the test runs."""
    server = _Sentry()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    start_reporting(
        dsn=f"http://public@127.0.0.1:{server.server_port}/1",
        environment="tests",
        release="r1",
        traces=1.0,
        profiles=0.0,
    )
    yield server
    sentry_sdk.get_client().close(timeout=0)
    sentry_sdk.get_global_scope().set_client(None)
    logs.report_with(lambda error: None)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ask(settings) -> Callable[..., int]:
    """Give requests to the platform's own WSGI handler, as its server makes them."""
    settings.ROOT_URLCONF = "onetop_backend.tests.reporting.site"
    settings.DEBUG_PROPAGATE_EXCEPTIONS = False
    handler = WSGIHandler()

    def run(path: str) -> int:
        request = RequestFactory().generic(
            "POST" if path.startswith("/api/") else "GET",
            path,
            json.dumps({"email": SECRET}),
            content_type="application/json",
            headers={
                "Authorization": "Bearer secret-token",
                "Cookie": "sessionid=secret-session",
                "X-Request-ID": "req-12345678",
                "User-Agent": "secret-agent",
            },
        )
        seen: list[str] = []
        environ = {**request.environ, "wsgi.errors": io.StringIO()}
        start: Any = lambda status, headers, exc_info=None: seen.append(status)  # noqa: E731
        answer = handler(environ, start)
        b"".join(answer)
        answer.close()
        return int(seen[0].split()[0])

    return run


def words(event: Json) -> list[str]:
    """Return what the platform's own frames carry, besides lines of the code."""
    return [json.dumps(frame) for frame in event["exception"]["values"][-1]["stacktrace"]["frames"]]


class TestDefects:
    @pytest.mark.parametrize(
        ("path", "route"),
        [
            (
                "/api/v1/failing/defect/secret-name/?q=secret-query",
                "/api/v1/failing/{kind}/{name}/",
            ),
            ("/page/defect/secret-name/?q=secret-query", "/page/{kind}/{name}/"),
        ],
    )
    def test_are_sent_once_with_route_and_request(self, sentry, ask, path, route):
        assert ask(path) == 500
        (event,) = sentry.events()

        assert event["transaction"] == route
        assert event["tags"] == {"request_id": "req-12345678", "route": route}
        assert event["request"].keys() == {"method"}
        (raised,) = event["exception"]["values"]
        assert (raised["type"], raised.get("value")) == ("ValueError", None)
        assert raised["stacktrace"]["frames"][-1]["function"] == "fail"
        assert (event["environment"], event["release"]) == ("tests", "r1")

    def test_carry_nothing_that_people_wrote(self, sentry, ask):
        ask("/api/v1/failing/defect/secret-name/?q=secret-query")
        ask("/page/defect/secret-name/?q=secret-query")
        (first, second) = sentry.events()
        said = sentry.said()

        assert SECRET not in said
        for word in ("name", "query", "token", "session", "agent"):
            assert f"secret-{word}" not in said
        for event in (first, second):
            assert not {"user", "breadcrumbs", "extra", "modules"} & event.keys()
            assert not any('"vars"' in frame for frame in words(event))

    def test_a_chain_is_told_without_its_words(self, sentry):
        error = ValueError(SECRET)
        error.__cause__ = KeyError(SECRET)
        logs.report(error)
        (event,) = sentry.events()

        assert [link["type"] for link in event["exception"]["values"]] == ["KeyError", "ValueError"]
        assert SECRET not in sentry.said()


class TestRefusals:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/api/v1/failing/domain/x/", 409),
            ("/api/v1/failing/unavailable/x/", 503),
            ("/api/v1/failing/drf/x/", 404),
            ("/api/v1/failing/http404/x/", 404),
            ("/api/v1/failing/denied/x/", 403),
            ("/page/http404/x/", 404),
            ("/page/denied/x/", 403),
            ("/nothing/secret-name/", 404),
        ],
    )
    def test_are_never_sent(self, sentry, ask, path, status):
        assert ask(path) == status
        assert sentry.events() == []

    def test_nor_those_of_a_task_that_gave_up(self, sentry):
        from apps.core.errors import Conflict

        run_until_dead(Conflict())
        assert sentry.events() == []


class TestTraces:
    def test_name_routes_and_no_addresses(self, sentry, ask):
        ask("/api/v1/failing/domain/secret-name/?q=secret-query")
        ask("/nothing/secret-name/")
        traces = [content for kind, content in sentry.items() if kind == "transaction"]

        assert traces[0]["transaction"] == "/api/v1/failing/{kind}/{name}/"
        assert all(set(span) <= {
            "trace_id", "span_id", "parent_span_id", "op", "status", "origin", "start_timestamp", "timestamp",
        } for trace in traces for span in trace["spans"])  # fmt: skip
        said = sentry.said()
        assert len(traces) == 2
        assert "secret-" not in said
        assert SECRET not in said


def run_until_dead(error: Exception) -> None:
    failing[:] = [error]
    row = Work.objects.create(
        task=SAMPLE,
        key=f"reported:{uuid4()}",
        args={"email": SECRET},
        queue="maintenance",
        due_at=timezone.now(),
        max_attempts=2,
        context={"request_id": "r-of-cause"},
    )
    for _ in range(2):
        Work.objects.update(due_at=timezone.now())
        current_app.tasks[SAMPLE](work_id=str(row.id))


class TestTasks:
    def test_a_defect_is_sent_once_when_the_work_is_given_up(self, sentry):
        run_until_dead(ValueError(SECRET))
        (event,) = sentry.events()

        assert event["exception"]["values"][-1]["type"] == "ValueError"
        assert event["tags"]["request_id"] == "r-of-cause"
        assert SECRET not in sentry.said()

    def test_what_the_clock_starts_is_reported_by_the_worker(self, sentry):
        failing[:] = [ValueError(SECRET)]
        current_app.tasks[SAMPLE].apply()
        (event,) = sentry.events()

        assert event["exception"]["values"][-1]["type"] == "ValueError"
        assert event["transaction"] == SAMPLE
        assert SECRET not in sentry.said()


def test_without_a_dsn_the_sdk_is_not_even_loaded(settings):
    import subprocess
    import sys

    code = (
        "import django, sys; django.setup(); "
        "from apps.core import logs; logs.report(ValueError()); "
        "print('sentry_sdk' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"
