"""Notifications for tests, told through the service: its numbers are part of what is tested."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from apps.notifications.enums import NotificationKind, TargetType
from apps.notifications.models import Notification
from apps.notifications.services.telling import Fact, tell

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
"""Noon in Vietnam."""

_numbers = count(1)


def fact(**values: Any) -> Fact:
    """Return a fact of its own: the applicant of a posting was seen."""
    given: dict[str, Any] = {
        "kind": NotificationKind.APPLICATION_SEEN,
        "key": f"fact:{next(_numbers)}",
        "params": {"job": "Kế toán trưởng", "company": "Công ty Đại Việt"},
        "target_type": TargetType.APPLICATION,
        "target_id": uuid4(),
        "occurred_at": NOON,
    }
    return Fact(**{**given, **values})


def told(person: Any, **values: Any) -> Notification:
    """Tell a person a fact and return the notification; ``job`` is short for the name of a posting."""
    if "job" in values:
        values["params"] = {"job": values.pop("job"), "company": "Công ty Đại Việt"}
    said = fact(**values)
    tell(recipient_ids=[person.pk], fact=said)
    return Notification.objects.get(recipient=person, dedupe_key=said.key)
