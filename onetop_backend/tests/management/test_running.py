"""What operators see of a platform that works, and of one whose worker died."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from celery import Celery
from django.utils import timezone

from apps.core.models import Work
from onetop_backend.celery import ANSWER
from onetop_backend.settings.queues import QUEUES, WORKERS
from onetop_backend.tests.documents.pages import blocks_of
from onetop_backend.tests.management.running import Installation
from onetop_backend.tests.management.servers import MailServer, SentryServer, serving

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PAGE = "docs/operations.md"


@pytest.fixture(scope="module")
def installation(tmp_path_factory, django_db_setup) -> Iterator[Installation]:
    """Give an installation that works already."""
    folder = tmp_path_factory.mktemp("onetop")
    with serving(MailServer()) as mail, serving(SentryServer()) as sentry:
        running = Installation(
            folder,
            EMAIL_HOST="localhost",
            EMAIL_PORT=str(mail.server_address[1]),
            SENTRY_DSN=sentry.dsn,
            SECRETS=str(folder / "secrets"),
            PASSWORD="mot-mat-khau-dai",
        )
        try:
            ready = running.manage("check_stack", "--seconds", "90")
            assert ready.returncode == 0, ready.stdout + ready.stderr
            yield running
        finally:
            for name in running.programs:
                running.kill(name)


@pytest.fixture
def new_heavy_worker(installation: Installation) -> Iterator[None]:
    """Whatever a test did to the worker of heavy tasks, the others find a fresh one."""
    yield
    installation.kill("heavy")
    installation.start("heavy")
    back = installation.manage("check_stack", "--seconds", "90", "--only", "queue:heavy_tasks")
    assert back.returncode == 0, back.stdout


def plain(text: str, installation: Installation) -> list[str]:
    """Return lines without what differs from time to time: ids, numbers, widths of columns, folders."""
    text = text.replace(str(installation.folder), "/srv/onetop")
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}", "ID", text)
    text = re.sub(r"\d+(\.\d+)?[KM]?", "N", text)
    return [re.sub(r" +", " ", line).strip() for line in text.splitlines()]


def test_the_page_for_operators_says_what_is_printed(installation):
    now = timezone.now()
    Work.objects.create(
        task="apps.core.tasks.deliver_mail", args={"mail_id": "01a212ce-6af3-7598-9389-e523d4b96074"},
        key="mail:lost", queue="mail", due_at=now, attempts=8, max_attempts=8, dead_at=now - timedelta(hours=1),
        last_error="OSError: the mail server is away",
    )  # fmt: skip
    asked, differences = 0, {}

    for block, answer in pairwise(blocks_of(PAGE)):
        if (block.language, answer.language) == ("sh", "text"):
            done = installation.shell(block.text)
            assert done.returncode == 0, (block.text, done.stdout, done.stderr)
            asked += 1
            told, seen = plain(answer.text, installation), plain(done.stdout, installation)
            if sorted(told) != sorted(seen):
                differences[block.text] = (told, seen)

    assert differences == {}
    assert asked == 9


def test_every_queue_is_consumed_by_the_program_that_declares_it(installation):
    inspected = installation.shell("celery -A onetop_backend inspect active_queues --json")
    assert inspected.returncode == 0, inspected.stderr
    assert {
        worker: sorted(queue["name"] for queue in queues)
        for worker, queues in json.loads(inspected.stdout).items()
    } == {f"{name}@local": sorted(queues) for name, queues in WORKERS.items()}

    status = installation.manage("queue_status", "--json")
    assert status.returncode == 0, status.stderr
    assert {row["name"]: row["workers"] for row in json.loads(status.stdout)["queues"]} == {
        queue: [f"{name}@local"] for name, queues in WORKERS.items() for queue in queues
    }


@pytest.mark.usefixtures("new_heavy_worker")
def test_a_worker_that_is_busy_is_excused_and_one_that_died_is_missed(installation):
    broker = Celery(broker=installation.environment["CELERY_BROKER_URL"], set_as_current=False)
    # A queue hands out what came first, so this is at work when the command asks.
    broker.send_task(ANSWER, kwargs={"reply_to": "late", "after": 600}, queue="heavy_tasks")

    checked = installation.manage("check_stack", "--seconds", "2", "--only", "queue:heavy_tasks")
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.endswith("queue:heavy_tasks: heavy@local consumes it and is busy\n")

    installation.kill("heavy")

    checked = installation.manage(
        "check_stack", "--seconds", "5", "--only", "queue:heavy_tasks", "--only", "queue:mail"
    )
    assert checked.returncode == 1
    assert "queue:mail: fast@local answered" in checked.stdout
    assert "queue:heavy_tasks: no worker consumes it" in checked.stdout
    assert checked.stderr == "CommandError: failed: queue:heavy_tasks\n"

    status = installation.manage("queue_status")
    assert status.returncode == 1
    assert status.stderr == f"CommandError: no worker: {', '.join(WORKERS['heavy'])}\n"
    lines = {line.split()[0]: line for line in status.stdout.splitlines()}
    assert list(lines) == ["queue", *QUEUES]
    assert lines["scrapers"].endswith("– (no worker)")
    assert lines["mail"].endswith("fast@local")
