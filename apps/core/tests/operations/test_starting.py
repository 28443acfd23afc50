from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from apps.core import operations
from apps.core.ids import uuid7
from apps.core.models import Audit, Operation, Work
from apps.core.state import TransitionRefused
from apps.core.tests.operations import sample

pytestmark = pytest.mark.django_db


class TestStart:
    def test_writes_the_operation_and_its_work(self, start, candidate):
        operation = start(candidate)

        assert (operation.state, operation.kind, operation.subject_type) == (
            "queued",
            "tests.sample",
            "lamp",
        )
        [row] = Work.objects.all()
        assert (row.key, row.queue, row.args) == (
            f"operation:{operation.pk}",
            "heavy_tasks",
            {"operation_id": str(operation.pk)},
        )

    def test_rolls_back_with_its_transaction(self, candidate):
        with transaction.atomic():
            operations.start(actor=candidate, kind=sample.KIND, subject_id=uuid7())
            transaction.set_rollback(True)

        assert (Operation.objects.count(), Work.objects.count()) == (0, 0)

    def test_answers_the_one_that_is_under_way(self, start, candidate, other_candidate):
        subject = uuid7()
        first = start(candidate, subject)

        assert start(candidate, subject).pk == first.pk
        assert start(candidate).pk != first.pk
        assert start(other_candidate, subject).pk != first.pk
        assert (Operation.objects.count(), Work.objects.count()) == (3, 3)

    def test_starts_anew_when_the_last_one_is_over_or_was_asked_to_stop(
        self, start, candidate, work
    ):
        subject = uuid7()
        first = start(candidate, subject)
        work.run()
        second = start(candidate, subject)
        Operation.objects.filter(pk=second.pk).update(
            state="running", cancel_requested_at=timezone.now()
        )

        assert len({first.pk, second.pk, start(candidate, subject).pk}) == 3

    def test_simultaneous_starts_make_one(self, start, at_once, candidate):
        subject = uuid7()

        started = at_once(6, lambda _: start(candidate, subject).pk)

        assert len(set(started)) == 1
        assert (Operation.objects.count(), Work.objects.count()) == (1, 1)


class TestCancel:
    def test_ends_one_that_waits_at_once(self, start, candidate, now):
        operation = start(candidate)

        cancelled = operations.cancel(actor=candidate, operation_id=operation.pk, now=now)

        operation.refresh_from_db()
        assert (cancelled.state, operation.state, operation.finished_at) == (
            "cancelled",
            "cancelled",
            now,
        )
        [entry] = Audit.objects.filter(subject_id=operation.pk)
        assert (entry.verb, entry.actor_id) == ("cancelled", candidate.pk)

    def test_asks_one_that_runs_once(self, start, candidate, now):
        operation = start(candidate)
        Operation.objects.update(state="running", run_id=uuid7(), started_at=now)

        for _ in range(2):
            operations.cancel(actor=candidate, operation_id=operation.pk, now=now)

        operation.refresh_from_db()
        assert (operation.state, operation.cancel_requested_at) == ("running", now)
        assert Audit.objects.filter(subject_id=operation.pk).count() == 1

    @pytest.mark.parametrize("person", ["other_candidate", "recruiter"])
    def test_is_for_the_owner_alone(self, start, candidate, person, request, now):
        operation = start(candidate)

        with pytest.raises(operations.OperationNotFound):
            operations.cancel(
                actor=request.getfixturevalue(person), operation_id=operation.pk, now=now
            )
        operation.refresh_from_db()
        assert operation.state == "queued"

    def test_refuses_one_that_is_over(self, start, candidate, work, now):
        operation = start(candidate)
        work.run()

        with pytest.raises(TransitionRefused) as refused:
            operations.cancel(actor=candidate, operation_id=operation.pk, now=now)
        assert refused.value.context == {"current": "succeeded", "allowed": []}

    def test_a_cancel_and_an_end_at_the_same_time_agree(self, start, at_once, candidate, work, now):
        operation = start(candidate)

        def one(number: int) -> str:
            if number:
                work.run()
                return "ran"
            try:
                operations.cancel(actor=candidate, operation_id=operation.pk, now=now)
            except TransitionRefused:
                return "refused"
            return "cancelled"

        told = at_once(2, one)[0]

        operation.refresh_from_db()
        assert operation.state == {"refused": "succeeded", "cancelled": "cancelled"}[told]
        assert (operation.result is None) == (told == "cancelled")
