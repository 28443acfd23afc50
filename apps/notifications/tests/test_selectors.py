from __future__ import annotations

from uuid import uuid4

import pytest

from apps.notifications import selectors
from apps.notifications.errors import NotificationNotFound
from apps.notifications.selectors import Position
from apps.notifications.tests.factories import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(candidate, recruiter):
    """Give the candidate's five notifications, oldest first, between those of somebody else."""
    told(recruiter)
    rows = [told(candidate) for _ in range(5)]
    told(recruiter)
    return rows


class TestPositions:
    def test_an_empty_feed_begins_at_its_end(self, candidate):
        assert selectors.newest_position(viewer=candidate) == Position(seq=0, id=None)

    def test_the_newest_is_ones_own(self, candidate, feed):
        assert selectors.newest_position(viewer=candidate) == Position(seq=5, id=feed[-1].pk)

    def test_after_one_of_ones_own(self, candidate, feed):
        after = selectors.position_after(viewer=candidate, notification_id=feed[1].pk)
        assert after == Position(seq=2, id=feed[1].pk)
        assert selectors.position_after(viewer=candidate, notification_id=None) == Position()

    def test_after_somebody_elses_is_not_found(self, recruiter, feed):
        for notification_id in (feed[1].pk, uuid4()):
            with pytest.raises(NotificationNotFound):
                selectors.position_after(viewer=recruiter, notification_id=notification_id)


class TestFeed:
    def test_goes_on_where_one_is_oldest_first(self, candidate, feed):
        rows, more = selectors.feed_after(viewer=candidate, position=Position.of(feed[1]))
        assert (rows, more) == (feed[2:], False)

    def test_leaves_out_what_was_sent(self, candidate, feed):
        rows, more = selectors.feed_after(viewer=candidate, position=Position(), besides=(2, 4))
        assert (rows, more) == ([feed[0], feed[1], feed[4]], False)

    def test_comes_in_pages(self, candidate, feed, monkeypatch):
        monkeypatch.setattr(selectors, "PAGE", 2)

        rows, more = selectors.feed_after(viewer=candidate, position=Position())
        assert (rows, more) == (feed[:2], True)
        rows, more = selectors.feed_after(viewer=candidate, position=Position.of(feed[2]))
        assert (rows, more) == (feed[3:], False)


def test_a_notification_is_found_with_its_recipient(candidate, django_assert_num_queries):
    row = told(candidate)

    with django_assert_num_queries(1):
        found = selectors.find_notification_unscoped(row.pk)
        assert found is not None
        assert found.recipient.email == candidate.email
    assert selectors.find_notification_unscoped(uuid4()) is None
