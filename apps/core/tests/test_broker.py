from __future__ import annotations

import time

import pytest
from celery import Celery, current_app
from django.conf import settings

from apps.core.ids import uuid7
from apps.core.work import broker


@pytest.fixture
def no_broker(monkeypatch):
    """A broker that refuses connections, asked with our own settings."""
    away = Celery("away", set_as_current=False)
    away.config_from_object(settings, namespace="CELERY")
    away.conf.update(broker_url="redis://127.0.0.1:1/0")
    monkeypatch.setattr(broker, "current_app", away)


class TestBrokerAway:
    def test_a_message_is_given_up_at_once_and_raises_nothing(self, no_broker):
        started = time.monotonic()
        broker.send("apps.core.tasks.deliver_mail", queue="celery", work_id=uuid7())
        broker.ring_relay()

        assert time.monotonic() - started < 5

    def test_its_memory_is_not_said_to_be_lost(self, no_broker):
        started = time.monotonic()

        assert broker.lost_its_memory() is False
        assert time.monotonic() - started < 5


class TestSend:
    def test_puts_the_row_s_id_on_the_queue(self):
        work_id = uuid7()
        with current_app.connection_for_read() as connection:
            queue = connection.SimpleQueue("maintenance")
            queue.clear()  # what tests that commit have left there

            broker.send("apps.core.tasks.deliver_mail", queue="maintenance", work_id=work_id)

            message = queue.get(timeout=5)
            message.ack()
        assert message.headers["task"] == "apps.core.tasks.deliver_mail"
        assert message.payload[1] == {"work_id": str(work_id)}
