from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from apps.core.realtime.push import group_of
from apps.notifications import tasks
from apps.notifications.tests.factories import told
from apps.users.tests.factories import UserFactory


class Layer:
    """Stands at the end of the wire: what is sent to which group."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    async def group_send(self, group, message) -> None:
        self.sent.append((group, message))


@pytest.fixture
def layer(monkeypatch):
    made = Layer()
    monkeypatch.setattr("apps.core.realtime.push.get_channel_layer", lambda: made)
    return made


@pytest.mark.django_db
class TestPush:
    def test_sends_the_frame_to_the_recipients_group_in_their_language(self, layer, work):
        person = UserFactory(language="en")
        row = told(person, job="Kế toán")

        work.run()

        assert layer.sent == [
            (
                group_of(person.pk),
                {
                    "type": "push",
                    "frame": {
                        "type": "notification",
                        "id": str(row.pk),
                        "kind": "application_seen",
                        "verb": "viewed your application",
                        "description": "Công ty Đại Việt has viewed your application for “Kế toán”.",
                        "message": "Công ty Đại Việt has viewed your application for “Kế toán”.",
                        "target": {"type": "application", "id": str(row.target_id)},
                        "is_read": False,
                        "created_at": "2026-11-22T12:00:00+07:00",
                    },
                },
            )
        ]

    def test_speaks_vietnamese_to_those_who_do(self, layer, work, candidate):
        told(candidate)

        work.run()

        assert layer.sent[0][1]["frame"]["verb"] == "đã xem đơn ứng tuyển của bạn"

    def test_does_nothing_for_a_row_that_is_gone(self, layer):
        tasks.push_notification(notification_id=str(uuid4()), since="a newer caller")

        assert layer.sent == []
