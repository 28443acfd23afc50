"""``Idempotency-Key`` over HTTP, on what spends a credit: publishing, and writing what is published at once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from apps.companies.tests.factories import MembershipFactory
from apps.core import idempotency
from apps.core.models import IdempotencyKey
from apps.core.tasks import reap_idempotency_keys
from apps.jobs.enums import JobState
from apps.jobs.models import Job
from apps.jobs.services import drafting
from apps.jobs.tests.factories import JobFactory, place
from apps.payments.selectors import credit_balance
from apps.payments.tests.factories import grant

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("either_locking"),
]

JOBS = "/api/v1/jobs/"
KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"
# Headers that tell of the request, not of what was asked for.
OF_THE_REQUEST = {"X-Request-ID", "Idempotency-Replayed", "Server-Timing"}


@pytest.fixture
def draft(company) -> Job:
    with transaction.atomic():
        grant(company, 5)
    return JobFactory(company=company, state=JobState.DRAFT)


def publish(client, job: Job, key: str | None = KEY, body: Any = None, **headers: str) -> Any:
    if key is not None:
        headers["HTTP_IDEMPOTENCY_KEY"] = key
    return client.post(f"{JOBS}{job.id}/publish/", body, format="json", **headers)


def told(answer) -> tuple[int, dict[str, str], bytes]:
    """Return what a client sees of an answer."""
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in OF_THE_REQUEST and not name.startswith("RateLimit")
    }
    return answer.status_code, headers, answer.content


def is_replay(answer) -> bool:
    return answer.headers.get("Idempotency-Replayed") == "true"


def credits_of(job: Job) -> int:
    return credit_balance(company_id=job.company_id, now=timezone.now())


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


class TestTwins:
    def test_eight_at_once_have_one_effect_and_one_answer(self, at_once, api, recruiter, draft):
        clients = [api(as_=recruiter) for _ in range(8)]

        answers = at_once(8, lambda number: publish(clients[number], draft))

        done = [answer for answer in answers if answer.status_code == 200]
        assert Counter(is_replay(answer) for answer in done)[False] == 1
        assert len({answer.content for answer in done}) == 1
        assert {a.json()["code"] for a in answers if a.status_code != 200} <= {
            "idempotency_key_running"
        }
        assert credits_of(draft) == 4
        assert told(publish(clients[0], draft)) == told(done[0])

    def test_eight_at_once_on_an_expired_key_have_one_effect(
        self, at_once, api, recruiter, company, draft
    ):
        other = JobFactory(company=company, state=JobState.DRAFT)
        clients = [api(as_=recruiter) for _ in range(8)]
        publish(clients[0], draft)
        IdempotencyKey.objects.update(expires_at=timezone.now())

        answers = at_once(8, lambda number: publish(clients[number], other))

        assert Counter(is_replay(a) for a in answers if a.status_code == 200)[False] == 1
        assert {a.json().get("code") for a in answers} <= {None, "idempotency_key_running"}
        assert credits_of(draft) == 3

    def test_while_one_runs_its_twin_waits_and_another_request_is_refused(
        self, at_once, api, recruiter, company, draft, others_wait
    ):
        other = JobFactory(company=company, state=JobState.DRAFT)
        clients = [api(as_=recruiter) for _ in range(3)]
        first: list[Any] = []
        running = Thread(target=alone(lambda: first.append(publish(clients[0], draft))))
        with transaction.atomic():
            hold(draft)
            running.start()
            others_wait(1)
            twin, another = at_once(2, lambda n: publish(clients[1 + n], (draft, other)[n]))
        running.join(timeout=20)

        assert (twin.status_code, twin.json()["code"]) == (409, "idempotency_key_running")
        assert twin.headers["Retry-After"] == "1"
        assert (another.status_code, another.json()["code"]) == (422, "idempotency_key_reused")
        assert told(publish(clients[1], draft)) == told(first[0])
        assert first[0].status_code == 200
        assert credits_of(draft) == 4


class TestEditsMeanwhile:
    def test_are_met_inside_the_transaction_of_the_key(
        self, api, recruiter, company, draft, others_wait
    ):
        """Publishing names no version: it is tried again, in a savepoint, on what was written meanwhile."""
        client = api(as_=recruiter)
        answers: list[Any] = []
        publishing = Thread(target=alone(lambda: answers.append(publish(client, draft))))
        with transaction.atomic():
            drafting.update_job(
                actor=recruiter, job_id=draft.id, changes={"title": "Mới"}, now=timezone.now()
            )
            publishing.start()
            others_wait(1)
        publishing.join(timeout=20)

        body = answers[0].json()
        assert (answers[0].status_code, body["title"], body["version"]) == (200, "Mới", 3)
        assert credits_of(draft) == 4


class TestCrashes:
    def test_a_killed_request_leaves_its_key_free(self, api, recruiter, draft, others_wait):
        clients = [crashing(api(as_=recruiter)) for _ in range(2)]
        crashed: list[Any] = []
        running = Thread(target=alone(lambda: crashed.append(publish(clients[0], draft))))
        with transaction.atomic():
            hold(draft)
            running.start()
            (pid,) = others_wait(1)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
            running.join(timeout=20)
        assert crashed[0].status_code == 500
        assert IdempotencyKey.objects.count() == 0
        assert Job.objects.get().state == JobState.DRAFT

        taken_over = publish(clients[1], draft)

        assert (taken_over.status_code, is_replay(taken_over)) == (200, False)
        assert told(publish(clients[1], draft)) == told(taken_over)
        assert credits_of(draft) == 4

    def test_a_twin_that_waits_takes_over_from_a_killed_request(
        self, api, recruiter, draft, others_wait
    ):
        clients = [crashing(api(as_=recruiter)) for _ in range(2)]
        answers: dict[str, Any] = {}
        first = Thread(target=alone(lambda: answers.update(first=publish(clients[0], draft))))
        twin = Thread(target=alone(lambda: answers.update(twin=publish(clients[1], draft))))
        with transaction.atomic():
            hold(draft)
            first.start()
            (pid,) = others_wait(1)
            twin.start()
            others_wait(2)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
            first.join(timeout=20)
        twin.join(timeout=20)

        assert answers["first"].status_code == 500
        assert (answers["twin"].status_code, is_replay(answers["twin"])) == (200, False)
        assert credits_of(draft) == 4


def alone(call) -> Any:
    """Return the call with a connection of its own."""

    def run() -> None:
        try:
            call()
        finally:
            connections.close_all()

    return run


def crashing(client) -> Any:
    """Return a client that takes 500 for an answer; Django tells every client of any thread's exception."""
    client.raise_request_exception = False
    return client


def hold(job: Job) -> None:
    """Hold a posting, so that whoever publishes it waits in the middle of it."""
    Job.objects.select_for_update().get(pk=job.pk)
