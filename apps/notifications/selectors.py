"""Reads of notifications: everybody sees their own and nobody else's, while they may see what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.applications import selectors as applications
from apps.notifications.domain.steps import TO_COMPANY
from apps.notifications.errors import NotificationNotFound
from apps.notifications.models import Notification

if TYPE_CHECKING:
    from apps.users.models import User

PAGE = 100
"""How many notifications a socket is given at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A place in a feed: everything up to ``seq`` lies behind it, the last of that is ``id``."""

    seq: int = 0
    id: UUID | None = None

    @classmethod
    def of(cls, notification: Notification) -> Position:
        """Return the place right after a notification."""
        return cls(seq=notification.seq, id=notification.pk)


def notifications_of(*, viewer: User, unread_only: bool = False) -> QuerySet[Notification]:
    """Return the viewer's notifications, newest first.

    What a company is told of its applicants is for those who may see them now: whoever has left it, or has
    another role by now, no longer has these notifications either.
    """
    seen = applications.visible_applications(viewer=viewer).filter(pk=OuterRef("target_id"))
    notifications = (
        Notification.objects.of(viewer.pk)
        .filter(~Q(kind__in=TO_COMPANY) | Exists(seen))
        .order_by("-seq")
    )
    return notifications.unread() if unread_only else notifications


def unread_count(*, viewer: User) -> int:
    """Return how many notifications the viewer has not read."""
    return notifications_of(viewer=viewer, unread_only=True).count()


def get_notification_for(*, viewer: User, notification_id: UUID) -> Notification:
    """Return one notification of the viewer.

    :raises NotificationNotFound: the viewer has no such notification
    """
    found = notifications_of(viewer=viewer).filter(pk=notification_id).first()
    if found is None:
        raise NotificationNotFound
    return found


def newest_position(*, viewer: User) -> Position:
    """Return the place after the viewer's newest notification."""
    newest = Notification.objects.of(viewer.pk).order_by("-seq").first()
    return Position() if newest is None else Position.of(newest)


def position_after(*, viewer: User, notification_id: UUID | None) -> Position:
    """Return the place after one of the viewer's notifications; None is the beginning of the feed.

    :raises NotificationNotFound: the viewer has no such notification
    """
    if notification_id is None:
        return Position()
    # A place says nothing of what stands there, and a client goes on from it also when that is hidden by now.
    known = Notification.objects.of(viewer.pk).filter(pk=notification_id).first()
    if known is None:
        raise NotificationNotFound
    return Position.of(known)


def feed_after(
    *, viewer: User, position: Position, besides: tuple[int, int] = (0, 0)
) -> tuple[list[Notification], bool]:
    """Return at most ``PAGE`` notifications behind a place, oldest first, and whether there are more.

    Those whose numbers lie above the first and up to the second of ``besides`` are left out.
    """
    above, upto = besides
    rows = list(
        notifications_of(viewer=viewer)
        .filter(seq__gt=position.seq)
        .exclude(Q(seq__gt=above) & Q(seq__lte=upto))
        .order_by("seq")[: PAGE + 1]
    )
    return rows[:PAGE], len(rows) > PAGE


def find_notification_unscoped(notification_id: UUID) -> Notification | None:
    """Return a notification with its recipient, or None when it is gone."""
    return Notification.objects.select_related("recipient").filter(pk=notification_id).first()
