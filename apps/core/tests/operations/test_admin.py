from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from apps.core.models import Operation

pytestmark = pytest.mark.django_db

LIST = "/admin/core/operation/"


@pytest.fixture
def page(client, staff):
    staff.is_superuser = False
    staff.save()
    staff.user_permissions.add(Permission.objects.get(codename="view_operation"))
    client.force_login(staff)
    return client


def cancel(page, *rows):
    body = {
        "action": "cancel_operations",
        "confirmed": "yes",
        "_selected_action": [str(row.pk) for row in rows],
    }
    return page.post(LIST, body, follow=True, HTTP_ACCEPT_LANGUAGE="en").content.decode()


def test_staff_look_and_change_nothing(page, start, candidate):
    operation = start(candidate)

    shown = page.get(f"{LIST}{operation.pk}/change/")

    assert shown.status_code == 200
    assert "_save" not in shown.content.decode()
    assert "cancel_operations" not in page.get(LIST).content.decode()
    cancel(page, operation)
    operation.refresh_from_db()
    assert operation.state == "queued"


def test_staff_with_the_right_stop_what_still_can_be(page, staff, start, candidate, work):
    staff.user_permissions.add(Permission.objects.get(codename="change_operation"))
    over = start(candidate)
    work.run()
    waits = start(candidate)

    said = cancel(page, over, waits)

    assert "Asked to stop: 1" in said
    assert "This step is not possible from the present state" in said
    assert {row.pk: row.state for row in Operation.objects.all()} == {
        over.pk: "succeeded",
        waits.pk: "cancelled",
    }
