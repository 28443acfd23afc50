from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django_redis import get_redis_connection
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.core import tickets
from apps.core.errors import ServiceUnavailable

TTL = timedelta(seconds=10)


def issue(subject="someone", *, purpose="socket", ttl=TTL):
    return tickets.issue(purpose=purpose, subject=subject, ttl=ttl)


class TestTickets:
    def test_a_ticket_is_spent_once_and_names_its_subject(self):
        ticket = issue("0192-abc")
        assert tickets.spend(purpose="socket", ticket=ticket) == "0192-abc"
        assert tickets.spend(purpose="socket", ticket=ticket) is None

    def test_carries_256_random_bits(self):
        issued = {issue() for _ in range(50)}
        assert len(issued) == 50
        assert {len(ticket) for ticket in issued} == {43}

    def test_opens_only_what_it_is_for(self):
        ticket = issue(purpose="socket")
        assert tickets.spend(purpose="download", ticket=ticket) is None
        assert tickets.spend(purpose="socket", ticket=ticket) == "someone"

    def test_only_its_hash_is_kept_and_not_longer_than_it_lives(self):
        ticket = issue(ttl=timedelta(seconds=7))
        redis = get_redis_connection("default")
        key = f"onetop:ticket:socket:{hashlib.sha256(ticket.encode()).hexdigest()}"
        assert redis.get(key) == b"someone"
        assert 6_000 < redis.pttl(key) <= 7_000
        assert not [found for found in redis.keys("*") if ticket.encode() in found]

    def test_expires(self):
        ticket = issue(ttl=timedelta(milliseconds=1))
        redis = get_redis_connection("default")
        while redis.keys("onetop:ticket:socket:*"):
            pass
        assert tickets.spend(purpose="socket", ticket=ticket) is None

    @pytest.mark.parametrize(
        "ticket", ["", "x", "a" * 43, "á" * 43, "a" * 100_000, "a" * 42 + "\n"]
    )
    def test_what_was_never_issued_opens_nothing(self, ticket):
        assert tickets.spend(purpose="socket", ticket=ticket) is None

    @pytest.fixture(autouse=True)
    def _no_tickets_left(self):
        get_redis_connection("default").flushdb()


class TestRaces:
    def test_of_four_simultaneous_uses_exactly_one_succeeds_in_200_races(self, monkeypatch):
        """Each contender has a connection of its own, so that the server alone decides."""
        address = get_redis_connection("default").connection_pool.connection_kwargs
        own = threading.local()

        def connection(_alias: str) -> Redis:
            if not hasattr(own, "redis"):
                own.redis = (
                    Redis(
                        **{
                            name: value
                            for name, value in address.items()
                            if name in {"path", "host", "port", "db", "password", "username"}
                        }
                    )
                    if "path" not in address
                    else Redis(unix_socket_path=address["path"], db=address.get("db", 0))
                )
            return own.redis

        monkeypatch.setattr(tickets, "get_redis_connection", connection)
        winners = []
        with ThreadPoolExecutor(max_workers=4) as pool:
            for race in range(200):
                ticket = issue(f"race {race}")
                start = threading.Barrier(4)

                def contend(ticket=ticket, start=start):
                    start.wait()
                    return tickets.spend(purpose="socket", ticket=ticket)

                spent = [future.result() for future in [pool.submit(contend) for _ in range(4)]]
                winners.append([subject for subject in spent if subject is not None])
        assert winners == [[f"race {race}"] for race in range(200)]


class TestWithoutRedis:
    @pytest.fixture(autouse=True)
    def _redis_is_away(self, monkeypatch, tmp_path):
        nowhere = Redis(
            unix_socket_path=str(tmp_path / "nobody-listens"), retry=Retry(NoBackoff(), 0)
        )
        monkeypatch.setattr(tickets, "get_redis_connection", lambda _alias: nowhere)

    def test_none_is_issued(self):
        with pytest.raises(tickets.TicketsUnavailable) as refusal:
            issue()
        assert isinstance(refusal.value, ServiceUnavailable)
        assert refusal.value.code == "busy"
        assert refusal.value.retry_after == 1

    def test_none_is_accepted(self):
        with pytest.raises(tickets.TicketsUnavailable):
            tickets.spend(purpose="socket", ticket="a" * 43)
