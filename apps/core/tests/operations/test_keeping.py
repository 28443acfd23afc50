from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core import operations, tasks
from apps.core.models import Operation, StoredFile, Work
from apps.core.tests.operations import sample

pytestmark = pytest.mark.django_db


def fail(run):
    raise ValueError("again")


class TestSettleLost:
    def test_leaves_alone_what_still_has_its_work(self, start, candidate, work, time_passes):
        start(candidate)
        assert operations.settle_lost(now=timezone.now()) == 0
        sample.script.append(fail)
        work.run()

        assert operations.settle_lost(now=timezone.now()) == 0
        assert Operation.objects.get().state == "queued"

    def test_fails_what_the_outbox_gave_up(self, start, candidate, work, time_passes):
        operation = start(candidate)
        sample.script += [fail, fail]
        work.run()
        time_passes()
        work.run()
        assert Work.objects.get().dead_at is not None

        tasks.settle_operations()

        operation.refresh_from_db()
        assert (operation.state, operation.error_code) == ("failed", "internal_error")
        assert operation.error_text == "Something went wrong on our side"
        # A row that staff re-queue later finds nothing left to do.
        Work.objects.update(dead_at=None, attempts=0, due_at=timezone.now())
        work.run()
        operation.refresh_from_db()
        assert (operation.state, Work.objects.count()) == ("failed", 0)

    def test_ends_what_has_no_work_at_all(self, start, candidate, other_candidate):
        lost, stopped = start(candidate), start(other_candidate)
        Operation.objects.filter(pk=stopped.pk).update(cancel_requested_at=timezone.now())
        Work.objects.all().delete()

        assert operations.settle_lost(now=timezone.now()) == 2

        assert Operation.objects.get(pk=lost.pk).state == "failed"
        assert Operation.objects.get(pk=stopped.pk).state == "cancelled"


class TestExpire:
    @pytest.mark.django_db(transaction=True)
    def test_removes_old_operations_with_their_files(self, start, candidate, work, kept_files):
        start(candidate)
        start(candidate)
        work.run()
        old = Operation.objects.order_by("id")[0]
        Operation.objects.filter(pk=old.pk).update(expires_at=timezone.now())
        assert len(kept_files()) == 2

        tasks.expire_operations()

        [left] = Operation.objects.all()
        assert left.pk != old.pk
        assert left.result == StoredFile.objects.get()
        assert [file.stat().st_size for file in kept_files()] == [left.result.size]

    def test_leaves_what_still_runs_and_what_is_still_kept(self, start, candidate, work):
        start(candidate)
        work.run()
        start(candidate)

        assert operations.expire(now=timezone.now() + timedelta(hours=23)) == 0
        assert Operation.objects.count() == 2
