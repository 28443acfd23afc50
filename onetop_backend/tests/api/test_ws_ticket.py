"""Tickets from the API and the sockets that they open, in this process and behind a real server."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus
from threading import Barrier
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import channel_layers
from django.db import connections
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from apps.applications.services import pipeline, submitting
from apps.applications.tests.factories import pdf
from apps.core.tests.factories import Socket
from apps.core.tickets import spend
from apps.jobs.tests.factories import JobFactory
from apps.users.selectors import sessions_of
from apps.users.tests.factories import PASSWORD
from onetop_backend.asgi import application
from onetop_backend.tests.api.conftest import TICKET

BROWSER = "/api/v1/identity/browser/v1/"
ROUNDS = 200


@pytest.mark.django_db
class TestTicket:
    def test_is_given_to_whoever_is_signed_in(self, api, candidate, now):
        answer = api(as_=candidate).post(TICKET)

        assert answer.status_code == 200
        body = answer.json()
        assert body.keys() == {"ticket", "expires_in"}
        assert (len(body["ticket"]), body["expires_in"]) == (43, 10)
        session = sessions_of(viewer=candidate, now=now).get()
        assert spend(purpose="socket", ticket=body["ticket"]) == str(session.pk)
        assert spend(purpose="socket", ticket=body["ticket"]) is None

    def test_lives_as_long_as_is_set(self, api, candidate, settings):
        settings.WEBSOCKET_TICKET_EXPIRY = timedelta(seconds=45)

        assert api(as_=candidate).post(TICKET).json()["expires_in"] == 45

    def test_is_another_each_time(self, api, candidate):
        client = api(as_=candidate)

        assert len({client.post(TICKET).json()["ticket"] for _ in range(5)}) == 5

    def test_is_not_given_to_strangers(self, api):
        assert api().post(TICKET).status_code == 401

    def test_is_asked_for_by_post(self, api, candidate):
        assert api(as_=candidate).get(TICKET).status_code == 405


@pytest.mark.django_db(transaction=True)
class TestPlatform:
    """The ASGI application of the platform, with everything that it puts before the consumers."""

    @pytest.fixture(autouse=True)
    async def _fresh_connections(self):
        channel_layers.backends.clear()
        yield
        await sync_to_async(connections.close_all)()

    @pytest.mark.parametrize("path", ["/ws/", "/ws/notifications/"])
    async def test_what_happens_reaches_the_socket(
        self, api, candidate, recruiter, company, work, now, path
    ):
        @sync_to_async
        def ticket() -> str:
            return api(as_=recruiter).post(TICKET).json()["ticket"]

        @sync_to_async
        def apply() -> None:
            job = JobFactory(company=company, title="Kế toán trưởng")
            submitting.apply(
                actor=candidate, job_id=job.pk, cv_file=pdf(), cover_letter="", now=now
            )
            work.run()

        opened = Socket(application, f"{path}?ticket={await ticket()}")
        assert await opened.connect()

        await apply()

        frame = await opened.receive()
        assert (frame["type"], frame["kind"]) == ("notification", "application_submitted")
        assert frame["message"] == "Trần Thị Bình vừa ứng tuyển vào vị trí “Kế toán trưởng”."
        await opened.disconnect()

    @pytest.mark.parametrize("way", ["tokens", "cookie"])
    async def test_a_socket_ends_with_the_session_that_asked_for_it(self, api, candidate, way):
        client = await sync_to_async(api)(as_=None if way == "cookie" else candidate)
        call = sync_to_async(client.post)
        if way == "cookie":
            body = {"email": candidate.email, "password": PASSWORD}
            assert (await call(f"{BROWSER}auth/login", body, format="json")).status_code == 200
        ticket = (await call(TICKET)).json()["ticket"]
        opened = Socket(application, f"/ws/?ticket={ticket}")
        assert await opened.connect()
        resume = {"type": "resume", "after_id": None}
        assert (await opened.ask(resume))["type"] == "resumed"

        assert (await call("/api/v1/auth/logout/")).status_code == 204

        assert await opened.ask({"type": "ping"}) == {"type": "pong"}
        await opened.send(resume)
        assert await opened.receive_output(5) == {"type": "websocket.close", "code": 4401}
        await opened.disconnect()

    async def test_nobody_enters_without_a_ticket(self):
        for address in ("/ws/", "/ws/?ticket=", "/ws/notifications/?ticket=" + "x" * 43):
            assert not await Socket(application, address).connect()


def receive(opened: ClientConnection) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(opened.recv(timeout=10))
    return frame


@pytest.mark.slow
@pytest.mark.enable_socket
class TestServer:
    def test_brings_what_happens_and_what_was_missed(
        self, server, tickets, candidate, recruiter, company, work, now
    ):
        job = JobFactory(company=company)
        with connect(f"{server}/ws/?ticket={tickets(recruiter)}") as opened:
            applied = submitting.apply(
                actor=candidate, job_id=job.pk, cv_file=pdf(), cover_letter="", now=now
            )
            work.run()
            live = receive(opened)
        assert live["kind"] == "application_submitted"

        pipeline.withdraw_application(actor=candidate, application_id=applied.pk, now=now)
        work.run()
        with connect(f"{server}/ws/?ticket={tickets(recruiter)}") as opened:
            opened.send(json.dumps({"type": "resume", "after_id": live["id"]}))
            missed, end = receive(opened), receive(opened)
            opened.send(json.dumps({"type": "ping"}))
            assert receive(opened) == {"type": "pong"}
        assert missed["kind"] == "application_withdrawn"
        assert end == {"type": "resumed", "last_id": missed["id"], "has_more": False}

    def test_one_of_four_simultaneous_uses_of_a_ticket_connects(self, server, tickets, candidate):
        """In the system before several did, in 198 of 200 rounds (D21)."""

        def use(ticket: str, start: Barrier) -> int:
            start.wait(timeout=20)
            return handshake(f"{server}/ws/notifications/?ticket={ticket}")

        with ThreadPoolExecutor(4) as pool:
            for _ in range(ROUNDS):
                ticket, start = tickets(candidate), Barrier(4)
                statuses = list(pool.map(use, [ticket] * 4, [start] * 4))
                assert sorted(statuses) == [101, 403, 403, 403]

    def test_refuses_pages_of_other_origins(self, server, tickets, candidate, settings):
        """And leaves the ticket to whoever it belongs to (D21)."""
        address = f"{server}/ws/?ticket={tickets(candidate)}"

        assert handshake(address, origin="https://evil.example") == 403
        assert handshake(address, origin=settings.CSRF_TRUSTED_ORIGINS[0]) == 101


def handshake(address: str, **options: Any) -> int:
    """Try to open a socket, and return the status of the server's answer."""
    try:
        with connect(address, open_timeout=20, **options):
            return HTTPStatus.SWITCHING_PROTOCOLS
    except InvalidStatus as refused:
        return refused.response.status_code
