"""``queue_status`` and ``requeue_dead`` on rows of every state."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.core.models import Audit, Work
from apps.core.work import task

pytestmark = pytest.mark.django_db

done: list[int] = []


@task(queue="heavy_tasks", attempts=1)
def chore(*, number: int, **_: Any) -> None:
    done.append(number)


@task(queue="maintenance", attempts=1)
def other_chore(**_: Any) -> None:
    """Do nothing."""


CHORE = f"{chore.__module__}.chore"
OTHER = f"{other_chore.__module__}.other_chore"


def row(*, task=CHORE, queue="heavy_tasks", due=timedelta(), leased=False, dead=None, number=0):
    now = timezone.now()
    return Work.objects.create(
        task=task,
        args={"number": number},
        key=f"chore:{uuid4()}",
        queue=queue,
        due_at=now + due,
        max_attempts=1,
        claim_id=uuid4() if leased else None,
        leased_until=now + timedelta(minutes=1) if leased else None,
        attempts=1 if dead is not None else 0,
        dead_at=now - dead if dead is not None else None,
        last_error="OSError: no more paper" if dead is not None else "",
    )


class TestQueueStatus:
    def test_counts_the_rows_of_a_queue_by_what_they_wait_for(self):
        row(due=-timedelta(seconds=90))
        row(due=-timedelta(seconds=5))
        row(due=timedelta(hours=1))
        row(leased=True)
        for _ in range(3):
            row(dead=timedelta(hours=1))
        output = io.StringIO()

        # Nobody works here, and that is a failure.
        with pytest.raises(CommandError, match=r"^no worker: celery, critical, relay, "):
            call_command("queue_status", "--json", stdout=output)

        rows = {queue["name"]: queue for queue in json.loads(output.getvalue())["queues"]}
        heavy = rows["heavy_tasks"]
        assert [heavy[name] for name in ("due", "later", "leased", "dead")] == [2, 1, 1, 3]
        assert 90 <= heavy["oldest_due_seconds"] < 150
        assert (heavy["workers"], heavy["problem"]) == ([], "no worker")

    def test_names_rows_of_a_queue_that_nobody_declared(self):
        row(queue="forgotten")
        output = io.StringIO()

        with pytest.raises(CommandError, match="not a declared queue: forgotten"):
            call_command("queue_status", stdout=output)

        head, *lines = output.getvalue().splitlines()
        assert head.split() == [
            "queue", "messages", "due", "later", "leased", "dead", "oldest", "workers",
        ]  # fmt: skip
        assert lines[-1].split()[0] == "forgotten"

    @pytest.mark.parametrize("seconds", ["0", "soon", "1e9"])
    def test_refuses_to_watch_without_sense(self, seconds):
        with pytest.raises(CommandError, match=r"write seconds, from 0\.1 to 3600"):
            call_command("queue_status", "--watch", seconds)


def requeue(*options):
    output = io.StringIO()
    call_command("requeue_dead", *map(str, options), stdout=output)
    return output.getvalue()


def living():
    return set(Work.objects.filter(dead_at__isnull=True).values_list("pk", flat=True))


@pytest.fixture
def dead_rows():
    done.clear()
    return [
        row(dead=timedelta(hours=3), number=1),
        row(dead=timedelta(minutes=5), number=2),
        row(dead=timedelta(hours=1), task=OTHER, queue="maintenance"),
    ]


class TestRequeueDead:
    def test_has_all_of_it_done_with_an_entry_in_the_trail_for_each(self, dead_rows, work):
        printed = requeue("--yes")

        assert printed.splitlines()[-1] == "3 will be tried again."
        assert f"{dead_rows[0].pk}  {CHORE}" in printed
        assert set(Audit.objects.values_list("verb", "subject_id", "actor_id")) == {
            ("requeued", each.pk, None) for each in dead_rows
        }
        work.run()
        assert sorted(done) == [1, 2]
        assert not Work.objects.exists()

    @pytest.mark.parametrize(
        ("options", "chosen"),
        [
            (["--task", CHORE], [0, 1]),
            (["--older-than", "30m"], [0, 2]),
            (["--task", CHORE, "--older-than", "2h"], [0]),
            (["--older-than", "1d"], []),
        ],
    )
    def test_takes_what_is_asked_for(self, dead_rows, options, chosen):
        requeue("--yes", *options)

        assert living() == {dead_rows[place].pk for place in chosen}

    def test_takes_rows_by_id(self, dead_rows):
        told = json.loads(requeue("--json", "--yes", "--id", dead_rows[1].pk, dead_rows[2].pk))

        assert living() == {dead_rows[1].pk, dead_rows[2].pk}
        assert {(each["id"], each["outcome"]) for each in told["work"]} == {
            (str(dead_rows[1].pk), "requeued"),
            (str(dead_rows[2].pk), "requeued"),
        }

    def test_changes_nothing_when_it_is_only_to_show(self, dead_rows):
        printed = requeue("--dry-run")

        assert printed.splitlines()[-1] == "3 would be tried again."
        assert living() == set()
        assert not Audit.objects.exists()

    @pytest.mark.parametrize(("answer", "number"), [("y", 3), ("n", 0), ("", 0)])
    def test_asks_first(self, dead_rows, monkeypatch, answer, number):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{answer}\n"))

        if number:
            requeue()
        else:
            with pytest.raises(CommandError, match=r"^Nothing was changed\.$"):
                requeue()

        assert len(living()) == number

    def test_refuses_when_nobody_can_be_asked(self, dead_rows, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO())

        with pytest.raises(CommandError, match="add --yes"):
            requeue()
        with pytest.raises(CommandError, match="--json asks no questions"):
            requeue("--json")
        assert living() == set()

    def test_leaves_work_that_was_asked_for_again(self, dead_rows):
        again = row()
        Work.objects.filter(pk=again.pk).update(key=dead_rows[0].key)

        printed = requeue("--yes", "--task", CHORE)

        assert printed.splitlines()[-1] == (
            "1 will be tried again. 1 not: the same work is waiting already, or is done."
        )
        assert living() == {again.pk, dead_rows[1].pk}

    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            (["--task", "apps.core.tasks.nothing"], "There is no task apps.core.tasks.nothing."),
            (["--id", "12"], "'12' is not the id of a row"),
            (["--id", str(uuid4())], "No dead work: "),
            (["--older-than", "2 weeks"], "'2 weeks': write 90s, 30m, 2h or 7d"),
        ],
    )
    def test_refuses_what_is_not_there(self, dead_rows, options, reason):
        with pytest.raises(CommandError) as refused:
            requeue("--yes", *options)

        assert reason in str(refused.value)
        assert living() == set()
