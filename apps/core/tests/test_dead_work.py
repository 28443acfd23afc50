"""Dead rows in the admin: staff find them, and have them tried again."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.test import Client
from django.utils import timezone

from apps.core.models import Audit, Work
from apps.core.work import dead, outbox, sweeping, task

pytestmark = pytest.mark.django_db

PATH = "/admin/core/work/"
done: list[int] = []
broken: list[bool] = []


@task(queue="celery", attempts=1)
def mend(*, number: int, **_: Any) -> None:
    if broken:
        raise ValueError("out of order")
    done.append(number)


MEND = f"{mend.__module__}.mend"


@pytest.fixture(autouse=True)
def _fresh():
    done.clear()
    broken.clear()


@pytest.fixture
def dead_rows() -> list[Work]:
    """Three rows that failed as often as they may."""
    broken.append(True)
    with transaction.atomic():
        for number in range(3):
            outbox.add(MEND, key=f"mend:{number}", number=number)
    for row in Work.objects.all():
        outbox.execute(row.id)
    broken.clear()
    return list(Work.objects.filter(dead_at__isnull=False).order_by("id"))


@pytest.fixture
def browser(staff) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(staff)
    return client


def act(client: Client, *rows: Work, **fields: str) -> Any:
    data = {"action": "requeue", "_selected_action": [str(row.id) for row in rows], **fields}
    return client.post(PATH, data, follow=True)


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


class TestDeadRows:
    def test_are_found_with_the_reason(self, browser, dead_rows):
        outbox.add(MEND, key="alive", number=9)
        page = browser.get(PATH, {"state": "dead"}).content.decode()
        assert page.count('name="_selected_action"') == 3
        detail = browser.get(f"{PATH}{dead_rows[0].id}/change/").content.decode()
        assert "ValueError: out of order" in detail

    def test_are_tried_again_once_staff_confirmed(self, browser, staff, dead_rows):
        asked = act(browser, *dead_rows[:2])
        assert "Try this work again?" in asked.content.decode()
        assert Work.objects.filter(dead_at__isnull=False).count() == 3

        answer = act(browser, *dead_rows[:2], confirmed="yes")
        assert said(answer) == ["Pieces of work tried again: 2"]
        assert list(Work.objects.filter(dead_at=None).values_list("attempts", "sent_at")) == [
            (0, None),
            (0, None),
        ]
        assert (
            list(Audit.objects.filter(subject_type="core.work").values_list("actor_id", "verb"))
            == [(staff.id, "requeued")] * 2
        )
        assert sweeping.sweep() == 2
        for row in dead_rows:
            outbox.execute(row.id)
        assert done == [0, 1]
        assert Work.objects.get().id == dead_rows[2].id

    def test_are_refused_when_they_live_or_the_same_was_asked_again(self, browser, dead_rows):
        outbox.add(MEND, key="mend:0", number=7)
        living = Work.objects.get(dead_at=None)
        answer = act(browser, dead_rows[0], living, confirmed="yes")
        assert sorted(said(answer)) == [
            f"{MEND} mend:0: The same work is already waiting",
            f"{MEND} mend:0: This work was not given up",
        ]
        assert Work.objects.filter(dead_at__isnull=False).count() == 3
        assert not Audit.objects.filter(verb="requeued").exists()

    def test_are_for_staff_with_the_right_only(self, browser, staff, dead_rows):
        staff.is_superuser = False
        staff.save()
        readers = Group.objects.create(name="Readers")
        readers.permissions.set(Permission.objects.filter(codename="view_work"))
        staff.groups.add(readers)
        page = browser.get(PATH)
        assert page.status_code == 200
        assert "Try the selected dead work again" not in page.content.decode()
        act(browser, *dead_rows, confirmed="yes")
        assert Work.objects.filter(dead_at__isnull=False).count() == 3


def test_of_two_at_once_one_is_told_that_it_lives(staff, dead_rows, at_once):
    def requeue(_: int) -> str:
        try:
            dead.requeue(actor=staff, work_id=dead_rows[0].id, now=timezone.now())
        except dead.WorkNotDead as refusal:
            return refusal.code
        return "done"

    assert sorted(at_once(2, requeue)) == ["done", "work_not_dead"]
