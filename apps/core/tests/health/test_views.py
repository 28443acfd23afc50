from __future__ import annotations

import threading
import time

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.core.health import checks
from apps.core.health.checks import MigrationsMissing


def fail() -> None:
    raise ConnectionError("secret-host:5432")


@pytest.mark.django_db
class TestReady:
    @pytest.fixture(autouse=True)
    def _patient(self, monkeypatch):
        """Allow for a busy machine, except where the limit itself is looked at."""
        monkeypatch.setattr(checks, "TIME_LIMIT", 20)

    def test_all_is_well(self, client):
        response = client.get("/health/ready/")
        assert response.status_code == 200
        assert response.json() == {
            "status": "ok",
            "checks": {"database": "ok", "migrations": "ok", "redis": "ok"},
        }
        assert "no-store" in response["Cache-Control"]

    def test_without_redis_it_serves_degraded(self, client, monkeypatch, tmp_path):
        nowhere = Redis(unix_socket_path=str(tmp_path / "nobody"), retry=Retry(NoBackoff(), 0))
        monkeypatch.setattr(checks, "get_redis_connection", lambda _alias: nowhere)
        response = client.get("/health/ready/")
        assert (response.status_code, response.json()["status"]) == (200, "degraded")
        assert response.json()["checks"]["redis"] == "fail"

    def test_without_database_it_fails_and_gives_nothing_away(self, client, monkeypatch):
        monkeypatch.setattr(checks.DATABASE, "_ask", fail)
        monkeypatch.setattr(checks.MIGRATIONS, "_ask", fail)
        response = client.get("/health/ready/")
        assert response.status_code == 503
        assert response.json() == {
            "status": "fail",
            "checks": {"database": "fail", "migrations": "fail", "redis": "ok"},
        }
        assert "secret" not in response.content.decode()

    def test_with_migrations_missing_it_fails(self, client, monkeypatch):
        def missing() -> None:
            raise MigrationsMissing

        monkeypatch.setattr(checks.MIGRATIONS, "_ask", missing)
        response = client.get("/health/ready/")
        assert response.status_code == 503
        assert response.json()["checks"] == {
            "database": "ok",
            "migrations": "fail",
            "redis": "ok",
        }

    def test_hanging_stores_cost_one_limit_together(self, client, monkeypatch):
        release = threading.Event()
        monkeypatch.setattr(checks, "TIME_LIMIT", 0.3)
        for check in (checks.DATABASE, checks.MIGRATIONS, checks.REDIS):
            monkeypatch.setattr(check, "_ask", lambda: release.wait(30))
        checks.known_migrations()
        started = time.monotonic()
        response = client.get("/health/ready/")
        took = time.monotonic() - started
        release.set()
        assert response.status_code == 503
        assert set(response.json()["checks"].values()) == {"fail"}
        assert 0.29 < took < 3


class TestLimit:
    def test_is_300_ms(self):
        assert checks.TIME_LIMIT == 0.3


class TestLive:
    def test_answers_without_asking_anything(self, client, monkeypatch):
        for check in (checks.DATABASE, checks.MIGRATIONS, checks.REDIS):
            monkeypatch.setattr(check, "_ask", fail)
        response = client.get("/health/live/")
        assert (response.status_code, response.json()) == (200, {"status": "ok", "checks": {}})

    def test_needs_no_account_and_makes_no_session(self, client):
        response = client.get("/health/live/")
        assert not response.cookies
        assert client.head("/health/live/").status_code == 200
        assert client.post("/health/live/").status_code == 405
