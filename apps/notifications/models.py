"""Tables of notifications: one feed for each person, and what stands in it."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import PROTECT, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Entity
from apps.notifications.enums import NotificationKind, TargetType


class Feed(models.Model):
    """One person's feed: the number of its newest notification, and the lock of whoever adds the next.

    Numbers are given under that lock, so they become visible in their order. Ids cannot promise that: of two
    transactions the one with the smaller id may commit last, and a client that resumes after the other
    would never get it.
    """

    recipient = models.OneToOneField(
        "users.User",
        primary_key=True,
        on_delete=PROTECT,
        related_name="+",
        verbose_name=_("recipient"),
    )
    last_seq = models.PositiveBigIntegerField(_("newest number"), default=0)

    class Meta:
        db_table = "notifications_feed"
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")

    def __str__(self) -> str:
        return f"{self.recipient_id} · {self.last_seq}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Filters of notifications."""

    def of(self, recipient_id: UUID) -> Self:
        """Return one person's notifications."""
        return self.filter(recipient_id=recipient_id)

    def unread(self) -> Self:
        """Return the notifications that their recipients have not read."""
        return self.filter(read_at__isnull=True)


class Notification(Entity):
    """Something that one person is told.

    ``params`` holds the names that the text needs, so that it can be worded in any language when it is read.
    ``dedupe_key`` names the fact: nobody is told of the same one twice. ``seq`` orders a person's feed.
    """

    recipient = models.ForeignKey(
        "users.User",
        on_delete=PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("recipient"),
    )
    seq = models.PositiveBigIntegerField(_("number in the feed"), editable=False)
    dedupe_key = models.CharField(_("fact"), max_length=200, editable=False)
    kind = models.CharField(_("kind"), max_length=40, choices=NotificationKind.choices)
    params = models.JSONField(_("names"), default=dict)
    target_type = models.CharField(_("leads to"), max_length=20, choices=TargetType.choices)
    target_id = models.UUIDField(_("id of the target"))
    occurred_at = models.DateTimeField(_("happened at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True, editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        db_table = "notifications_notification"
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "dedupe_key"], name="notifications_notification_told_once"
            ),
            # Also the index of the list, newest first, and of what a socket resumes after.
            models.UniqueConstraint(
                fields=["recipient", "seq"], name="notifications_notification_seq_unique"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=NotificationKind.values),
                name="notifications_notification_kind_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient", "-seq"],
                name="notifications_unread",
                condition=Q(read_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.id}"
