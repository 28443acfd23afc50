"""How many messages a backlog takes: as many as it has rows, and a few for what workers hold at a sweep."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from apps.core import work
from apps.core.models import Work
from onetop_backend.tests.outbox.crew import Crew, broker, crew, eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.enable_socket]

TASK = "onetop_backend.tests.outbox.poison.take_time"
SECONDS = 0.05


@pytest.fixture
def hands(tmp_path):
    with crew(tmp_path / "state", queues=("mail", "relay")) as hands:
        yield hands


def pile_up(count: int, path: Path) -> None:
    """Ask for so much work, and let a message ring for each piece."""
    with transaction.atomic():
        for number in range(count):
            line = f"n{number}"
            work.add(TASK, key=line, path=str(path), line=line, seconds=SECONDS)


def messages(hands: Crew) -> int:
    """Return how many messages were sent for the work: those that arrived and those that still wait."""
    log = (hands.state / "fast.log").read_text()
    arrived = sum(TASK in line and "received" in line for line in log.splitlines())
    waiting: int = broker().llen("mail")
    return arrived + waiting


def done(path: Path) -> Counter[str]:
    return Counter(path.read_text().split() if path.exists() else [])


def finish(hands: Crew, path: Path, count: int, *, seconds: float) -> None:
    eventually(lambda: not Work.objects.exists(), hands, seconds=seconds)
    assert done(path) == Counter(f"n{number}" for number in range(count))


@pytest.mark.slow
def test_that_is_older_than_a_minute_is_not_sent_again(hands, tmp_path):
    path = tmp_path / "lines"
    pile_up(800, path)
    # As if it had waited for long: every sweep meanwhile could take all of it for lost.
    Work.objects.update(sent_at=timezone.now() - timedelta(minutes=5))
    hands.start_worker()
    hands.start_beat()
    finish(hands, path, 800, seconds=120)
    assert messages(hands) < 800 + 50


@pytest.mark.nightly
def test_of_ten_thousand_mails(hands, tmp_path):
    path = tmp_path / "lines"
    pile_up(10_000, path)
    hands.start_worker()
    hands.start_beat()
    finish(hands, path, 10_000, seconds=900)
    assert messages(hands) < 10_000 + 500


@pytest.mark.nightly
def test_of_which_the_broker_lost_everything(hands, tmp_path):
    path = tmp_path / "lines"
    pile_up(6_000, path)
    hands.start_worker()
    hands.start_beat()
    eventually(lambda: len(done(path)) > 2_000, hands, seconds=300)
    broker().flushall()
    finish(hands, path, 6_000, seconds=600)
    assert messages(hands) < 6_000 + 500
