from __future__ import annotations

import time
from threading import Event

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core.models import Work
from apps.notifications.models import Feed, Notification
from apps.notifications.services.telling import tell
from apps.notifications.tests.factories import fact, told
from apps.users.tests.factories import UserFactory


def numbers(person) -> list[int]:
    return list(
        Notification.objects.filter(recipient=person).order_by("seq").values_list("seq", flat=True)
    )


@pytest.mark.django_db
class TestTell:
    def test_adds_one_row_for_each_and_has_it_pushed(self, candidate, recruiter):
        said = fact()

        assert set(tell(recipient_ids=[candidate.pk, recruiter.pk], fact=said)) == {
            candidate.pk,
            recruiter.pk,
        }

        rows = {row.recipient_id: row for row in Notification.objects.all()}
        assert rows.keys() == {candidate.pk, recruiter.pk}
        for row in rows.values():
            assert (row.kind, row.params, row.seq) == (said.kind, said.params, 1)
            assert (row.target_type, row.target_id) == (said.target_type, said.target_id)
            assert (row.occurred_at, row.read_at) == (said.occurred_at, None)
        assert {
            (row.task, row.queue, row.args["notification_id"]) for row in Work.objects.all()
        } == {
            ("apps.notifications.tasks.push_notification", "celery", str(row.pk))
            for row in rows.values()
        }

    def test_tells_nobody_twice_of_one_fact(self, candidate, everything):
        said = fact()
        tell(recipient_ids=[candidate.pk], fact=said)
        before = everything()

        assert tell(recipient_ids=[candidate.pk, candidate.pk], fact=said) == []
        assert everything() == before

    def test_tells_those_who_were_not_told_yet(self, candidate, recruiter):
        said = fact()
        tell(recipient_ids=[candidate.pk], fact=said)

        assert tell(recipient_ids=[candidate.pk, recruiter.pk], fact=said) == [recruiter.pk]
        assert numbers(candidate) == numbers(recruiter) == [1]

    def test_numbers_each_feed_by_itself(self, candidate, recruiter):
        for _ in range(3):
            told(candidate)
        told(recruiter)

        assert (numbers(candidate), numbers(recruiter)) == ([1, 2, 3], [1])

    def test_nobody_is_told_of_nothing(self, db):
        assert tell(recipient_ids=[], fact=fact()) == []

    def test_costs_the_same_for_any_number_of_people(self):
        """All but the pushes, each of which is a row of the outbox."""
        few = [UserFactory().pk for _ in range(2)]
        many = [UserFactory().pk for _ in range(12)]

        def cost(people) -> int:
            with CaptureQueriesContext(connection) as captured:
                tell(recipient_ids=people, fact=fact())
            return len(captured) - len(people)

        assert cost(few) == cost(many)

    def test_leaves_nothing_when_the_transaction_fails(self, candidate, everything):
        before = everything()

        def fail_after_telling() -> None:
            with transaction.atomic():
                told(candidate)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail_after_telling()

        assert everything() == before


@pytest.mark.django_db(transaction=True)
class TestTogether:
    def test_eight_times_the_same_fact_is_one_row(self, candidate, at_once):
        said = fact()

        results = at_once(8, lambda _: tell(recipient_ids=[candidate.pk], fact=said))

        assert sorted(map(len, results)) == [0] * 7 + [1]
        assert numbers(candidate) == [1]
        assert Feed.objects.get().last_seq == 1

    def test_eight_facts_get_numbers_without_gaps(self, candidate, at_once):
        at_once(8, lambda _: told(candidate))

        assert numbers(candidate) == [1, 2, 3, 4, 5, 6, 7, 8]

    def test_people_in_any_order_never_block_each_other(self, at_once):
        """Neither while feeds are made nor while they are locked."""
        for _ in range(5):
            people = [UserFactory().pk for _ in range(12)]

            def turn(number: int, people=people) -> int:
                order = people[::-1] if number % 2 else people
                return sum(len(tell(recipient_ids=order, fact=fact())) for _ in range(2))

            assert at_once(4, turn) == [24] * 4
            feeds = Feed.objects.filter(recipient_id__in=people)
            assert set(feeds.values_list("last_seq", flat=True)) == {8}

    def test_a_number_is_seen_only_after_the_smaller_ones(self, candidate, at_once):
        """The second of two transactions waits, so what a client has seen is never overtaken."""
        first_holds, second_done = Event(), Event()

        def one(number: int) -> None:
            if number == 1:
                assert first_holds.wait(timeout=20)
                told(candidate, key="second")
                second_done.set()
                return
            with transaction.atomic():
                told(candidate, key="first")
                first_holds.set()
                wait_for_waiter()
                assert not second_done.is_set()
                assert numbers(candidate) == [1]

        at_once(2, one)

        assert list(Notification.objects.order_by("seq").values_list("dedupe_key", flat=True)) == [
            "first",
            "second",
        ]


def wait_for_waiter() -> None:
    """Return once another connection waits for a lock."""
    give_up_at = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < give_up_at:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits for a lock")
