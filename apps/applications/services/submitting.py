"""Applying to a posting."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from apps.applications.enums import StepKind
from apps.applications.errors import AlreadyApplied
from apps.applications.events import ApplicationSubmitted
from apps.applications.models import Application, ApplicationEvent
from apps.core import audit
from apps.core.events import publish
from apps.core.files import KeptFile, check_document, record, storing
from apps.jobs.services import applying
from apps.users.errors import RoleNotAllowed

if TYPE_CHECKING:
    from apps.users.models import User

FOLDER = "cvs"


def apply(
    *, actor: User, job_id: UUID, cv_file: UploadedFile[bytes], cover_letter: str, now: datetime
) -> Application:
    """Apply to a posting with a CV, copying what the posting says now.

    The bytes are stored before the transaction, so that nobody waits for a disk behind a row lock, and are
    removed again if it fails.

    :raises RoleNotAllowed: the actor is not a candidate
    :raises InvalidInput: the file is empty
    :raises FileTooLarge: it exceeds ``MAX_CV_FILE_SIZE``
    :raises UnsupportedFile: it is neither a PDF nor a DOCX
    :raises JobNotFound: there is no such posting in public
    :raises JobClosed: it takes no more applications
    :raises JobExpired: its deadline has passed
    :raises AlreadyApplied: the actor has applied to it before; of simultaneous requests all but one may
        meet the unique constraint instead, which means the same
    """
    if not actor.is_candidate:
        raise RoleNotAllowed
    checked = check_document(cv_file, max_bytes=settings.MAX_CV_FILE_SIZE, field="cv_file")
    with storing(checked, folder=FOLDER) as kept, transaction.atomic():
        return _submit(actor=actor, job_id=job_id, kept=kept, cover_letter=cover_letter, now=now)


def _submit(
    *, actor: User, job_id: UUID, kept: KeptFile, cover_letter: str, now: datetime
) -> Application:
    # Held until the commit: the posting is closed either before, and refuses, or after, and keeps this.
    posting = applying.open_posting(job_id=job_id, now=now)
    if Application.objects.filter(job_id=posting.id, candidate=actor).exists():
        raise AlreadyApplied
    application = Application.objects.create(
        job_id=posting.id,
        candidate=actor,
        company_id=posting.company_id,
        job_title=posting.title,
        job_slug=posting.slug,
        company_name=posting.company_name,
        cv=record(kept),
        cover_letter=cover_letter,
        applied_at=now,
    )
    ApplicationEvent.objects.create(
        application=application,
        version=application.version,
        kind=StepKind.SUBMITTED,
        to_state=application.state,
        actor_id=actor.pk,
        at=now,
    )
    audit.record(actor, "submitted", application, job=posting.id)
    publish(
        ApplicationSubmitted(
            application_id=application.pk,
            job_id=posting.id,
            company_id=posting.company_id,
            candidate_id=actor.pk,
            occurred_at=now,
        )
    )
    return application
