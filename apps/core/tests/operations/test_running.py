from __future__ import annotations

import pytest
from django.utils import timezone

from apps.core import operations
from apps.core.models import Operation, StoredFile, Work
from apps.core.operations import running
from apps.core.tests.operations import sample
from apps.core.work import outbox

pytestmark = pytest.mark.django_db

CONTENT = '\ufeff"row"\r\n"row 0"\r\n"row 1"\r\n"row 2"\r\n'


def interrupted(run):
    """Die as a killed worker does: nothing of ours runs any more."""
    run.progress(1, 3)
    raise KeyboardInterrupt


def cancelled_by(person):
    def produce(run):
        run.progress(1, 3)
        operations.cancel(actor=person, operation_id=run.operation.pk, now=timezone.now())
        return sample.three_row_table(run)

    return produce


class TestPerform:
    def test_ends_with_the_file(self, start, candidate, work, kept_files):
        operation = start(candidate)

        work.run()

        operation.refresh_from_db()
        assert (operation.state, operation.error_code) == ("succeeded", "")
        assert operation.expires_at - operation.finished_at == operations.lifecycle.KEPT
        [file] = kept_files()
        assert file.read_bytes().decode() == CONTENT
        assert (operation.result.original_name, operation.result.size) == (
            "rows.csv",
            len(CONTENT.encode()),
        )
        assert Work.objects.count() == 0

    def test_tells_how_far_it_is(self, start, candidate, work):
        operation = start(candidate)
        seen = []

        def produce(run):
            for number in (1, 2):
                run.progress(number, 4)
                seen.append(Operation.objects.values_list("state", "done", "total").get())
            return sample.three_row_table(run)

        sample.script.append(produce)
        work.run()

        assert seen == [("running", 1, 4), ("running", 2, 4)]
        operation.refresh_from_db()
        assert operation.started_at is not None

    def test_writes_progress_now_and_then_only(self, start, candidate, work, monkeypatch, queries):
        monkeypatch.setattr(running, "WRITE_EVERY", 3600)
        start(candidate)

        def produce(run):
            with queries(1):
                for number in range(1000):
                    run.progress(number, 1000)
            return sample.three_row_table(run)

        sample.script.append(produce)
        work.run()

        assert Operation.objects.get().state == "succeeded"

    def test_does_nothing_when_it_is_over(self, start, candidate, work):
        operation = start(candidate)
        operations.cancel(actor=candidate, operation_id=operation.pk, now=timezone.now())

        work.run()

        operation.refresh_from_db()
        assert (operation.state, operation.started_at) == ("cancelled", None)
        assert (Work.objects.count(), StoredFile.objects.count()) == (0, 0)


class TestCancelling:
    def test_stops_at_the_next_look_and_keeps_nothing(self, start, candidate, work, kept_files):
        operation = start(candidate)
        sample.script.append(cancelled_by(candidate))

        work.run()

        operation.refresh_from_db()
        assert (operation.state, operation.result, operation.done) == ("cancelled", None, 1)
        assert (kept_files(), StoredFile.objects.count(), Work.objects.count()) == ([], 0, 0)

    def test_throws_a_finished_file_away_that_nobody_wants_any_more(
        self, start, candidate, work, kept_files
    ):
        operation = start(candidate)

        def produce(run):
            made = sample.three_row_table(run)
            operations.cancel(actor=candidate, operation_id=run.operation.pk, now=timezone.now())
            return made

        sample.script.append(produce)
        work.run()

        operation.refresh_from_db()
        assert (operation.state, operation.result) == ("cancelled", None)
        assert (kept_files(), StoredFile.objects.count()) == ([], 0)

    def test_holds_when_the_worker_dies_of_it(
        self, start, candidate, work, time_passes, kept_files
    ):
        operation = start(candidate)
        sample.script.append(interrupted)
        with pytest.raises(KeyboardInterrupt):
            work.run()
        operations.cancel(actor=candidate, operation_id=operation.pk, now=timezone.now())
        operation.refresh_from_db()
        assert (operation.state, operation.cancel_requested_at is None) == ("running", False)

        time_passes()
        work.run()

        operation.refresh_from_db()
        assert (operation.state, kept_files(), Work.objects.count()) == ("cancelled", [], 0)


class TestFailing:
    def test_a_domain_error_is_its_end(self, start, candidate, work):
        operation = start(candidate)

        def produce(run):
            raise sample.LampStuck

        sample.script.append(produce)
        work.run()

        operation.refresh_from_db()
        assert (operation.state, operation.error_code) == ("failed", "lamp_stuck")
        assert operation.error_text == "The request is malformed"
        assert Work.objects.count() == 0

    def test_any_other_error_is_tried_again_and_not_shown(
        self, start, candidate, work, time_passes
    ):
        operation = start(candidate)

        def produce(run):
            raise ValueError("secret of the house")

        sample.script.append(produce)
        work.run()

        operation.refresh_from_db()
        assert (operation.state, operation.error_code) == ("queued", "internal_error")
        assert "secret" not in operation.error_text
        time_passes()
        work.run()
        operation.refresh_from_db()
        assert (operation.state, operation.error_code, operation.error_text) == (
            "succeeded",
            "",
            "",
        )

    def test_a_killed_worker_s_work_is_taken_up_by_the_next(
        self, start, candidate, work, time_passes, kept_files
    ):
        operation = start(candidate)
        sample.script.append(interrupted)
        with pytest.raises(KeyboardInterrupt):
            work.run()
        operation.refresh_from_db()
        assert (operation.state, operation.done) == ("running", 1)
        assert outbox.execute(Work.objects.get().pk) is False

        time_passes()
        work.run()

        operation.refresh_from_db()
        assert operation.state == "succeeded"
        assert [file.stat().st_size for file in kept_files()] == [operation.result.size]
        assert (StoredFile.objects.count(), Work.objects.count()) == (1, 0)

    def test_an_attempt_that_was_given_up_on_changes_nothing_when_it_wakes_up(
        self, start, candidate, work, time_passes, kept_files
    ):
        start(candidate)
        woken = []

        def asleep(run):
            time_passes()
            work.run()
            woken.append(Operation.objects.values().get())
            return sample.three_row_table(run)

        sample.script.append(asleep)
        work.run()

        assert [row["state"] for row in woken] == ["succeeded"]
        assert Operation.objects.values().get() == woken[0]
        assert (len(kept_files()), StoredFile.objects.count()) == (1, 1)
