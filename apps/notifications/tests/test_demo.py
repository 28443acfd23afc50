from __future__ import annotations

from datetime import UTC, datetime

import pytest

from apps.applications.tests.factories import ApplicationFactory
from apps.core.demo import demo_id
from apps.core.models import Mail, Work
from apps.notifications import demo
from apps.notifications.demo.first import _STEPS
from apps.notifications.models import Feed, Notification
from apps.notifications.presenters import present_notifications
from apps.notifications.tests.factories import told
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def world():
    """Make the accounts and applications that the demo world tells of."""
    people = {
        name: UserFactory(id=demo_id(f"user:{name}"))
        for name in ("candidate", "candidate2", "recruiter", "recruiter2", "pending", "admin")
    }
    for key in {key for _, _, _, key, _ in _STEPS}:
        ApplicationFactory(
            id=demo_id(f"application:{key}"), candidate=people[key.partition(":")[0]]
        )
    return people


def test_people_were_told_what_happened(world):
    demo.load(now=NOW)

    told_by = {
        person: list(
            Notification.objects.filter(recipient=demo_id(f"user:{person}"))
            .order_by("seq")
            .values_list("kind", flat=True)
        )
        for person in ("candidate", "candidate2", "recruiter", "recruiter2", "pending", "admin")
    }
    assert {person: len(kinds) for person, kinds in told_by.items()} == {
        "candidate": 5,
        "candidate2": 5,
        "recruiter": 4,
        "recruiter2": 5,
        "pending": 0,
        "admin": 0,
    }
    assert told_by["candidate"][-1] == "application_moved"
    assert (Mail.objects.count(), Work.objects.count()) == (0, 0)
    assert all(row["message"] for row in present_notifications(Notification.objects.all()))


def test_feeds_go_on_from_there(world):
    demo.load(now=NOW)
    candidate = world["candidate"]

    assert told(candidate).seq == 6
    assert Feed.objects.get(recipient=candidate).last_seq == 6


def test_is_the_same_every_time(world):
    demo.load(now=NOW)
    first = list(Notification.objects.order_by("id").values_list("id", "occurred_at", "read_at"))
    Notification.objects.all().delete()
    Feed.objects.all().delete()

    demo.load(now=NOW)

    assert first == list(
        Notification.objects.order_by("id").values_list("id", "occurred_at", "read_at")
    )


def test_says_what_it_misses(db):
    with pytest.raises(LookupError, match="no application"):
        demo.load(now=NOW)
