"""Exporting the applications to a posting as a table, for its company."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from apps.applications import selectors
from apps.applications.domain import lifecycle, policies
from apps.applications.enums import ApplicationState
from apps.applications.errors import ExportOutdated
from apps.core import audit, operations
from apps.core.files import CheckedFile, table
from apps.core.models import Operation
from apps.jobs.errors import JobNotFound
from apps.users import selectors as users

if TYPE_CHECKING:
    from apps.applications.models import Application
    from apps.jobs.selectors import Posting
    from apps.users.models import User

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
BATCH = 500


@transaction.atomic
def request_export(*, actor: User, job_id: UUID, language: str) -> Operation:
    """Start an export of the applications to a posting, or return the one that is under way.

    ``language`` is that of the header and the statuses.

    :raises JobNotFound: there is no such posting, or its applications are not the actor's to see
    """
    posting = selectors.posting_with_applicants(viewer=actor, job_id=job_id)
    operation, is_new = operations.start(
        actor=actor, kind=EXPORT, subject_id=posting.id, language=language
    )
    if is_new:
        audit.record(actor, "applications_exported", operation, job_id=str(posting.id))
    return operation


def run_export(*, operation_id: UUID, language: str) -> None:
    """Do the work of an export, for its owner and with the rights that the owner has now."""
    operations.perform(operation_id, lambda run: _export(run, language=language))


def _check_result(operation: Operation) -> None:
    """Check that an export may still be read: the rights can be lost, and contact data be taken back.

    :raises JobNotFound: the applications are not the owner's to see any more
    :raises ExportOutdated: a candidate withdrew since
    """
    _posting_of(operation)
    since = operation.started_at
    if since and selectors.withdrawn_since_unscoped(operation.subject_id, since):
        raise ExportOutdated


EXPORT = operations.declare(
    operations.Kind(
        name="applications.export",
        subject_type="job",
        task="apps.applications.tasks.export_applications",
        check_result=_check_result,
    )
)


def _export(run: operations.Run, *, language: str) -> CheckedFile:
    owner, posting = _posting_of(run.operation)
    with translation.override(language):
        return table(
            name=f"{_('Applications')} {posting.title}.csv",
            header=[
                _("Candidate"),
                _("E-mail"),
                _("Phone number"),
                _("Applied at"),
                _("Status"),
                _("Posting"),
            ],
            rows=_rows(run, owner=owner, posting=posting),
        )


def _rows(run: operations.Run, *, owner: User, posting: Posting) -> Iterator[list[str]]:
    applications = selectors.exported_applications(viewer=owner, job_id=posting.id)
    total = applications.count()
    for number, application in enumerate(applications.iterator(chunk_size=BATCH)):
        run.progress(number, total)
        yield _cells(application)


def _cells(application: Application) -> list[str]:
    state = ApplicationState(application.state)
    candidate = application.candidate
    shown = policies.may_see_contact(policies.Side.COMPANY, state)
    return [
        candidate.full_name,
        candidate.email if shown else "",
        candidate.phone_number if shown else "",
        application.applied_at.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M"),
        str(lifecycle.STATUS_OF[state].label),
        application.job_title,
    ]


def _posting_of(operation: Operation) -> tuple[User, Posting]:
    """Return the owner of an export and its posting, if the one may still see the other's applications."""
    owner = users.active_account(operation.actor_id)
    if owner is None:
        raise JobNotFound
    return owner, selectors.posting_with_applicants(viewer=owner, job_id=operation.subject_id)
