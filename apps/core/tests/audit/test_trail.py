from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from apps.core import audit, ids, logs
from apps.core.ids import uuid7
from apps.core.models import Audit, Mail, StoredFile

pytestmark = pytest.mark.django_db


def answering(view: Callable[[HttpRequest], object], **headers: Any) -> None:
    """Run a view the way the server does."""

    def answer(request: HttpRequest) -> HttpResponse:
        view(request)
        return HttpResponse()

    logs.RequestLogMiddleware(answer)(RequestFactory().get("/", **headers))


class TestRecord:
    def test_writes_who_did_what_to_which_row(self):
        actor, subject = StoredFile(), Mail()

        audit.record(actor, "lit", subject, fields=["colour"], watts=Decimal("4.5"))

        row = Audit.objects.get()
        assert (row.kind, row.verb) == ("change", "lit")
        assert (row.actor_id, row.subject_type, row.subject_id) == (
            actor.pk,
            "core.mail",
            subject.pk,
        )
        assert row.data == {"fields": ["colour"], "watts": "4.5"}
        assert (row.ip, row.session_id, row.request_id) == (None, None, "")

    def test_knows_an_actor_by_id_or_none(self):
        actor_id = uuid7()

        audit.record(actor_id, "lit", Mail())
        audit.record(None, "lit", Mail())

        assert list(Audit.objects.order_by("id").values_list("actor_id", flat=True)) == [
            actor_id,
            None,
        ]

    def test_the_id_carries_the_time(self, monkeypatch):
        # Tests that travel in time leave the last tick in the future.
        monkeypatch.setattr(ids, "_last_tick", 0)
        audit.record(None, "lit", Mail())

        row = Audit.objects.get()
        of_id = datetime.fromtimestamp((row.id.int >> 80) / 1000, UTC)
        assert abs((row.at - of_id).total_seconds()) < 5

    @pytest.mark.django_db(transaction=True)
    def test_needs_a_transaction(self):
        with pytest.raises(RuntimeError, match="lit was recorded outside a transaction"):
            audit.record(None, "lit", Mail())

        assert not Audit.objects.exists()

    @pytest.mark.django_db(transaction=True)
    def test_goes_with_the_change(self):
        with transaction.atomic():
            audit.record(None, "lit", Mail())
            transaction.set_rollback(True)

        assert not Audit.objects.exists()


class TestWhereFrom:
    def test_is_read_from_the_request_being_answered(self):
        session = Mail()

        def view(request):
            request.auth = session
            audit.record(None, "lit", Mail())

        answering(view, HTTP_X_REQUEST_ID="req-12345678", REMOTE_ADDR="198.51.100.7")

        row = Audit.objects.get()
        assert (row.ip, row.session_id, row.request_id) == (
            "198.51.100.7",
            session.pk,
            "req-12345678",
        )

    def test_believes_our_own_proxies_only(self, settings):
        settings.TRUSTED_PROXY_COUNT = 1

        answering(
            lambda _: audit.record(None, "lit", Mail()),
            REMOTE_ADDR="10.0.0.1",
            HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.7",
        )

        assert Audit.objects.get().ip == "198.51.100.7"

    @pytest.mark.parametrize("auth", [None, "a word", SimpleNamespace(pk=3), AnonymousUser()])
    def test_a_session_is_a_row(self, auth):
        def view(request):
            request.auth = auth
            audit.record(None, "lit", Mail())

        answering(view)

        assert Audit.objects.get().session_id is None

    def test_is_forgotten_after_the_answer(self):
        answering(lambda _: None, HTTP_X_REQUEST_ID="req-12345678", REMOTE_ADDR="198.51.100.7")

        audit.record(None, "lit", Mail())

        row = Audit.objects.get()
        assert (row.ip, row.request_id) == (None, "")

    def test_work_carries_the_request_that_caused_it(self):
        logs.bind(request_id="req-12345678")
        try:
            audit.record(None, "lit", Mail())
        finally:
            logs.clear()

        assert Audit.objects.get().request_id == "req-12345678"


class TestSecurity:
    def test_is_about_an_account(self):
        account, actor = uuid7(), uuid7()

        audit.security("session_ended", account_id=account, actor=actor, by="staff")

        row = Audit.objects.get()
        assert (row.kind, row.verb, row.data) == ("security", "session_ended", {"by": "staff"})
        assert (row.subject_type, row.subject_id, row.actor_id) == ("users.user", account, actor)

    @pytest.mark.django_db(transaction=True)
    def test_outlives_the_refusal_that_it_describes(self):
        audit.security("login_failed", account_id=None, address=audit.disguise("an@example.vn"))

        row = Audit.objects.get()
        assert (row.subject_id, row.actor_id) == (None, None)
        assert list(row.data) == ["address"]


class TestDisguise:
    def test_is_equal_for_equal_texts_and_needs_our_key(self, settings):
        settings.SECRET_KEY = "one key"
        one = audit.disguise("An@Example.vn")
        assert one == audit.disguise("an@example.vn") != audit.disguise("binh@example.vn")
        assert len(one) == 32

        settings.SECRET_KEY = "another key"
        assert audit.disguise("an@example.vn") != one
