"""A Redis that is killed: everybody is admitted, quickly, and counted again once it is back."""

from __future__ import annotations

import signal

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NobodyListens
from redis.retry import Retry
from rest_framework.test import APIClient

from apps.core import throttle
from apps.core.errors import TooManyRequests
from apps.core.throttle import gcra
from onetop_backend.local.valkey import Valkey
from onetop_backend.tests.plugin import PASSWORD


@pytest.fixture
def server(tmp_path, monkeypatch, settings):
    """Give a server of our own that throttles ask, and that can be killed."""
    settings.THROTTLE_RATES = {"door": (2, 86400)}
    valkey = Valkey(state=tmp_path, log=tmp_path / "valkey.log", durable=False)
    running = []

    class Server:
        def start(self):
            running.append(valkey.start())
            valkey.wait_ready(running[-1])

        def kill(self):
            running[-1].kill()
            running[-1].wait()

        def freeze(self):
            running[-1].send_signal(signal.SIGSTOP)

    client = Redis(
        unix_socket_path=str(valkey.socket), retry=Retry(NoBackoff(), 0), socket_timeout=0.1
    )
    monkeypatch.setattr(gcra, "get_redis_connection", lambda _alias: client)
    server = Server()
    server.start()
    yield server
    server.kill()


def test_a_killed_redis_admits_and_its_successor_counts(server):
    throttle.take("door", "somebody")
    throttle.take("door", "somebody")
    with pytest.raises(TooManyRequests):
        throttle.take("door", "somebody")

    server.kill()
    assert [throttle.take("door", "somebody") for _ in range(50)] == [None] * 50
    assert throttle.give_back("door", "somebody") is None

    server.start()
    gcra.store.forget_outage()
    throttle.take("door", "somebody")
    throttle.take("door", "somebody")
    with pytest.raises(TooManyRequests):
        throttle.take("door", "somebody")


@pytest.mark.parametrize("fault", ["kill", "freeze"])
@pytest.mark.django_db
def test_without_redis_people_sign_in_and_guesses_are_refused_as_wrong(
    server, fault, settings, candidate
):
    settings.THROTTLE_RATES = {"login": (1, 300), "login_address": (1, 300)}

    def login(password):
        body = {"email": candidate.email, "password": password}
        return APIClient().post("/api/v1/auth/login/", body, format="json").status_code

    counted = [login("wrong"), login(PASSWORD)]
    getattr(server, fault)()
    uncounted = [login("wrong"), login("wrong"), login(PASSWORD)]

    assert (counted, uncounted) == ([401, 429], [401, 401, 200])


def test_a_redis_that_failed_is_left_alone_for_a_moment(server, monkeypatch):
    asked = []

    def connection(alias):
        asked.append(alias)
        raise NobodyListens

    monkeypatch.setattr(gcra, "get_redis_connection", connection)

    assert [throttle.take("door", "somebody") for _ in range(20)] == [None] * 20
    assert asked == ["public"]
