"""``/metrics`` as Prometheus reads it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.core import metrics
from apps.core.health import checks
from apps.core.ids import uuid7
from apps.core.metrics import store
from apps.core.models import Work
from apps.core.work import broker

pytestmark = pytest.mark.django_db

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(autouse=True)
def _from_zero(monkeypatch) -> None:
    metrics.flush()
    metrics.erase()
    # Allow for a busy machine.
    monkeypatch.setattr(checks, "TIME_LIMIT", 20)


@pytest.fixture
def page(client):
    """Give what a scrape finds: values by name and labels."""

    def scrape(**headers: str) -> Samples:
        response = client.get("/metrics", headers=headers)
        assert response.status_code == 200
        assert response["Content-Type"].startswith("text/plain; version=0.0.4")
        assert "no-store" in response["Cache-Control"]
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(response.content.decode())
            for sample in family.samples
        }

    return scrape


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((name, tuple(sorted(labels.items()))))


def test_tells_of_requests_by_route_pattern_and_status_class(client, page):
    client.get("/health/live/")
    client.get("/health/live/")
    client.get("/no/such/page?token=secret")
    client.get("/another/")
    samples = page()

    live = {"method": "GET", "route": "health/live/", "status": "2xx"}
    assert value(samples, "onetop_request_seconds_count", **live) == 2
    assert value(samples, "onetop_request_seconds_bucket", le="+Inf", **live) == 2
    assert (value(samples, "onetop_request_seconds_sum", **live) or 0) > 0
    unrouted = {"method": "GET", "route": "(none)", "status": "4xx"}
    assert value(samples, "onetop_request_seconds_count", **unrouted) == 2
    assert not any("such" in str(name) or "secret" in str(name) for name in samples)


def test_buckets_are_cumulative(page):
    for seconds in (0.02, 0.2, 9.0):
        metrics.observe_request(
            method="GET", route="lamps/", status=200, seconds=seconds, request_id="r-1"
        )
    samples = page()
    found = [
        value(
            samples, "onetop_request_seconds_bucket",
            method="GET", route="lamps/", status="2xx", le=le,
        )
        for le in ("0.01", "0.025", "0.1", "0.25", "5.0", "+Inf")
    ]  # fmt: skip

    assert found == [0, 1, 1, 2, 2, 3]


def test_tells_of_problems_throttles_mails_and_tasks(client, page):
    client.get("/api/v1/auth/me/")
    client.get("/api/v1/nothing/")
    metrics.count("throttled", "login")
    metrics.count("mail", "sent")
    metrics.observe_task(task="a.tasks.b", queue="mail", outcome="failed", seconds=1.5)
    samples = page()

    assert value(samples, "onetop_problems_total", code="not_authenticated") == 1
    assert value(samples, "onetop_problems_total", code="not_found") == 1
    assert value(samples, "onetop_throttled_total", scope="login") == 1
    assert value(samples, "onetop_mails_total", step="sent") == 1
    task = {"queue": "mail", "task": "a.tasks.b", "outcome": "failed"}
    assert value(samples, "onetop_task_runs_total", **task) == 1
    assert value(samples, "onetop_task_seconds_total", **task) == 1.5


def row(number: int, **changes: Any) -> Work:
    now = timezone.now()
    written = {"queue": "mail", "due_at": now, **changes}
    return Work(task="a.tasks.b", key=f"k{number}", max_attempts=3, **written)


def test_tells_what_waits_in_the_outbox(page):
    now = timezone.now()
    claimed = {"claim_id": uuid7(), "leased_until": now + timedelta(minutes=5), "attempts": 1}
    Work.objects.bulk_create(
        [
            row(1, due_at=now - timedelta(seconds=90)),
            row(2, due_at=now + timedelta(hours=1), attempts=1),
            row(3, due_at=now - timedelta(hours=1), **claimed),
            row(4, due_at=now - timedelta(days=1), dead_at=now),
            row(5, queue="relay", due_at=now + timedelta(hours=1)),
        ]
    )
    samples = page()

    found = {
        (queue, state): value(samples, "onetop_outbox_rows", queue=queue, state=state)
        for queue in ("mail", "relay")
        for state in ("waiting", "running", "retrying", "dead")
    }
    assert found == {
        ("mail", "waiting"): 2,
        ("mail", "running"): 1,
        ("mail", "retrying"): 1,
        ("mail", "dead"): 1,
        ("relay", "waiting"): 1,
        ("relay", "running"): 0,
        ("relay", "retrying"): 0,
        ("relay", "dead"): 0,
    }
    age = value(samples, "onetop_outbox_oldest_due_seconds", queue="mail")
    assert age is not None
    assert 90 <= age < 600
    assert value(samples, "onetop_outbox_oldest_due_seconds", queue="relay") == 0


def test_tells_how_many_messages_wait_in_each_queue(page):
    before = {queue: broker.waiting(queue) for queue in configured.QUEUES}
    for _ in range(3):
        broker.send("apps.core.tasks.deliver_mail", queue="mail", work_id=uuid7())
    samples = page()

    assert {
        queue: value(samples, "onetop_broker_messages", queue=queue) for queue in configured.QUEUES
    } == {**before, "mail": (before["mail"] or 0) + 3}


def test_all_stores_are_up(page):
    samples = page()

    assert {
        store: value(samples, "onetop_up", store=store) for store in ("database", "redis", "broker")
    } == {"database": 1, "redis": 1, "broker": 1}


def test_without_redis_the_gauges_remain(page, monkeypatch, tmp_path):
    Work.objects.bulk_create([row(1)])
    nowhere = Redis(unix_socket_path=str(tmp_path / "nobody"), retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(checks, "get_redis_connection", lambda _alias: nowhere)
    monkeypatch.setattr(store, "get_redis_connection", lambda _alias: nowhere)
    samples = page()

    assert value(samples, "onetop_up", store="redis") == 0
    assert value(samples, "onetop_outbox_rows", queue="mail", state="waiting") == 1
    assert not any(name.startswith("onetop_request") for name, _ in samples)


def test_without_database_it_still_answers(page, monkeypatch):
    def fail() -> None:
        raise ConnectionError

    monkeypatch.setattr(checks.DATABASE, "_ask", fail)
    samples = page()

    assert value(samples, "onetop_up", store="database") == 0
    assert value(samples, "onetop_up", store="redis") == 1
    assert not any(name.startswith("onetop_outbox") for name, _ in samples)


class TestToken:
    def test_opens_the_page(self, page, settings):
        settings.METRICS_TOKEN = "a-long-secret"

        assert page(Authorization="Bearer a-long-secret")

    @pytest.mark.parametrize(
        "given", [{}, {"Authorization": "Bearer a-long"}, {"Authorization": "é"}]
    )
    def test_anything_else_does_not(self, client, settings, given):
        settings.METRICS_TOKEN = "a-long-secret"
        response = client.get("/metrics", headers=given)

        assert (response.status_code, response.content) == (401, b"")
        assert response["WWW-Authenticate"] == "Bearer"

    def test_without_one_production_has_no_such_page(self, client, settings):
        settings.LOCAL_STACK = settings.TESTING = False

        assert client.get("/metrics").status_code == 404

    def test_only_reading_is_possible(self, client):
        assert client.post("/metrics").status_code == 405
