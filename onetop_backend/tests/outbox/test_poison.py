"""Whatever kills its worker dies alone, after its attempts; everything else is done, once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from apps.core import work
from apps.core.enums import MailState
from apps.core.events import publish
from apps.core.models import Mail, Work
from apps.core.work import broker
from onetop_backend.tests.outbox.crew import Crew, crew, eventually
from onetop_backend.tests.outbox.mailserver import mail_server
from onetop_backend.tests.outbox.poison import Swallowed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.enable_socket,
]

NOTE = "onetop_backend.tests.outbox.poison.note"
QUEUES = ("celery", "relay", "mail")


@pytest.fixture
def hands(tmp_path):
    with crew(tmp_path / "state", queues=QUEUES, EMAIL_HOST="") as hands:
        yield hands


def leases_run_out() -> None:
    """Let the time of every lease pass."""
    Work.objects.filter(leased_until__isnull=False).update(
        leased_until=timezone.now() - timedelta(seconds=1)
    )


def lines(path: Path) -> Counter[str]:
    return Counter(path.read_text().split() if path.exists() else [])


def mails_in(hands: Crew) -> Counter[str]:
    files = (hands.state / "mail").glob("*")
    found = [file.read_text() for file in files]
    return Counter(
        line for text in found for line in text.splitlines() if line.startswith("Subject:")
    )


class TestTasks:
    def test_that_kill_their_worker_die_alone(self, hands, tmp_path):
        path = tmp_path / "lines"
        with transaction.atomic():
            for number in range(40):
                work.add(NOTE, key=f"n{number}", path=str(path), line=f"n{number}")
            for number in range(2):
                work.add(NOTE, key=f"d{number}", path=str(path), line="never", deadly=True)
            for number in range(40, 80):
                work.add(NOTE, key=f"n{number}", path=str(path), line=f"n{number}")
        hands.start_worker()
        hands.start_beat()

        eventually(lambda: not Work.objects.filter(dead_at=None).exists(), hands)
        assert lines(path) == Counter(f"n{number}" for number in range(80))
        assert sorted(Work.objects.values_list("key", "attempts", "last_error")) == [
            ("d0", 2, "the worker died or was killed at its time limit"),
            ("d1", 2, "the worker died or was killed at its time limit"),
        ]


class TestHandlers:
    def test_that_kill_their_relay_die_alone(self, hands):
        now = timezone.now()
        with transaction.atomic():
            for number in range(70):
                publish(Swallowed(occurred_at=now, number=number, deadly=number == 20))
        Work.objects.filter(queue="relay").update(max_attempts=3)
        hands.start_worker()

        # The first batch of a hundred dies with the deadly one and is left claimed; the rest is done at once.
        relayed = Work.objects.filter(queue="relay")
        eventually(lambda: relayed.count() == 100 and not relayed.filter(attempts=0), hands)
        leases_run_out()
        broker.ring_relay()
        # One by one: the deadly row takes nobody with it.
        eventually(lambda: relayed.count() == 1, hands)
        eventually(lambda: not Work.objects.filter(queue="mail").exists(), hands)
        last = relayed.get()
        assert (last.task.rpartition(".")[2], last.args["fields"]["number"]) == ("choke", 20)
        assert mails_in(hands) == Counter(f"Subject: no. {number}" for number in range(70))

        eventually(lambda: relayed.filter(attempts=2), hands)
        leases_run_out()
        broker.ring_relay()
        eventually(lambda: relayed.filter(attempts=3), hands)
        leases_run_out()
        hands.start_beat()
        eventually(lambda: relayed.filter(dead_at__isnull=False), hands)
        assert hands.processes() != set()


class TestMail:
    def test_accepted_while_we_crash_is_repeated_once_with_its_message_id(self, tmp_path):
        with (
            mail_server() as server,
            crew(
                tmp_path / "state",
                queues=QUEUES,
                EMAIL_HOST="127.0.0.1",
                EMAIL_PORT=str(server.port),
                EMAIL_USE_TLS="off",
            ) as hands,
        ):
            server.on_acceptance = hands.kill_worker
            with transaction.atomic():
                publish(Swallowed(occurred_at=timezone.now(), number=1, deadly=False))
            hands.start_worker()
            eventually(lambda: server.accepted, hands)
            row = Mail.objects.get()
            assert row.state == MailState.QUEUED

            server.on_acceptance = lambda: None
            leases_run_out()
            hands.start_worker()
            hands.start_beat()
            eventually(lambda: not Work.objects.exists(), hands)
            assert [mail["Message-ID"] for mail in server.accepted] == [row.message_id] * 2
            row.refresh_from_db()
            assert row.state == MailState.SENT
