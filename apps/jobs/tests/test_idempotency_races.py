"""Requests under one key at once, and crashes in their middle, whichever way edits are guarded."""

from __future__ import annotations

from collections import Counter
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from apps.core.models import IdempotencyKey
from apps.jobs.enums import JobState
from apps.jobs.models import Job
from apps.jobs.services import drafting
from apps.jobs.tests.factories import JobFactory
from apps.jobs.tests.keyed import credits_of, is_replay, publish, told

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("either_locking"),
]


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
        running.join(timeout=60)

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
        publishing.join(timeout=60)

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
            running.join(timeout=60)
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
            first.join(timeout=60)
        twin.join(timeout=60)

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
