"""Putting a fact into people's feeds, once each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.core import audit, work
from apps.notifications import locks
from apps.notifications.enums import NotificationKind, TargetType
from apps.notifications.models import Feed, Notification


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What people are told: ``key`` names it for ever, ``params`` are the names that its text needs."""

    kind: NotificationKind
    key: str
    params: Mapping[str, str]
    target_type: TargetType
    target_id: UUID
    occurred_at: datetime


@transaction.atomic
def tell(*, recipient_ids: Collection[UUID], fact: Fact) -> list[UUID]:
    """Add the fact to the feeds of those who were not told of it, and have it pushed to their sockets.

    Returns the ids of the people who were told now, so that a second run finds nothing left to do.
    """
    feeds = locks.feeds(recipient_ids)
    known = Notification.objects.filter(recipient_id__in=feeds, dedupe_key=fact.key)
    for recipient_id in known.values_list("recipient_id", flat=True):
        del feeds[recipient_id]
    new = [_next(feed, fact) for feed in feeds.values()]
    Notification.objects.bulk_create(new)
    Feed.objects.bulk_update(feeds.values(), ["last_seq"])
    for notification in new:
        work.add(
            "apps.notifications.tasks.push_notification",
            key=f"push:{notification.id}",
            notification_id=notification.id,
        )
    if new:
        audit.record(
            None, "told", new[0], kind=fact.kind, target=fact.target_id, recipients=list(feeds)
        )
    return list(feeds)


def _next(feed: Feed, fact: Fact) -> Notification:
    feed.last_seq += 1
    return Notification(
        recipient_id=feed.recipient_id,
        seq=feed.last_seq,
        dedupe_key=fact.key,
        kind=fact.kind,
        params=dict(fact.params),
        target_type=fact.target_type,
        target_id=fact.target_id,
        occurred_at=fact.occurred_at,
    )
