"""The outbox: rows written with the change that caused them, and how they are claimed, done or given up.

A row's message may be lost or doubled; the row decides. A worker claims it by a conditional UPDATE that counts
the attempt, so that a worker which dies without a word still uses one up, and finishing checks the claim.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from apps.core.logs.reports import report
from apps.core.models.work import Work
from apps.core.work import broker, told
from apps.core.work.specs import spec_of

RELAY = "relay"
RELAY_ATTEMPTS = 10
LONGEST_RETRY = timedelta(minutes=10)
KEPT_ERROR = 2_000

log = structlog.get_logger("work")


def add(task: str, *, key: str, due_at: datetime | None = None, **args: Any) -> None:
    """Write down a piece of work in the caller's transaction, to be done after the commit.

    ``key`` names the piece: while a row with it lives, adding it again changes nothing.

    :raises RuntimeError: there is no transaction
    :raises LookupError: no such task is declared
    """
    _require_transaction(task)
    spec, now = spec_of(task), timezone.now()
    row = Work(
        task=task,
        args={
            name: str(value) if isinstance(value, UUID) else value for name, value in args.items()
        },
        context=_context(),
        key=key,
        queue=spec.queue,
        due_at=due_at or now,
        sent_at=now if due_at is None or due_at <= now else None,
        max_attempts=spec.attempts,
    )
    Work.objects.bulk_create([row], ignore_conflicts=True)
    if row.sent_at is not None:
        transaction.on_commit(lambda: _ring(row), robust=True)


def add_relays(*, handlers: Sequence[str], args: dict[str, Any]) -> None:
    """Write one row per subscriber of an event, and ring the relay on commit."""
    if not handlers:
        return
    now, context = timezone.now(), _context()
    rows = [
        Work(
            task=handler,
            args=args,
            context=context,
            queue=RELAY,
            due_at=now,
            sent_at=now,
            max_attempts=RELAY_ATTEMPTS,
        )
        for handler in handlers
    ]
    for row in rows:
        row.key = f"{row.task}:{row.id}"
    Work.objects.bulk_create(rows)
    transaction.on_commit(broker.ring_relay, robust=True)


def execute(work_id: UUID) -> bool:
    """Claim a row, do its work and remove it; return False when somebody else holds it or it is gone."""
    row = _claim(work_id)
    if row is None:
        return False
    spec = spec_of(row.task)
    with (
        structlog.contextvars.bound_contextvars(**row.context),
        told.running(row.task, queue=row.queue) as run,
    ):
        try:
            spec.run(**row.args)
        except Exception as error:  # noqa: BLE001 - whatever it is, the row keeps it and decides what follows
            run.outcome = fail(row, retry_after=spec.retry_after, error=error)
            return True
    Work.objects.filter(id=row.id, claim_id=row.claim_id).delete()
    return True


def fail(row: Work, *, retry_after: timedelta, error: Exception) -> str:
    """Free a row for its next attempt, later each time, or give it up after the last one; return what became of it.

    ``row.attempts`` counts the attempt that failed.
    """
    now = timezone.now()
    dead = row.attempts >= row.max_attempts
    log.warning(
        "work_dead" if dead else "work_failed",
        task=row.task,
        work_id=str(row.id),
        attempts=row.attempts,
        exc_info=error,
    )
    backoff = min(retry_after * 2 ** (row.attempts - 1), LONGEST_RETRY)
    Work.objects.filter(id=row.id, claim_id=row.claim_id).update(
        attempts=row.attempts,
        claim_id=None,
        leased_until=None,
        sent_at=None,
        due_at=now + backoff * random.uniform(1, 1.25),  # noqa: S311 - jitter, not a secret
        last_error=f"{type(error).__name__}: {error}"[:KEPT_ERROR],
        dead_at=now if dead else None,
    )
    if dead:
        # Once for a piece of work, when nobody tries it again; until then the log and the counts tell.
        report(error)
    return told.DEAD if dead else told.FAILED


def _ring(row: Work) -> None:
    if not broker.send(row.task, queue=row.queue, work_id=row.id):
        # The next sweep sends it, instead of waiting a minute for a message that was never there.
        Work.objects.filter(id=row.id, claim_id__isnull=True).update(sent_at=None)


def _require_transaction(what: str) -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{what} was added outside a transaction")


def _context() -> dict[str, str]:
    bound = structlog.contextvars.get_contextvars()
    return {name: str(bound[name]) for name in ("request_id", "actor_id") if bound.get(name)}


def _claim(work_id: UUID) -> Work | None:
    now, claim_id = timezone.now(), uuid4()
    row = Work.objects.filter(id=work_id).first()
    if row is None:
        return None
    claimed = (
        Work.objects.filter(id=work_id, dead_at__isnull=True, due_at__lte=now)
        .filter(Q(leased_until__isnull=True) | Q(leased_until__lt=now))
        .filter(attempts__lt=F("max_attempts"))
        .update(
            claim_id=claim_id,
            leased_until=now + spec_of(row.task).lease,
            attempts=F("attempts") + 1,
        )
    )
    return Work.objects.filter(id=work_id, claim_id=claim_id).first() if claimed else None
