"""Ten thousand applications, exported by a worker that is a process of its own: killed, cancelled, measured."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.applications.services import exporting
from apps.applications.tests.factories import ApplicationFactory
from apps.core.models import Operation, StoredFile, Work
from apps.core.work import sweeping
from apps.jobs.tests.factories import JobFactory
from apps.users.tests.factories import UserFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

EXPORT = "/api/v1/applications/export/"
MANY = 10_000


@pytest.fixture
def crowd(company, recruiter) -> Callable[[int], Any]:
    """Give ``crowd(n)``: a posting of the company that so many people applied to."""

    def applied(count: int) -> Any:
        job = JobFactory(company=company, posted_by=recruiter)
        first = ApplicationFactory(job=job)
        people = [UserFactory.build() for _ in range(count - 1)]
        type(first.candidate).objects.bulk_create(people, batch_size=1_000)
        shared = {
            name: getattr(first, name)
            for name in ("job", "company", "cv", "job_title", "job_slug", "company_name")
        }
        applications = [
            type(first)(candidate=person, applied_at=first.applied_at, **shared)
            for person in people
        ]
        type(first).objects.bulk_create(applications, batch_size=1_000)
        return job

    return applied


@pytest.fixture
def worker(tmp_path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Give ``worker()``: a new worker of the heavy queue, on this test's database and files."""
    database = connection.settings_dict
    url = f"postgresql:///{database['NAME']}?host={database['HOST']}&user={database['USER']}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"{url}&port={database['PORT']}" if database["PORT"] else url,
        "ONETOP_STATE": str(tmp_path),
    }
    command = (
        sys.executable, "-m", "celery", "--app", "onetop_backend.celery", "--quiet", "worker",
        "--queues", "heavy_tasks", "--pool", "prefork", "--concurrency", "1",
        "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING",
    )  # fmt: skip
    running = []

    def start() -> subprocess.Popen[bytes]:
        process = subprocess.Popen(command, env=environment, start_new_session=True)
        running.append(process)
        return process

    yield start
    for process in running:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a worker and its children as a power cut does."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.01)


def is_in(*states: str) -> Callable[[], bool]:
    return lambda: Operation.objects.get().state in states


def results(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "media" / "operations").rglob("*") if path.is_file()]


class TestWorker:
    def test_a_killed_one_s_export_is_finished_by_the_next(
        self, api, recruiter, crowd, worker, tmp_path
    ):
        job, client = crowd(MANY), api(as_=recruiter)
        victim = worker()
        answer = client.post(EXPORT, {"job": str(job.pk)}, format="json")
        assert answer.status_code == 202
        until(is_in("running"))

        kill(victim)

        assert (Operation.objects.get().state, results(tmp_path)) == ("running", [])
        [row] = Work.objects.filter(queue="heavy_tasks")
        assert row.leased_until is not None
        worker()
        # The lease is longer than a test should be: let it be over, and beat's sweep find that.
        Work.objects.filter(pk=row.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
        sweeping.sweep()
        until(is_in("succeeded"))

        operation = client.get(answer.headers["Location"]).json()
        assert operation["progress"]["percent"] == 100
        table = b"".join(client.get(operation["result"]).streaming_content)
        assert table.count(b"\r\n") == MANY + 1
        assert len(results(tmp_path)) == 1
        assert StoredFile.objects.filter(folder="operations").count() == 1
        until(lambda: not Work.objects.filter(queue="heavy_tasks").exists())

    def test_one_that_is_told_to_stop_in_the_middle_leaves_nothing(
        self, api, recruiter, crowd, worker, tmp_path
    ):
        job, client = crowd(MANY), api(as_=recruiter)
        worker()
        location = client.post(EXPORT, {"job": str(job.pk)}, format="json").headers["Location"]
        until(is_in("running"))

        asked = client.post(f"{location}cancel/").json()
        until(is_in("cancelled", "succeeded"))

        assert (asked["state"], asked["cancel_requested"]) == ("running", True)
        told = client.get(location).json()
        assert (told["state"], told["result"]) == ("cancelled", None)
        until(lambda: not Work.objects.filter(queue="heavy_tasks").exists())
        assert results(tmp_path) == []
        assert not StoredFile.objects.filter(folder="operations").exists()


def test_memory_does_not_grow_with_the_applications(crowd, recruiter):
    def peak(count: int) -> int:
        job = crowd(count)
        operation = exporting.request_export(actor=recruiter, job_id=job.pk, language="vi")
        tracemalloc.start()
        exporting.run_export(operation_id=operation.pk, language="vi")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        operation.refresh_from_db()
        assert (operation.state, operation.total) == ("succeeded", count)
        return most

    few, many = peak(2_000), peak(MANY)

    assert many < few * 1.25, f"{few} bytes for 2,000 applications, {many} for {MANY}"
    assert many < 16 * 1024 * 1024
