"""``Idempotency-Key`` over HTTP, on what spends a credit: publishing, and writing what is published at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from apps.companies.tests.factories import MembershipFactory
from apps.core import idempotency
from apps.core.models import Audit, IdempotencyKey, Work
from apps.core.tasks import reap_idempotency_keys
from apps.jobs.enums import JobState
from apps.jobs.models import Job
from apps.jobs.tests.factories import JobFactory, place
from apps.jobs.tests.keyed import JOBS, KEY, credits_of, is_replay, publish, told
from apps.payments.tests.factories import grant

pytestmark = pytest.mark.django_db(transaction=True)


def traces() -> list[list[Any]]:
    """Return what a request may leave behind besides its change."""
    return [list(table.objects.order_by("id").values()) for table in (Audit, Work, IdempotencyKey)]


class TestTheSameRequestAgain:
    def test_is_done_once_and_answered_byte_for_byte(self, api, recruiter, draft):
        client = api(as_=recruiter)

        first = publish(client, draft)
        again = publish(client, draft)

        assert (first.status_code, first.json()["state"], is_replay(first)) == (
            200, "PUBLISHED", False,
        )  # fmt: skip
        assert told(again) == told(first)
        assert is_replay(again)
        assert credits_of(draft) == 4
        assert IdempotencyKey.objects.count() == 1

    def test_leaves_no_second_trace(self, api, recruiter, draft):
        client = api(as_=recruiter)
        publish(client, draft)
        before = traces()

        assert is_replay(publish(client, draft))

        assert traces() == before
        assert Audit.objects.filter(verb="published", subject_id=draft.id).count() == 1

    def test_is_answered_the_same_after_the_posting_has_changed(self, api, recruiter, draft):
        client = api(as_=recruiter)
        first = publish(client, draft)
        client.patch(f"{JOBS}{draft.id}/", {"title": "Khác hẳn"}, format="json")
        client.post(f"{JOBS}{draft.id}/close/")

        again = publish(client, draft)

        assert told(again) == told(first)
        assert Job.objects.get().state == JobState.CLOSED

    def test_may_quote_its_key_or_not_and_order_its_members_as_it_likes(
        self, api, recruiter, draft, posting
    ):
        client = api(as_=recruiter)
        posting |= {"status": "PUBLISHED"}

        first = client.post(JOBS, posting, format="json", HTTP_IDEMPOTENCY_KEY="k1")
        turned = dict(reversed(posting.items()))
        again = client.post(JOBS, turned, format="json", HTTP_IDEMPOTENCY_KEY='"k1"')

        assert first.status_code == 201
        assert told(again) == told(first)
        assert Job.objects.filter(title=posting["title"]).count() == 1
        assert credits_of(draft) == 4

    def test_keeps_the_language_of_the_first(self, api, recruiter, draft):
        client = api(as_=recruiter)
        Job.objects.update(
            state=JobState.CLOSED, published_at=timezone.now(), closed_at=timezone.now()
        )

        first = publish(client, draft, HTTP_ACCEPT_LANGUAGE="vi")
        again = publish(client, draft, HTTP_ACCEPT_LANGUAGE="en")

        assert (first.status_code, first.headers["Content-Language"]) == (409, "vi")
        assert told(again) == told(first)

    def test_without_a_key_is_another_request(self, api, recruiter, draft):
        client = api(as_=recruiter)

        answers = [publish(client, draft, key=None).status_code for _ in range(2)]

        assert answers == [200, 409]
        assert IdempotencyKey.objects.count() == 0


class TestRefusals:
    def test_that_the_same_request_would_meet_again_are_kept(self, api, recruiter, company):
        """The original looked its keys up only when a payment had come through (D13)."""
        draft = JobFactory(company=company, state=JobState.DRAFT)
        client = api(as_=recruiter)

        first = publish(client, draft)
        with transaction.atomic():
            grant(company, 1)
        again = publish(client, draft)

        assert (first.status_code, first.json()["code"]) == (402, "insufficient_credits")
        assert told(again) == told(first)
        assert Job.objects.get().state == JobState.DRAFT
        assert publish(client, draft, key="another").status_code == 200

    def test_undo_what_the_request_had_done(self, api, recruiter, company, posting):
        place(posting["location"])
        client = api(as_=recruiter)

        answer = client.post(
            JOBS, posting | {"status": "PUBLISHED"}, format="json", HTTP_IDEMPOTENCY_KEY=KEY
        )

        assert (answer.status_code, answer.json()["code"]) == (402, "insufficient_credits")
        assert Job.objects.count() == 0
        assert IdempotencyKey.objects.get().status == 402

    def test_of_input_free_the_key(self, api, recruiter, draft, posting):
        client = api(as_=recruiter)

        refused = client.post(
            JOBS, posting | {"title": ""}, format="json", HTTP_IDEMPOTENCY_KEY=KEY
        )
        mended = client.post(JOBS, posting, format="json", HTTP_IDEMPOTENCY_KEY=KEY)

        assert (refused.status_code, mended.status_code) == (400, 201)
        assert not is_replay(mended)

    def test_of_the_person_free_the_key(self, api, candidate, company, draft):
        client = api(as_=candidate)
        live = JobFactory(company=company)

        assert [publish(client, live).status_code for _ in range(2)] == [403, 403]
        assert publish(api(), draft).status_code == 401
        assert IdempotencyKey.objects.count() == 0


class TestKeys:
    def test_of_another_request_are_refused(self, api, recruiter, company, draft, posting):
        client = api(as_=recruiter)
        other = JobFactory(company=company, state=JobState.DRAFT)
        assert publish(client, draft).status_code == 200
        assert (
            client.post(JOBS, posting, format="json", HTTP_IDEMPOTENCY_KEY=KEY).status_code == 201
        )

        reused = [
            publish(client, other),
            client.post(JOBS, posting | {"title": "Khác"}, format="json", HTTP_IDEMPOTENCY_KEY=KEY),
        ]

        assert [(a.status_code, a.json()["code"]) for a in reused] == [
            (422, "idempotency_key_reused")
        ] * 2
        assert Job.objects.get(id=other.id).state == JobState.DRAFT
        assert credits_of(draft) == 4

    def test_of_another_person_are_other_keys(self, api, recruiter, company, draft):
        """The original answered 500: unique for all, looked up for one (D13)."""
        colleague = MembershipFactory(company=company, role="RECRUITER").user
        other = JobFactory(company=company, state=JobState.DRAFT)

        first = publish(api(as_=recruiter), draft)
        theirs = publish(api(as_=colleague), other)

        assert (first.status_code, theirs.status_code, is_replay(theirs)) == (200, 200, False)
        assert theirs.json()["id"] == str(other.id)
        assert credits_of(draft) == 3

    @pytest.mark.parametrize(
        "key", ["", " ", "two words", "khóa", '"', '""', '"a', 'a"b', "k" * 256]
    )
    def test_that_are_malformed_are_refused(self, api, recruiter, draft, key):
        answer = publish(api(as_=recruiter), draft, key=key)

        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_malformed")
        assert Job.objects.get().state == JobState.DRAFT

    @pytest.mark.parametrize(
        "key", ["k", "k" * 255, '"' + "k" * 255 + '"', "!#$%&'()*+-./:;<=>?@[]^_`{|}~"]
    )
    def test_may_be_any_visible_text(self, api, recruiter, draft, key):
        client = api(as_=recruiter)

        assert publish(client, draft, key=key).status_code == 200
        assert is_replay(publish(client, draft, key=key))

    def test_expire_after_a_day(self, api, recruiter, draft):
        """The original's keys never did (D13)."""
        client = api(as_=recruiter)
        publish(client, draft)
        row = IdempotencyKey.objects.get()
        assert row.expires_at - row.created_at == timedelta(hours=24)
        IdempotencyKey.objects.update(expires_at=timezone.now())

        anew = publish(client, draft)

        assert (anew.status_code, anew.json()["code"]) == (409, "transition_refused")
        assert not is_replay(anew)
        assert is_replay(publish(client, draft))
        assert IdempotencyKey.objects.count() == 1

    def test_that_have_expired_are_removed(self, api, recruiter, draft, company, monkeypatch):
        monkeypatch.setattr(idempotency, "BATCH", 2)
        client = api(as_=recruiter)
        for number in range(7):
            publish(client, draft, key=f"key-{number}")
        IdempotencyKey.objects.filter(key__lt="key-5").update(expires_at=timezone.now())

        reap_idempotency_keys()

        kept = IdempotencyKey.objects.order_by("key").values_list("key", flat=True)
        assert list(kept) == ["key-5", "key-6"]
