"""The kernel's tasks: events, lost work, mail, and keeping house."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.core import cache, idempotency, mail, operations, relay
from apps.core.audit import partitions
from apps.core.files import orphans
from apps.core.work import sweeping, task


@task(queue="relay", soft_limit=relay.HARD_LIMIT - 10, hard_limit=relay.HARD_LIMIT)
def relay_events(**_: Any) -> None:
    """Hand every due event to its subscribers."""
    relay.drain()


@task(queue="relay", soft_limit=50, hard_limit=60)
def sweep_work(**_: Any) -> None:
    """Re-send work whose message or worker was lost."""
    sweeping.sweep()


@task(queue="mail", soft_limit=20, hard_limit=25, lease=30, attempts=8, retry_after=30)
def deliver_mail(*, mail_id: str, **_: Any) -> None:
    """Hand one mail to the mail server."""
    mail.deliver(mail_id=UUID(mail_id))


@task(queue="maintenance")
def make_audit_partitions(**_: Any) -> None:
    """Make room for the coming months of the audit trail."""
    partitions.make_ahead(now=timezone.now())


@task(queue="maintenance", soft_limit=50, hard_limit=60)
def reap_idempotency_keys(**_: Any) -> None:
    """Remove the keys of requests that are no longer replayed."""
    idempotency.reap(now=timezone.now())


@task(queue="maintenance", soft_limit=240, hard_limit=270)
def sweep_orphaned_files(**_: Any) -> None:
    """Have the storage looked through for files without a row."""
    orphans.sweep()


@task(queue="maintenance", soft_limit=240, hard_limit=270)
def sweep_orphaned_folder(*, folder: str, **_: Any) -> None:
    """Remove what is left over in one folder of the storage."""
    orphans.sweep_folder(folder=folder, now=timezone.now())


@task(queue="maintenance", soft_limit=50, hard_limit=60)
def settle_operations(**_: Any) -> None:
    """End operations whose work was given up."""
    operations.settle_lost(now=timezone.now())


@task(queue="maintenance", soft_limit=240, hard_limit=270)
def expire_operations(**_: Any) -> None:
    """Remove old operations with their results."""
    operations.expire(now=timezone.now())


@task(queue="critical", attempts=12, retry_after=2)
def drop_tokens(*, names: list[str], **_: Any) -> None:
    """Make unreadable, once more, what shows something that has changed.

    The attempts span more than the longest life of kept bytes.
    """
    cache.drop(tuple(names))
