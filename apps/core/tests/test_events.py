from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import transaction

from apps.core import events, relay
from apps.core.enums import MailState
from apps.core.events import Event, event, on, publish
from apps.core.ids import uuid7
from apps.core.models import Work

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Noticed(Event):
    """A fact of these tests, with every kind of field that an event may have."""

    id: UUID
    times: int
    state: MailState
    by: UUID | None


event("core_tests.noticed")(Noticed)
heard: list[tuple[str, Noticed]] = []
broken = {"handler": True}


@on(Noticed)
def hear(fact: Noticed) -> None:
    heard.append(("hear", fact))


@on(Noticed)
def break_down(fact: Noticed) -> None:
    if broken["handler"]:
        Work.objects.create(task="never", key="half", queue="celery", due_at=AT, max_attempts=1)
        raise ValueError("this subscriber is broken")
    heard.append(("break_down", fact))


@pytest.fixture(autouse=True)
def _fresh():
    heard.clear()
    broken["handler"] = True


@pytest.fixture
def fact() -> Noticed:
    return Noticed(occurred_at=AT, id=uuid7(), times=2, state=MailState.SENT, by=None)


class TestPublish:
    def test_needs_a_transaction(self, fact, monkeypatch):
        connection = transaction.get_connection()
        monkeypatch.setattr(connection, "in_atomic_block", False)

        with pytest.raises(RuntimeError, match=r"core_tests\.noticed was published outside"):
            publish(fact)

        monkeypatch.undo()
        assert Work.objects.count() == 0

    def test_writes_one_row_for_each_subscriber(self, fact):
        publish(fact)

        rows = Work.objects.order_by("id")
        assert [row.task.rpartition(".")[2] for row in rows] == ["hear", "break_down"]
        assert {row.queue for row in rows} == {"relay"}

    def test_gives_the_event_back_as_it_was(self, fact):
        broken["handler"] = False
        publish(fact)

        assert relay.drain() == 2
        assert heard == [("hear", fact), ("break_down", fact)]
        assert Work.objects.count() == 0

    def test_one_failing_subscriber_neither_blocks_nor_repeats_another(self, fact):
        publish(fact)
        relay.drain()

        assert heard == [("hear", fact)]
        left = Work.objects.get()
        assert left.task.endswith(".break_down")
        assert left.attempts == 1
        assert left.last_error == "ValueError: this subscriber is broken"
        assert left.dead_at is None
        assert left.due_at > left.created_at

    def test_an_event_without_subscribers_costs_nothing(self, queries):
        @dataclasses.dataclass(frozen=True, kw_only=True)
        class Unheard(Event):
            pass

        with queries(0):
            publish(Unheard(occurred_at=AT))


class TestRegistration:
    def test_refuses_a_name_twice(self):
        with pytest.raises(ValueError, match="declared twice"):
            event("core_tests.noticed")(Noticed)

    def test_refuses_a_handler_twice(self):
        with pytest.raises(ValueError, match="declared twice"):
            on(Noticed)(hear)

    def test_lists_events_and_their_subscribers(self):
        assert events.registered_events()["core_tests.noticed"] is Noticed
        assert [path.rpartition(".")[2] for path in events.subscribers_of(Noticed)] == [
            "hear",
            "break_down",
        ]
