"""Telling people of the steps of applications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from apps.applications import selectors as applications
from apps.applications.enums import ApplicationState
from apps.companies import selectors as companies
from apps.notifications.domain.steps import TO_COMPANY, is_current, names_of
from apps.notifications.enums import NotificationKind, TargetType
from apps.notifications.services.mails import write_mail
from apps.notifications.services.telling import Fact, tell
from apps.users import selectors as users

if TYPE_CHECKING:
    from apps.applications.selectors import ApplicationFacts


@transaction.atomic
def tell_of_application(
    *,
    kind: NotificationKind,
    application_id: UUID,
    state: ApplicationState | None = None,
    occurred_at: datetime,
) -> None:
    """Tell everybody whom a step of an application concerns, each once, by feed and by mail.

    ``state`` is where a move led. The feed tells every step; a mail is written only while it is not overtaken:
    who was invited a moment after being rejected by mistake gets the invitation alone.
    """
    application = applications.application_facts_unscoped(application_id)
    if application is None:
        return
    key = f"{kind}:{application.id}"
    if kind == NotificationKind.APPLICATION_MOVED:
        # The only step that an application may take twice.
        key = f"{key}:{occurred_at.isoformat()}"
    fact = Fact(
        kind=kind,
        key=key,
        params=names_of(kind, application, state),
        target_type=TargetType.APPLICATION,
        target_id=application.id,
        occurred_at=occurred_at,
    )
    told = tell(recipient_ids=_concerned(kind, application), fact=fact)
    if not is_current(kind, state, present=application.state):
        return
    for recipient_id in told:
        write_mail(
            name=f"application_{state.lower()}" if state else kind.value,
            key=f"{fact.key}:{recipient_id}",
            to=users.get_account_unscoped(recipient_id),
            path=f"/applications/{application.id}",
            context={**fact.params, "occurred_at": occurred_at},
        )


def _concerned(kind: NotificationKind, application: ApplicationFacts) -> Sequence[UUID]:
    if kind in TO_COMPANY:
        return companies.recruiting_members_unscoped(application.company_id)
    return [application.candidate_id]
