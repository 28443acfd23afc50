"""The demo world's notifications: what its people were told of its applications."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from apps.applications.enums import ApplicationState
from apps.applications.selectors import application_facts_unscoped
from apps.core.demo import demo_id
from apps.notifications.domain.steps import names_of
from apps.notifications.enums import NotificationKind, TargetType
from apps.notifications.models import Feed, Notification

SUBMITTED, SEEN, MOVED, WITHDRAWN = (
    NotificationKind.APPLICATION_SUBMITTED,
    NotificationKind.APPLICATION_SEEN,
    NotificationKind.APPLICATION_MOVED,
    NotificationKind.APPLICATION_WITHDRAWN,
)

_UNREAD_SINCE = 10
"""What was told fewer hours ago has not been read yet."""

_STEPS: tuple[tuple[int, str, NotificationKind, str, ApplicationState | None], ...] = (
    (400, "recruiter2", SUBMITTED, "candidate:driver", None),
    (300, "candidate", SEEN, "candidate:driver", None),
    (200, "recruiter2", SUBMITTED, "candidate:supervisor", None),
    (180, "recruiter2", SUBMITTED, "candidate2:parttime", None),
    (150, "recruiter2", SUBMITTED, "candidate2:accountant", None),
    (150, "candidate", SEEN, "candidate:supervisor", None),
    (120, "candidate2", SEEN, "candidate2:accountant", None),
    (100, "candidate", MOVED, "candidate:supervisor", ApplicationState.REJECTED),
    (90, "recruiter2", WITHDRAWN, "candidate2:parttime", None),
    (80, "recruiter", SUBMITTED, "candidate2:tester", None),
    (70, "candidate2", SEEN, "candidate2:tester", None),
    (50, "candidate2", MOVED, "candidate2:tester", ApplicationState.INTERVIEW),
    (30, "candidate2", MOVED, "candidate2:accountant", ApplicationState.HIRED),
    (20, "recruiter", SUBMITTED, "candidate:backend", None),
    (11, "candidate", SEEN, "candidate:backend", None),
    (8, "candidate2", MOVED, "candidate2:tester", ApplicationState.OFFER),
    (5, "recruiter", SUBMITTED, "candidate:frontend", None),
    (3, "recruiter", SUBMITTED, "candidate2:backend", None),
    (2, "candidate", MOVED, "candidate:backend", ApplicationState.INTERVIEW),
)
"""How many hours ago, who was told, of what, of which application, and where a move led; oldest first."""


def load(*, now: datetime) -> None:
    """Write what the people of the demo world were told, as rows."""
    newest: Counter[UUID] = Counter()
    rows = []
    for hours, person, kind, key, state in _STEPS:
        recipient_id, application_id = demo_id(f"user:{person}"), demo_id(f"application:{key}")
        newest[recipient_id] += 1
        occurred_at = now - timedelta(hours=hours)
        rows.append(
            Notification(
                id=demo_id(f"notification:{person}:{newest[recipient_id]}"),
                recipient_id=recipient_id,
                seq=newest[recipient_id],
                dedupe_key=f"demo:{kind}:{key}:{state or ''}",
                kind=kind,
                params=_names(kind, application_id, state),
                target_type=TargetType.APPLICATION,
                target_id=application_id,
                occurred_at=occurred_at,
                read_at=None if hours < _UNREAD_SINCE else occurred_at + timedelta(hours=1),
            )
        )
    Feed.objects.bulk_create(
        Feed(recipient_id=recipient_id, last_seq=seq) for recipient_id, seq in newest.items()
    )
    Notification.objects.bulk_create(rows)


def _names(
    kind: NotificationKind, application_id: UUID, state: ApplicationState | None
) -> Mapping[str, str]:
    application = application_facts_unscoped(application_id)
    if application is None:
        raise LookupError(f"the demo world has no application {application_id}")
    return names_of(kind, application, state)
