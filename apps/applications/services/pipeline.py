"""What happens to an application after it was made: seen, moved by the company, withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from apps.applications import locks, selectors
from apps.applications.domain import lifecycle, policies
from apps.applications.enums import ApplicationState, StepKind
from apps.applications.errors import ApplicationNotFound
from apps.applications.events import ApplicationMoved, ApplicationSeen, ApplicationWithdrawn
from apps.applications.models import Application, ApplicationEvent
from apps.core import audit, versioned
from apps.core.events import publish
from apps.core.models import StoredFile
from apps.users.errors import RoleNotAllowed
from apps.users.services.rights import require_right

if TYPE_CHECKING:
    from apps.users.models import User


@versioned.edit
def move_application(
    *,
    actor: User,
    application_id: UUID,
    status: ApplicationState,
    reason: str,
    version: int | None,
    now: datetime,
) -> Application:
    """Move an application to another state, as the company's decision.

    ``reason`` is the company's own note and is never shown to the candidate; ``version`` is the one that
    the actor decided on, None to apply the move to whatever stands there.

    :raises ApplicationNotFound: the actor may not see this application
    :raises RoleNotAllowed: the actor is its candidate
    :raises StaleVersion: somebody else changed it since ``version``
    :raises TransitionRefused: it cannot go from its state to ``status``
    """
    application = locks.application_for_change(viewer=actor, application_id=application_id)
    if selectors.side_of(viewer=actor, application=application) is not policies.Side.COMPANY:
        raise RoleNotAllowed
    versioned.check(application, version)
    came_from = ApplicationState(application.state)
    lifecycle.require(lifecycle.MOVES, came_from, status)
    _step(application, kind=StepKind.MOVED, to=status, actor=actor, now=now, reason=reason)
    audit.record(actor, "moved", application, before=came_from, state=status)
    publish(
        ApplicationMoved(
            application_id=application.id,
            candidate_id=application.candidate_id,
            company_id=application.company_id,
            from_state=came_from,
            to_state=status,
            occurred_at=now,
        )
    )
    return application


@versioned.edit
def withdraw_application(
    *, actor: User, application_id: UUID, now: datetime, version: int | None = None
) -> Application:
    """Take an application back, as its candidate; the company no longer sees how to reach them.

    :raises ApplicationNotFound: the actor may not see this application
    :raises RoleNotAllowed: the actor is not its candidate
    :raises StaleVersion: somebody else changed it since ``version``
    :raises TransitionRefused: it is decided, or withdrawn already
    """
    application = locks.application_for_change(viewer=actor, application_id=application_id)
    if selectors.side_of(viewer=actor, application=application) is not policies.Side.CANDIDATE:
        raise RoleNotAllowed
    versioned.check(application, version)
    lifecycle.require(
        lifecycle.WITHDRAWALS, ApplicationState(application.state), ApplicationState.WITHDRAWN
    )
    _step(
        application,
        kind=StepKind.WITHDRAWN,
        to=ApplicationState.WITHDRAWN,
        actor=actor,
        now=now,
    )
    audit.record(actor, "withdrawn", application)
    publish(
        ApplicationWithdrawn(
            application_id=application.id, company_id=application.company_id, occurred_at=now
        )
    )
    return application


@transaction.atomic
def open_cv(*, actor: User, application_id: UUID, now: datetime) -> StoredFile:
    """Return an application's CV for reading, and note whenever the company opens it.

    The first time makes the application seen.

    :raises ApplicationNotFound: the actor may not see this application
    :raises CvNotShared: the candidate withdrew
    """
    application = selectors.get_application_with_cv_for(viewer=actor, application_id=application_id)
    if selectors.side_of(viewer=actor, application=application) is policies.Side.COMPANY:
        audit.record(actor, "cv_read", application)
    mark_seen(actor=actor, application_id=application_id, now=now)
    return application.cv


@transaction.atomic
def open_cv_as_staff(*, actor: User, application_id: UUID) -> StoredFile:
    """Return an application's CV for reading, and note that; the company has not seen it by this.

    :raises RoleNotAllowed: the actor is not staff with the right to see applications
    :raises ApplicationNotFound: there is no such application
    """
    require_right(actor=actor, right="applications.view_application")
    application = Application.objects.select_related("cv").filter(pk=application_id).first()
    if application is None:
        raise ApplicationNotFound
    audit.record(actor, "cv_read", application)
    return application.cv


@versioned.edit
def mark_seen(*, actor: User, application_id: UUID, now: datetime) -> None:
    """Note that the company has seen an application.

    Nothing changes when the candidate looks at it, or when the company has seen it already: looking is
    not a decision, so looking twice is no error.

    :raises ApplicationNotFound: the actor may not see this application
    """
    application = locks.application_for_change(viewer=actor, application_id=application_id)
    if selectors.side_of(viewer=actor, application=application) is not policies.Side.COMPANY:
        return
    if application.state != ApplicationState.SUBMITTED:
        return
    _step(application, kind=StepKind.SEEN, to=ApplicationState.SEEN, actor=actor, now=now)
    audit.record(actor, "seen", application)
    publish(
        ApplicationSeen(
            application_id=application.id, candidate_id=application.candidate_id, occurred_at=now
        )
    )


def _step(
    application: Application,
    *,
    kind: StepKind,
    to: ApplicationState,
    actor: User,
    now: datetime,
    reason: str = "",
) -> None:
    """Change the state and record it: the only place that does."""
    came_from = application.state
    application.state = to
    versioned.save(application, "state")
    ApplicationEvent.objects.create(
        application=application,
        version=application.version,
        kind=kind,
        from_state=came_from,
        to_state=to,
        reason=reason,
        actor_id=actor.pk,
        at=now,
    )
