"""The sweep against a real broker: what it sends again, when, and above all what it does not."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from celery import current_app
from django.utils import timezone

from apps.core.models import Work
from apps.core.work import broker, sweeping, task

pytestmark = pytest.mark.django_db


@task(queue="search", attempts=2)
def forage(**_: Any) -> None:
    """Never runs here: these tests have no worker."""


FORAGE = f"{forage.__module__}.forage"


class Queues:
    """What the broker holds."""

    def __init__(self, redis: Any) -> None:
        self.redis = redis

    def ids(self, queue: str = "search") -> list[str]:
        """Return the rows that a queue's messages ring for, oldest first, and empty it."""
        messages = [json.loads(message) for message in reversed(self.redis.lrange(queue, 0, -1))]
        self.redis.delete(queue)
        bodies = [json.loads(b64decode(message["body"])) for message in messages]
        return [kwargs.get("work_id", "") for _, kwargs, _ in bodies]


@pytest.fixture
def queues() -> Iterator[Queues]:
    with current_app.connection_or_acquire() as connection:
        redis = connection.default_channel.client
        redis.flushdb()
        broker.remember()
        yield Queues(redis)
        redis.flushdb()


@pytest.fixture
def rows() -> Callable[..., list[Work]]:
    """Give ``rows(n, seconds=s, …)``: n rows, due and sent so many seconds ago, one after the other."""

    def make(count: int = 1, *, seconds: float = 0, **values: Any) -> list[Work]:
        at = timezone.now() - timedelta(seconds=seconds)
        made = []
        for number in range(count):
            moment = at + timedelta(milliseconds=number)
            told = {"task": FORAGE, "queue": "search", "due_at": at, "sent_at": moment, **values}
            made.append(Work(key=uuid4().hex, max_attempts=2, **told))
        return Work.objects.bulk_create(made)

    return make


def send(*rows: Work) -> None:
    for row in rows:
        broker.send(row.task, queue=row.queue, work_id=row.id)


def ids(rows: list[Work]) -> list[str]:
    return [str(row.id) for row in rows]


EXPIRED = {"claim_id": uuid4(), "leased_until": timezone.now() - timedelta(hours=1)}


class TestLostMessages:
    def test_are_waited_for_a_minute(self, queues, rows):
        rows(seconds=50)
        assert sweeping.sweep() == 0

        [late] = rows(seconds=61)
        assert sweeping.sweep() == 1
        assert sweeping.sweep() == 0
        assert queues.ids() == [str(late.id)]

    def test_are_no_more_than_the_queue_lacks(self, queues, rows):
        waiting = rows(300, seconds=300)
        send(*waiting[3:])
        assert sweeping.sweep() == 3
        assert queues.ids()[-3:] == ids(waiting[:3])

    def test_are_none_while_every_row_has_one(self, queues, rows):
        send(*rows(200, seconds=300), *rows(5, seconds=3))
        assert [sweeping.sweep() for _ in range(3)] == [0, 0, 0]

    def test_of_one_queue_are_not_hidden_by_another(self, queues, rows):
        send(*rows(20, seconds=300, queue="mail"))
        lost = rows(2, seconds=300)
        assert sweeping.sweep() == 2
        assert queues.ids() == ids(lost)
        assert len(queues.ids("mail")) == 20

    def test_are_sent_a_thousand_at_a_time(self, queues, rows):
        waiting = rows(1_100, seconds=300)
        assert [sweeping.sweep() for _ in range(3)] == [1_000, 100, 0]
        assert queues.ids() == ids(waiting)

    def test_stay_lost_while_the_broker_is_away(self, queues, rows, monkeypatch):
        rows(3, seconds=300)
        rows(3, sent_at=None)
        tried: list[Any] = []
        monkeypatch.setattr(broker, "waiting", lambda queue: None)
        monkeypatch.setattr(broker, "send", lambda *row, **_: tried.append(row))
        assert sweeping.sweep() == 0
        assert len(tried) == 1
        assert Work.objects.filter(sent_at=None).count() == 3


class TestEmptiedBroker:
    def test_gets_everything_again_a_thousand_at_a_time_and_once(self, queues, rows):
        waiting = rows(1_200, seconds=5)
        send(waiting[0])
        queues.redis.flushall()

        assert [sweeping.sweep() for _ in range(3)] == [1_000, 200, 0]
        assert queues.ids() == ids(waiting)

    def test_gets_nothing_twice_that_it_holds(self, queues, rows):
        lost = rows(3, seconds=5)
        queues.redis.flushall()
        send(*rows(4))
        assert [sweeping.sweep(), sweeping.sweep()] == [3, 0]
        assert queues.ids()[-3:] == ids(lost)

    def test_does_not_get_what_a_worker_has_or_what_is_not_due(self, queues, rows):
        later = timezone.now() + timedelta(hours=1)
        rows(claim_id=uuid4(), leased_until=later)
        rows(due_at=later)
        rows(dead_at=timezone.now())
        queues.redis.flushall()
        assert sweeping.sweep() == 0

    def test_is_noticed_until_a_sweep_has_written_it_down(self, queues):
        queues.redis.flushall()
        assert broker.lost_its_memory()
        assert broker.lost_its_memory()
        sweeping.sweep()
        assert not broker.lost_its_memory()


class TestLostWorkers:
    def test_leave_rows_that_are_sent_at_once(self, queues, rows):
        [row] = rows(attempts=1, **EXPIRED)
        assert sweeping.sweep() == 1
        row.refresh_from_db()
        assert (row.claim_id, row.attempts) == (None, 1)
        assert queues.ids() == [str(row.id)]

    def test_that_died_of_the_last_attempt_leave_a_dead_row(self, queues, rows):
        [row] = rows(attempts=2, **EXPIRED)
        assert sweeping.sweep() == 0
        row.refresh_from_db()
        assert row.dead_at is not None
        assert row.last_error == "the worker died or was killed at its time limit"


class TestRemovedTasks:
    def test_stay_visible_and_then_die_while_the_rest_goes_on(self, queues, rows):
        [young] = rows(seconds=120, task="apps.core.tasks.removed")
        [old] = rows(seconds=7_200, task="apps.removed.tasks.removed")
        [known] = rows(seconds=7_200)
        assert sweeping.sweep() == 2
        for row in (young, old, known):
            row.refresh_from_db()
        assert [row.dead_at is None for row in (young, old, known)] == [True, False, True]
        assert old.last_error == "there is no such task"
        assert set(queues.ids()) == {str(young.id), str(known.id)}


class TestRelay:
    def test_is_rung_once_for_events_left_behind(self, queues, rows):
        rows(2, queue="relay", task="x")
        assert [sweeping.sweep() for _ in range(3)] == [0, 0, 0]
        assert queues.ids("relay") == [""]

    def test_is_not_rung_for_what_another_does(self, queues, rows):
        rows(
            queue="relay",
            task="x",
            claim_id=uuid4(),
            leased_until=timezone.now() + timedelta(hours=1),
        )
        sweeping.sweep()
        assert queues.ids("relay") == []


class TestTwoAtOnce:
    """As from two beats."""

    def test_send_what_one_would(self, queues, rows, at_once):
        waiting = rows(900, seconds=300)
        assert sum(at_once(4, lambda _: sweeping.sweep())) == 900
        assert sorted(queues.ids()) == sorted(ids(waiting))
