"""The socket of notifications: what is new comes by itself, what was missed when it is asked for."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async

from apps.core.realtime.push import push
from apps.notifications import selectors
from apps.notifications.tests.sockets.calls import (
    answers,
    in_database,
    is_silent,
    push_all,
    tell,
    ticket_for,
)

pytestmark = pytest.mark.django_db(transaction=True)


class TestLive:
    @pytest.mark.parametrize("path", ["/ws/notifications/", "/ws/"])
    async def test_a_notification_arrives_in_the_persons_language(self, candidate, opened, path):
        socket = await opened(candidate, path)

        (notification_id,) = await tell(candidate, job="Kế toán")
        await push_all()

        frame = await socket.receive()
        assert frame.keys() == {
            "type", "id", "kind", "verb", "description", "message", "target", "is_read",
            "created_at",
        }  # fmt: skip
        assert (frame["type"], frame["id"]) == ("notification", notification_id)
        assert frame["message"] == (
            "Công ty Đại Việt đã xem đơn ứng tuyển của bạn vào vị trí “Kế toán”."
        )
        assert frame["created_at"] == "2026-11-22T12:00:00+07:00"
        assert frame["is_read"] is False

    async def test_only_the_recipient_gets_it_on_every_socket(self, candidate, recruiter, opened):
        first, second = await opened(candidate), await opened(candidate, "/ws/")
        other = await opened(recruiter)

        ids = await tell(candidate)
        await push_all()

        assert [(await first.receive())["id"], (await second.receive())["id"]] == ids * 2
        assert await is_silent(other)

    async def test_overtaken_hints_bring_everything_in_order_once(self, candidate, opened):
        socket = await opened(candidate)
        older, newer = await tell(candidate, 2)

        await push_all(newer, older)

        assert [(await socket.receive())["id"] for _ in range(2)] == [older, newer]
        assert await is_silent(socket)

    async def test_a_doubled_hint_brings_nothing_twice(self, candidate, opened):
        socket = await opened(candidate)
        (notification_id,) = await tell(candidate)
        hint = {"type": "notification", "id": notification_id}

        for _ in range(3):
            await sync_to_async(push)(candidate.pk, hint)

        assert (await socket.receive())["id"] == notification_id
        assert await is_silent(socket)

    async def test_a_lost_hint_is_made_up_for_by_the_next(self, candidate, opened):
        socket = await opened(candidate)
        lost, arrived = await tell(candidate, 2)

        await push_all(arrived)

        assert [(await socket.receive())["id"] for _ in range(2)] == [lost, arrived]

    async def test_many_at_once_come_page_by_page(self, candidate, opened, monkeypatch):
        monkeypatch.setattr(selectors, "PAGE", 2)
        socket = await opened(candidate)
        ids = await tell(candidate, 5)

        await push_all(ids[-1])

        assert [(await socket.receive())["id"] for _ in range(5)] == ids

    async def test_what_came_before_is_not_sent_unasked(self, candidate, opened):
        await tell(candidate, 2)
        socket = await opened(candidate)

        await push_all()

        assert await is_silent(socket)

    async def test_frames_of_other_kinds_pass(self, candidate, opened):
        socket = await opened(candidate)

        await sync_to_async(push)(candidate.pk, {"type": "presence", "who": "somebody"})

        assert await socket.receive() == {"type": "presence", "who": "somebody"}


class TestResume:
    async def test_brings_what_was_missed_in_order_exactly_once(self, candidate, opened):
        ids = await tell(candidate, 4)
        socket = await opened(candidate)
        await push_all()

        missed, end = await answers(socket, {"type": "resume", "after_id": ids[0]})

        assert missed == ids[1:]
        assert end == {"type": "resumed", "last_id": ids[-1], "has_more": False}
        assert await is_silent(socket)

    async def test_follows_the_feed_and_not_the_ids(self, candidate, opened):
        """Of two transactions the one with the smaller id may commit last; it must not be passed over."""
        known, missed = await tell(candidate, 2)
        await in_database(swap_ids)(known, missed)
        socket = await opened(candidate)

        came, _ = await answers(socket, {"type": "resume", "after_id": missed})

        assert came == [known]

    async def test_comes_in_pages_and_holds_back_what_is_new(self, candidate, opened, monkeypatch):
        monkeypatch.setattr(selectors, "PAGE", 2)
        ids = await tell(candidate, 4)
        socket = await opened(candidate)

        page, end = await answers(socket, {"type": "resume", "after_id": ids[0]})
        assert (page, end["last_id"], end["has_more"]) == (ids[1:3], ids[2], True)

        (new,) = await tell(candidate)
        await push_all(new)
        assert await is_silent(socket)

        page, end = await answers(socket, {"type": "resume", "after_id": end["last_id"]})
        assert (page, end["last_id"], end["has_more"]) == ([ids[3], new], new, False)

        (newest,) = await tell(candidate)
        await push_all(newest)
        assert (await socket.receive())["id"] == newest
        assert await is_silent(socket)

    async def test_does_not_repeat_what_this_socket_brought(self, candidate, opened):
        ids = await tell(candidate, 3)
        socket = await opened(candidate)
        (live,) = await tell(candidate)
        await push_all(live)
        assert (await socket.receive())["id"] == live

        missed, end = await answers(socket, {"type": "resume", "after_id": ids[0]})

        assert (missed, end["last_id"], end["has_more"]) == (ids[1:], live, False)

    async def test_begins_at_the_beginning_for_a_client_that_knows_nothing(self, candidate, opened):
        socket = await opened(candidate)
        assert await answers(socket, {"type": "resume", "after_id": None}) == (
            [],
            {"type": "resumed", "last_id": None, "has_more": False},
        )
        ids = await tell(candidate, 2)
        again = await opened(candidate)
        missed, end = await answers(again, {"type": "resume", "after_id": None})
        assert (missed, end["last_id"]) == (ids, ids[-1])

    async def test_believes_a_client_that_knows_more(self, candidate, opened):
        """It may have read the list after the socket was open; what it has seen there does not come again."""
        socket = await opened(candidate)
        ids = await tell(candidate, 2)

        missed, end = await answers(socket, {"type": "resume", "after_id": ids[1]})
        assert (missed, end["last_id"]) == ([], ids[1])

        await push_all()
        assert await is_silent(socket)

    async def test_a_reconnected_client_gets_every_one_once(self, candidate, opened):
        """Between any two connections some notifications are live, some missed; together they are the feed."""
        seen: list[str] = []
        position = None
        for missed, live in ((2, 1), (0, 3), (3, 0), (1, 2)):
            await tell(candidate, missed)
            socket = await opened(candidate)
            came, end = await answers(socket, {"type": "resume", "after_id": position})
            seen += came
            for _ in range(live):
                await push_all(*await tell(candidate))
                seen.append((await socket.receive())["id"])
            position = seen[-1]
            assert end["has_more"] is False

        assert seen == await in_database(feed_of)(candidate)

    @pytest.mark.parametrize("after_id", ["", "nonsense", 7, True, [], {}, 1.5])
    async def test_refuses_what_is_no_id_and_lives_on(self, candidate, opened, after_id):
        socket = await opened(candidate)

        answer = await socket.ask({"type": "resume", "after_id": after_id, "ref": "r1"})

        assert answer == {"type": "error", "code": "invalid_input", "ref": "r1"}
        assert await is_silent(socket)

    async def test_refuses_a_frame_without_an_id(self, candidate, opened):
        socket = await opened(candidate)
        assert (await socket.ask({"type": "resume"}))["code"] == "invalid_input"

    async def test_does_not_know_somebody_elses(self, candidate, recruiter, opened):
        (theirs,) = await tell(recruiter)
        socket = await opened(candidate)

        for after_id in (theirs, str(uuid4())):
            answer = await socket.ask({"type": "resume", "after_id": after_id})
            assert answer["code"] == "notification_not_found"
        assert await is_silent(socket)


class TestTheWayIn:
    async def test_a_ticket_opens_one_socket_of_four_at_once(self, candidate, dial):
        """The system before let several in, 198 times of 200 (D21)."""
        for _ in range(25):
            ticket = await ticket_for(candidate)
            sockets = [await dial(candidate, ticket=ticket) for _ in range(4)]
            accepted = await asyncio.gather(*(socket.connect() for socket in sockets))
            assert sorted(accepted) == [False, False, False, True]
            await sockets[accepted.index(True)].disconnect()

    async def test_an_account_that_was_switched_off_meanwhile_stays_out(self, candidate, dial):
        socket = await dial(candidate)
        candidate.is_active = False
        await in_database(candidate.save)()

        assert not await socket.connect()

    async def test_a_recruiter_who_is_not_approved_stays_out(self, pending_recruiter, dial):
        assert not await (await dial(pending_recruiter)).connect()

    @pytest.mark.parametrize("path", ["/ws/elsewhere/", "/ws/notifications/x/", "/"])
    async def test_there_is_no_other_door(self, candidate, dial, path):
        assert not await (await dial(candidate, path)).connect()


def swap_ids(one: str, other: str) -> None:
    """Give two notifications each other's ids."""
    from apps.notifications.models import Notification

    rows = Notification.objects
    spare = uuid4()
    rows.filter(pk=one).update(id=spare)
    rows.filter(pk=other).update(id=one)
    rows.filter(pk=spare).update(id=other)


def feed_of(person) -> list[str]:
    return [str(row.pk) for row in selectors.notifications_of(viewer=person)][::-1]
