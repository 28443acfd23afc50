from __future__ import annotations

import pytest
from django.core import mail as django_mail
from django.db import transaction

from apps.core import mail
from apps.core.enums import MailState
from apps.core.models import Mail, Work

pytestmark = pytest.mark.django_db


def send(key: str = "welcome:1") -> None:
    mail.send(key=key, to="lan@example.vn", subject="Chào\nbạn", text="Xin chào Lan")


class TestSend:
    def test_is_delivered_once_with_its_message_id(self, work, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        send()
        assert work.run() == 1

        [delivered] = django_mail.outbox
        row = Mail.objects.get()
        assert (delivered.to, delivered.subject, delivered.body) == (
            ["lan@example.vn"],
            "Chào bạn",
            "Xin chào Lan",
        )
        assert delivered.extra_headers == {"Message-ID": f"<{row.id}@onetop.vn>"}
        assert row.state == MailState.SENT
        assert row.sent_at is not None
        assert Work.objects.count() == 0

    def test_the_same_key_never_writes_a_second_mail(self, work):
        send()
        work.run()
        send()

        assert Mail.objects.count() == 1
        assert Work.objects.count() == 0

    def test_goes_with_its_transaction(self):
        with transaction.atomic():
            send()
            transaction.set_rollback(True)

        assert Mail.objects.count() == Work.objects.count() == 0

    def test_waits_while_the_mail_server_is_away(self, work, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        send()
        work.run()

        assert Mail.objects.get().state == MailState.QUEUED
        left = Work.objects.get()
        assert left.attempts == 1
        assert left.last_error.startswith("ConnectionRefusedError")

    def test_a_second_delivery_of_one_row_sends_nothing(self, settings, work):
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        send()
        work.run()
        mail.deliver(mail_id=Mail.objects.get().id)

        assert len(django_mail.outbox) == 1
