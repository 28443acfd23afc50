"""What people are told about their own accounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.notifications.enums import NotificationKind, TargetType
from apps.notifications.services.mails import write_mail
from apps.notifications.services.telling import Fact, tell
from apps.users import selectors as users
from apps.users.enums import Approval, UserType

DECISIONS: Mapping[NotificationKind, Approval] = {
    NotificationKind.RECRUITER_APPROVED: Approval.APPROVED,
    NotificationKind.RECRUITER_REJECTED: Approval.REJECTED,
}


def welcome(*, user_id: UUID) -> None:
    """Welcome somebody who registered, by mail; recruiters learn that they have to wait for approval."""
    user = users.get_account_unscoped(user_id)
    waits = user.user_type == UserType.RECRUITER
    write_mail(
        name="welcome_recruiter" if waits else "welcome_candidate",
        key=f"welcome:{user.pk}",
        to=user,
        path="/jobs",
    )


@transaction.atomic
def tell_of_decision(
    *, kind: NotificationKind, user_id: UUID, occurred_at: datetime, reason: str = ""
) -> None:
    """Tell a recruiter of the staff's decision, once, by feed and, unless it was reversed since, by mail.

    Only the mail says the reason.
    """
    user = users.get_account_unscoped(user_id)
    fact = Fact(
        kind=kind,
        key=f"{kind}:{user.pk}:{occurred_at.isoformat()}",
        params={},
        target_type=TargetType.ACCOUNT,
        target_id=user.pk,
        occurred_at=occurred_at,
    )
    if tell(recipient_ids=[user.pk], fact=fact) and user.approval == DECISIONS[kind]:
        write_mail(
            name=kind.value,
            key=f"{fact.key}:{user.pk}",
            to=user,
            path="/login",
            context={"reason": reason},
        )
