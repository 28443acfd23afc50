"""Every run of a task is told once, by a line and a count."""

from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

import pytest
from celery import current_app
from django.utils import timezone

from apps.core import logs, metrics
from apps.core.models import Work
from apps.core.work import task

pytestmark = pytest.mark.django_db

failing: list[Exception] = []


@task(queue="maintenance", attempts=2, retry_after=1)
def told_sample(**_: Any) -> None:
    if failing:
        raise failing[0]


SAMPLE = f"{told_sample.__module__}.told_sample"


@pytest.fixture(autouse=True)
def _fresh(caplog):
    failing.clear()
    metrics.flush()
    metrics.erase()
    caplog.set_level(logging.INFO)


def lines(caplog) -> list[dict[str, Any]]:
    return [record.msg for record in caplog.records if record.name == "onetop.task"]


def row() -> Work:
    return Work.objects.create(
        task=SAMPLE,
        key="sample",
        queue="maintenance",
        due_at=timezone.now(),
        max_attempts=2,
        context={"request_id": "r-1", "actor_id": "a-1"},
    )


def deliver(work_id) -> None:
    """Do what a worker does with a message."""
    current_app.tasks[SAMPLE](work_id=str(work_id))


def outcomes() -> dict[str, int]:
    metrics.flush()
    return {
        names[2]: number
        for names, number in metrics.read().of("task").items()
        if names[1] == SAMPLE and names[3] == "n"
    }


def test_a_row_that_is_done(caplog):
    deliver(row().id)
    (line,) = lines(caplog)

    assert line.pop("ms") >= 0
    assert line.pop("timestamp") <= timezone.now()
    assert line == {
        "event": "task",
        "task": SAMPLE,
        "queue": "maintenance",
        "outcome": "done",
        "request_id": "r-1",
        "actor_id": "a-1",
        "logger": "onetop.task",
        "level": "info",
    }
    assert logs.bound_context() == {}
    assert outcomes() == {"done": 1}


def test_a_row_that_fails_and_then_is_given_up(caplog):
    failing.append(ValueError("Key (email)=(an@example.vn)"))
    written = row()
    for _ in range(2):
        Work.objects.update(due_at=timezone.now())
        deliver(written.id)

    assert [(line["outcome"], line["level"]) for line in lines(caplog)] == [
        ("failed", "warning"),
        ("dead", "warning"),
    ]
    assert all(line["request_id"] == "r-1" for line in lines(caplog))
    assert "example" not in str(lines(caplog))
    assert outcomes() == {"failed": 1, "dead": 1}


def test_a_message_whose_row_is_gone(caplog):
    deliver(uuid4())

    assert [line["outcome"] for line in lines(caplog)] == ["skipped"]
    assert outcomes() == {"skipped": 1}


def test_what_the_clock_starts(caplog):
    current_app.tasks[SAMPLE]()
    failing.append(ValueError("Key (email)=(an@example.vn)"))
    with pytest.raises(ValueError, match="Key"):
        current_app.tasks[SAMPLE]()
    done, failed = lines(caplog)

    assert (done["outcome"], failed["outcome"], failed["error"]) == ("done", "failed", "ValueError")
    assert "example" not in str(failed)
    assert outcomes() == {"done": 1, "failed": 1}
