"""The one place that locks feeds, always in the order of their recipients."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from apps.notifications.models import Feed


def feeds(recipient_ids: Collection[UUID]) -> dict[UUID, Feed]:
    """Lock the feeds of these people until the transaction ends, making those that are missing."""
    ordered = sorted(set(recipient_ids))
    Feed.objects.bulk_create(
        [Feed(recipient_id=recipient_id) for recipient_id in ordered], ignore_conflicts=True
    )
    locked = Feed.objects.select_for_update().filter(recipient_id__in=ordered)
    return {feed.recipient_id: feed for feed in locked.order_by("recipient_id")}
