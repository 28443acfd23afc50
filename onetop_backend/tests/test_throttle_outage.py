"""A Redis that is killed: everybody is admitted, quickly, and counted again once it is back."""

from __future__ import annotations

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NobodyListens
from redis.retry import Retry

from apps.core import throttle
from apps.core.errors import TooManyRequests
from apps.core.throttle import gcra
from onetop_backend.local.valkey import Valkey


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

    client = Redis(unix_socket_path=str(valkey.socket), retry=Retry(NoBackoff(), 0))
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


def test_a_redis_that_failed_is_left_alone_for_a_moment(server, monkeypatch):
    asked = []

    def connection(alias):
        asked.append(alias)
        raise NobodyListens

    monkeypatch.setattr(gcra, "get_redis_connection", connection)

    assert [throttle.take("door", "somebody") for _ in range(20)] == [None] * 20
    assert asked == ["default"]
