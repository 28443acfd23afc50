"""Writing the trail. Who asked, from where and in which session is read from the request being answered."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Model
from django.utils.crypto import salted_hmac

from apps.core.clients import client_of, current_request
from apps.core.enums import AuditKind
from apps.core.logs.lines import write_line
from apps.core.models.audit import Audit

log = logging.getLogger("onetop.audit")

ADMIN = "admin"
"""The way of what staff do on their pages; other entries name none."""


def record(actor: Model | UUID | None, verb: str, subject: Model, **data: Any) -> None:
    """Write down, in the caller's transaction, that ``actor`` did ``verb`` (past tense) to ``subject``.

    No actor means that the platform acted by itself. ``data`` holds names of changed ``fields``, for public ones
    what they were and became (``changes``), and small plain values: never passwords, tokens, addresses or what a
    document says.

    :raises RuntimeError: there is no transaction, so the entry could outlive a rolled back change
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{verb} was recorded outside a transaction")
    _write(
        AuditKind.CHANGE,
        verb,
        actor=actor,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        data=data,
    )


def security(
    verb: str, *, account_id: UUID | None, actor: Model | UUID | None = None, **data: Any
) -> None:
    """Write down something about who may enter: a login, a failed one, a changed password or right.

    For what succeeds, call it inside the transaction of the change. For what is refused, call it outside of
    any, because the error that follows would take the entry back. ``actor`` is who has proved to be somebody:
    None for a failed login. Of an address that has no account only ``disguise(address)`` is kept.
    """
    _write(
        AuditKind.SECURITY,
        verb,
        actor=actor,
        subject_type=settings.AUTH_USER_MODEL.lower(),
        subject_id=account_id,
        data=data,
    )


def disguise(text: str) -> str:
    """Return a keyed hash: equal for equal texts, and telling nothing about them without our key."""
    return salted_hmac("apps.core.audit", text.strip().casefold(), algorithm="sha256").hexdigest()[
        :32
    ]


def _write(
    kind: AuditKind,
    verb: str,
    *,
    actor: Model | UUID | None,
    subject_type: str,
    subject_id: UUID | None,
    data: dict[str, Any],
) -> None:
    request = current_request.get()
    # Authentication leaves the session's row there, as Django REST framework does.
    session = getattr(request, "auth", None)
    if request is not None and getattr(request.resolver_match, "app_name", "") == ADMIN:
        data = {**data, "way": ADMIN}
    entry = Audit.objects.create(
        kind=kind,
        verb=verb,
        actor_id=actor.pk if isinstance(actor, Model) else actor,
        subject_type=subject_type,
        subject_id=subject_id,
        data=data,
        ip=client_of(request).ip if request else None,
        session_id=session.pk if isinstance(session, Model) else None,
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
    )
    transaction.on_commit(lambda: _log(entry), robust=True)


def _log(entry: Audit) -> None:
    """Write an entry's line once it stands: who did what to which row, and none of the details."""
    write_line(
        log,
        logging.INFO,
        "audit",
        audit_id=str(entry.pk),
        kind=entry.kind,
        verb=entry.verb,
        subject=f"{entry.subject_type}:{entry.subject_id}",
        **({"actor_id": str(entry.actor_id)} if entry.actor_id else {}),
    )
