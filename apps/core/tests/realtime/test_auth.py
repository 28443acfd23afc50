from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from apps.core import tickets
from apps.core.realtime.auth import PURPOSE, origin_may_connect


async def opens(socket):
    opened = await socket.connect()
    if opened:
        await socket.disconnect()
    return opened


class TestTickets:
    async def test_a_ticket_opens_one_socket(self, dial, ticket_of, someone):
        ticket = ticket_of(someone)
        assert await opens(dial(ticket))
        assert not await opens(dial(ticket))

    @pytest.mark.parametrize("ticket", [None, "", "x", "a" * 43, "%00", "%ff", "a&ticket=b"])
    async def test_without_a_good_one_the_handshake_is_refused(self, dial, ticket):
        assert not await opens(dial(ticket))

    async def test_an_expired_one_is_refused(self, dial, someone):
        ticket = tickets.issue(
            purpose=PURPOSE, subject=str(someone.session), ttl=timedelta(milliseconds=1)
        )
        await asyncio.sleep(0.01)
        assert not await opens(dial(ticket))

    async def test_one_for_something_else_is_refused(self, dial, someone):
        ticket = tickets.issue(
            purpose="download", subject=str(someone.session), ttl=timedelta(seconds=10)
        )
        assert not await opens(dial(ticket))

    async def test_an_account_that_may_no_longer_act_is_refused(
        self, dial, ticket_of, someone, accounts
    ):
        ticket = ticket_of(someone)
        accounts.clear()
        assert not await opens(dial(ticket))

    async def test_of_simultaneous_uses_exactly_one_connects(self, dial, ticket_of, someone):
        for _ in range(20):
            ticket = ticket_of(someone)
            assert sum(await asyncio.gather(*(opens(dial(ticket)) for _ in range(4)))) == 1

    async def test_without_redis_the_handshake_is_refused(
        self, dial, ticket_of, someone, monkeypatch, tmp_path
    ):
        ticket = ticket_of(someone)
        nowhere = Redis(unix_socket_path=str(tmp_path / "nobody"), retry=Retry(NoBackoff(), 0))
        monkeypatch.setattr(tickets, "get_redis_connection", lambda _alias: nowhere)
        assert not await opens(dial(ticket))


class TestRoutes:
    async def test_an_unknown_path_is_refused(self, dial, ticket_of, someone):
        for path in ("/ws/nothing/", "/", "/ws/lamps/more/", "/ws/" + "x" * 300, "/ws/đ/"):
            assert not await opens(dial(ticket_of(someone), path=path))


class TestOrigins:
    @pytest.fixture(autouse=True)
    def _settings(self, settings):
        settings.ALLOWED_HOSTS = ["api.onetop.vn", ".partner.vn", "[::1]"]
        settings.CSRF_TRUSTED_ORIGINS = ["http://localhost:3000", "https://*.onetop.vn"]

    @pytest.mark.parametrize(
        "origin",
        [
            None,
            "http://localhost:3000",
            "https://www.onetop.vn",
            "https://api.onetop.vn",
            "http://api.onetop.vn:8000",
            "https://jobs.partner.vn",
            "http://[::1]:8000",
        ],
    )
    def test_own_and_trusted_pages_may_connect(self, origin):
        assert origin_may_connect(origin)

    @pytest.mark.parametrize(
        "origin",
        [
            "http://localhost:3001",
            "https://localhost:3000",
            "http://www.onetop.vn",
            "https://onetop.vn.evil.example",
            "https://evilonetop.vn",
            "https://evil.example",
            "file://api.onetop.vn",
            "http://[",
            "null",
            "",
        ],
    )
    def test_other_pages_may_not(self, origin):
        assert not origin_may_connect(origin)

    def test_while_debugging_this_machine_may(self, settings):
        settings.ALLOWED_HOSTS, settings.DEBUG = [], True
        assert origin_may_connect("http://app.localhost:5000")
        assert not origin_may_connect("http://evil.example")
        settings.DEBUG = False
        assert not origin_may_connect("http://app.localhost:5000")

    async def test_a_foreign_page_does_not_even_spend_the_ticket(self, dial, ticket_of, someone):
        ticket = ticket_of(someone)
        assert not await opens(dial(ticket, origin="https://evil.example"))
        assert await opens(dial(ticket, origin="https://www.onetop.vn"))


class TestLog:
    async def test_tells_why_it_refused_and_never_the_ticket(self, dial, caplog):
        with caplog.at_level(logging.INFO):
            await opens(dial("t" * 43, headers=[(b"x-request-id", b"req-12345678")]))
            await opens(dial("t" * 43, origin="https://evil.example"))
        refusals = [record.msg for record in caplog.records if record.name == "onetop.socket"]
        assert [refusal["reason"] for refusal in refusals] == ["ticket", "origin"]
        assert refusals[0]["request_id"] == "req-12345678"
        assert "tttt" not in caplog.text

    async def test_a_connection_leaves_one_line(self, dial, ticket_of, someone, caplog):
        with caplog.at_level(logging.INFO):
            await opens(dial(ticket_of(someone)))
        (line,) = [record.msg for record in caplog.records if record.name == "onetop.socket"]
        assert line["consumer"] == "LampConsumer"
        assert line["actor_id"] == str(someone.pk)

    async def test_a_subject_behind_which_nobody_is_is_refused(self, dial):
        ticket = tickets.issue(purpose=PURPOSE, subject=str(uuid4()), ttl=timedelta(seconds=5))
        assert not await opens(dial(ticket))
