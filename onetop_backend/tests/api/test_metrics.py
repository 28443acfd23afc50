"""``/api/v1/metrics/``: what staff see of the routes, and beginning anew."""

from __future__ import annotations

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.core import metrics
from apps.core.metrics import store
from apps.core.models import Audit

pytestmark = pytest.mark.django_db

URL = "/api/v1/metrics/"


@pytest.fixture(autouse=True)
def _from_zero() -> None:
    metrics.flush()
    metrics.erase()


def answered(seconds: float, *, status: int = 200, route: str = "lamps/") -> None:
    metrics.observe_request(
        method="GET", route=route, status=status, seconds=seconds, request_id="r-1"
    )


def test_counts_routes_errors_and_slow_answers(api, staff):
    reader = api(as_=staff)
    for seconds, status in ((0.1, 200), (0.2, 201), (0.3, 404), (0.4, 500), (9.0, 503)):
        answered(seconds, status=status)
    answered(0.02, route="doors/")
    metrics.count("problem", "not_found")
    body = reader.get(URL).json()

    assert body["routes"] == [
        {
            "method": "GET",
            "route": "lamps/",
            "requests": 5,
            "client_errors": 1,
            "server_errors": 2,
            "slow": 1,
            "mean_ms": 2000.0,
        },
        {
            "method": "GET",
            "route": "doors/",
            "requests": 1,
            "client_errors": 0,
            "server_errors": 0,
            "slow": 0,
            "mean_ms": 20.0,
        },
    ]
    assert body["problems"] == {"not_found": 1}
    (slow,) = body["slow_requests"]
    assert (slow["route"], slow["status"], slow["ms"], slow["request_id"]) == (
        "lamps/",
        503,
        9000,
        "r-1",
    )
    assert body["since"] is not None


def test_a_refused_request_is_counted_once(api, candidate, staff):
    assert api(as_=candidate).get(URL).status_code == 403
    body = api(as_=staff).get(URL).json()

    (counted,) = [row for row in body["routes"] if row["route"] == "api/v1/metrics/"]
    assert (counted["requests"], counted["client_errors"]) == (1, 1)
    assert body["problems"] == {"permission_denied": 1}


def test_staff_begin_anew_which_is_written_down(api, staff):
    answered(0.1)
    reader = api(as_=staff)
    before = Audit.objects.count()

    assert reader.delete(URL).status_code == 204
    (entry,) = Audit.objects.order_by("id")[before:]
    assert (entry.verb, entry.actor_id) == ("reset_metrics", staff.pk)
    assert [row["route"] for row in reader.get(URL).json()["routes"]] == ["api/v1/metrics/"]


def test_nobody_else_does(api, recruiter):
    answered(0.1)
    client = api(as_=recruiter)
    before = Audit.objects.count()

    assert client.delete(URL).status_code == 403
    assert Audit.objects.count() == before
    metrics.flush()
    assert ("request", "GET", "lamps/", "2xx", "0.1") in metrics.read().numbers


@pytest.mark.parametrize("method", ["get", "delete"])
def test_without_redis_it_says_so(api, staff, monkeypatch, tmp_path, method):
    client = api(as_=staff)
    before = Audit.objects.count()
    nowhere = Redis(unix_socket_path=str(tmp_path / "nobody"), retry=Retry(NoBackoff(), 0))
    monkeypatch.setattr(store, "get_redis_connection", lambda _alias: nowhere)
    response = getattr(client, method)(URL)

    assert (response.status_code, response.json()["code"]) == (503, "metrics_unavailable")
    assert Audit.objects.count() == before
