from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import structlog
from django.db import connections, transaction
from django.utils import timezone

from apps.core.models import Work
from apps.core.work import broker, outbox, task
from apps.core.work.specs import spec_of

pytestmark = pytest.mark.django_db

done: list[dict[str, Any]] = []
failing: list[Exception] = []


@task(queue="celery", attempts=2, retry_after=40)
def sample(*, number: int, **_: Any) -> None:
    if failing:
        raise failing[0]
    done.append({"number": number, **structlog.contextvars.get_contextvars()})


SAMPLE = f"{sample.__module__}.sample"


@pytest.fixture(autouse=True)
def _fresh():
    done.clear()
    failing.clear()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    """The messages that would ring for rows; the broker is the edge of this module."""
    messages: list[str] = []

    def send(task: str, *, queue: str, work_id: Any) -> bool:
        messages.append(work_id)
        return True

    monkeypatch.setattr(broker, "send", send)
    return messages


def added(**changes: Any) -> Work:
    outbox.add(SAMPLE, key="sample:1", number=1)
    Work.objects.update(**changes)
    return Work.objects.get()


class TestAdd:
    def test_rolls_back_with_its_transaction(self):
        with transaction.atomic():
            outbox.add(SAMPLE, key="sample:1", number=1)
            transaction.set_rollback(True)

        assert Work.objects.count() == 0

    def test_needs_a_transaction(self, monkeypatch):
        monkeypatch.setattr(transaction.get_connection(), "in_atomic_block", False)

        with pytest.raises(RuntimeError, match="outside a transaction"):
            outbox.add(SAMPLE, key="sample:1", number=1)

    def test_keeps_one_row_for_a_key(self):
        outbox.add(SAMPLE, key="sample:1", number=1)
        outbox.add(SAMPLE, key="sample:1", number=2)

        assert Work.objects.get().args == {"number": 1}

    def test_refuses_an_unknown_task(self):
        with pytest.raises(LookupError, match="not a declared task"):
            outbox.add("apps.core.tasks.nothing", key="x")

    def test_rings_after_the_commit_only(self, sent, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            outbox.add(SAMPLE, key="sample:1", number=1)
            assert sent == []

        assert sent == [Work.objects.get().id]

    def test_leaves_what_could_not_be_sent_to_the_next_sweep(
        self, monkeypatch, django_capture_on_commit_callbacks
    ):
        monkeypatch.setattr(broker, "send", lambda task, **_: False)
        with django_capture_on_commit_callbacks(execute=True):
            outbox.add(SAMPLE, key="sample:1", number=1)

        assert Work.objects.get().sent_at is None

    def test_leaves_later_work_to_the_sweep(self, sent, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            outbox.add(SAMPLE, key="sample:1", due_at=timezone.now() + timedelta(hours=1), number=1)

        assert sent == []
        assert Work.objects.get().sent_at is None

    def test_a_dead_row_keeps_nobody_from_asking_again(self):
        added(dead_at=timezone.now())
        outbox.add(SAMPLE, key="sample:1", number=2)

        assert Work.objects.get(dead_at=None).args == {"number": 2}


class TestExecute:
    def test_does_the_work_once_and_removes_the_row(self):
        row = added()

        assert outbox.execute(row.id) is True
        assert outbox.execute(row.id) is False
        assert done == [{"number": 1}]

    def test_carries_request_and_actor_on(self):
        with structlog.contextvars.bound_contextvars(request_id="req-1", actor_id="me", noise=1):
            row = added()

        outbox.execute(row.id)
        assert done == [{"number": 1, "request_id": "req-1", "actor_id": "me"}]

    def test_leaves_a_row_that_another_holds(self):
        later = timezone.now() + timedelta(seconds=30)
        row = added(claim_id="6f6e6574-6f70-4d65-8d6f-000000000001", leased_until=later)

        assert outbox.execute(row.id) is False
        assert done == []

    def test_takes_over_when_the_lease_ran_out(self):
        before = timezone.now() - timedelta(seconds=1)
        row = added(
            claim_id="6f6e6574-6f70-4d65-8d6f-000000000001", leased_until=before, attempts=1
        )

        assert outbox.execute(row.id) is True
        assert done == [{"number": 1}]

    def test_waits_until_it_is_due(self):
        row = added(due_at=timezone.now() + timedelta(minutes=1))

        assert outbox.execute(row.id) is False

    def test_a_failure_is_kept_and_tried_later_then_given_up(self):
        row = added()
        failing.append(ValueError("no luck"))
        outbox.execute(row.id)
        row.refresh_from_db()

        assert (row.attempts, row.last_error, row.dead_at) == (1, "ValueError: no luck", None)
        assert row.claim_id is None
        wait = (row.due_at - timezone.now()).total_seconds()
        assert 38 < wait < 51

        Work.objects.update(due_at=timezone.now())
        outbox.execute(row.id)
        row.refresh_from_db()
        assert row.attempts == 2
        assert row.dead_at is not None

        Work.objects.update(due_at=timezone.now())
        assert outbox.execute(row.id) is False


class TestDeclaration:
    def test_a_lease_must_outlive_the_hard_limit(self):
        with pytest.raises(ValueError, match="must outlive"):
            task(queue="celery", hard_limit=30, lease=30)(sample)

    def test_is_found_by_name(self):
        assert spec_of("apps.core.tasks.deliver_mail").lease == timedelta(seconds=30)


@pytest.mark.django_db(transaction=True)
class TestManyWorkers:
    def test_each_row_is_done_by_one_of_them(self):
        now = timezone.now()
        rows = Work.objects.bulk_create(
            Work(
                task=SAMPLE,
                args={"number": n},
                key=f"k{n}",
                queue="celery",
                due_at=now,
                max_attempts=2,
            )
            for n in range(50)
        )

        def worker(_: int) -> int:
            try:
                return sum(outbox.execute(row.id) for row in rows)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as pool:
            counts = list(pool.map(worker, range(4)))

        assert sum(counts) == 50
        assert sorted(entry["number"] for entry in done) == list(range(50))
        assert Work.objects.count() == 0
