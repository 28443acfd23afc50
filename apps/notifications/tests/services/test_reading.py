from __future__ import annotations

from datetime import UTC, datetime

import pytest

from apps.notifications.errors import NotificationNotFound
from apps.notifications.services.reading import mark_all_read, mark_read
from apps.notifications.tests.factories import told

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)


class TestMarkRead:
    def test_keeps_the_first_time(self, candidate):
        row = told(candidate)

        mark_read(actor=candidate, notification_id=row.pk, now=NOW)
        again = mark_read(actor=candidate, notification_id=row.pk, now=NOW.replace(hour=9))

        assert again.read_at == NOW

    def test_refuses_somebody_elses_and_changes_nothing(self, candidate, recruiter, everything):
        row = told(candidate)
        before = everything()

        with pytest.raises(NotificationNotFound):
            mark_read(actor=recruiter, notification_id=row.pk, now=NOW)

        assert everything() == before


class TestMarkAllRead:
    def test_marks_ones_own_and_counts_them(self, candidate, recruiter):
        mine, theirs = [told(candidate), told(candidate)], told(recruiter)
        mark_read(actor=candidate, notification_id=mine[0].pk, now=NOW)

        assert mark_all_read(actor=candidate, now=NOW.replace(hour=9)) == 1
        assert mark_all_read(actor=candidate, now=NOW) == 0

        for row in (*mine, theirs):
            row.refresh_from_db()
        assert [row.read_at for row in mine] == [NOW, NOW.replace(hour=9)]
        assert theirs.read_at is None
