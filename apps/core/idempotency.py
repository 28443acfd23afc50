"""Doing a request once: its key, its change and its answer are committed in one transaction.

A crash at any point leaves nothing or the whole, so that a key is never left behind half-claimed. This holds for
requests whose effects are rows of this database; one that calls another system between two commits needs more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from apps.core import json
from apps.core.errors import Conflict, InvalidInput, Unprocessable
from apps.core.errors import mark as _
from apps.core.ids import uuid7
from apps.core.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
BATCH = 1_000

# Refusals that the same request would meet again. What the caller can mend without a new key is not among them:
# input (400, 413, 415), who they are (401, 403), a stale version (412), their rate (429). A 5xx was rolled back.
_FINAL_REFUSALS = frozenset({402, 404, 409, 422})
# How long a twin waits for the request that runs; the second time only to tell a twin from another request.
_PATIENCE = ("2s", "20ms")


class KeyMalformed(InvalidInput):
    """The key is not 1 to 255 visible ASCII characters, bare or in double quotes."""

    code = "idempotency_key_malformed"
    title = _("The Idempotency-Key must be 1 to 255 visible ASCII characters")


class KeyRunning(Conflict):
    """The same request is being worked on at this moment."""

    code = "idempotency_key_running"
    title = _("This request is still being worked on; please try again")
    retry_after = 1


class KeyReused(Unprocessable):
    """Another request was sent under this key before; each needs a key of its own."""

    code = "idempotency_key_reused"
    title = _("This Idempotency-Key belongs to another request")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Whose request it is, under which key, and what it asks for."""

    actor_id: UUID
    route: str
    key: str
    fingerprint: bytes

    @property
    def lock(self) -> int:
        """Return the number of the advisory lock that is held while exactly this request runs."""
        named = json.dumps([self.actor_id, self.route, self.key, self.fingerprint.hex()])
        return int.from_bytes(hashlib.sha256(named).digest()[:8], signed=True)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a client is told, byte for byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def is_final(status: int) -> bool:
    """Tell whether the same request is to be answered like this again, instead of being tried once more."""
    return 200 <= status < 300 or status in _FINAL_REFUSALS


def once(claim: Claim, run: Callable[[], Answer]) -> Answer | None:
    """Do a request in a transaction of its own and keep its answer; return an earlier one instead, if there is.

    None means that ``run`` was called now. An exception or an answer that is not final undoes everything and
    frees the key.

    :raises KeyRunning: the same request is being done on another connection
    :raises KeyReused: the key belongs to another request
    """
    for patience in _PATIENCE:
        try:
            with transaction.atomic():
                return _claim_and_run(claim, run, patience=patience)
        except _Held:
            if _runs_now(claim):
                raise KeyRunning from None
    raise KeyReused


def reap(*, now: datetime) -> int:
    """Remove the keys that have expired, in batches; return how many there were."""
    removed = 0
    while True:
        with transaction.atomic():
            ids = list(
                IdempotencyKey.objects.select_for_update(skip_locked=True)
                .filter(expires_at__lte=now)
                .order_by("expires_at")
                .values_list("id", flat=True)[:BATCH]
            )
            IdempotencyKey.objects.filter(id__in=ids).delete()
        removed += len(ids)
        if len(ids) < BATCH:
            return removed


class _Held(Exception):
    """The row is held by a transaction that has not ended."""


def _claim_and_run(claim: Claim, run: Callable[[], Answer], *, patience: str) -> Answer | None:
    row_id = _claim(claim, patience=patience)
    if row_id is None:
        return _earlier(claim)
    answer = run()
    if is_final(answer.status):
        IdempotencyKey.objects.filter(id=row_id).update(
            status=answer.status, headers=dict(answer.headers), body=answer.body
        )
    else:
        transaction.set_rollback(True)
    return None


def _claim(claim: Claim, *, patience: str) -> UUID | None:
    """Take the key unless it is taken, and return its row's id; an expired one is taken over.

    :raises _Held: another transaction claimed it and still runs
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [patience])
        try:
            cursor.execute(
                "INSERT INTO core_idempotency_key AS kept"
                " (id, actor_id, route, key, fingerprint, status, headers, body, created_at, expires_at)"
                " VALUES (%s, %s, %s, %s, %s, 0, '{}', '', %s, %s)"
                " ON CONFLICT (actor_id, route, key) DO UPDATE"
                " SET fingerprint = EXCLUDED.fingerprint, status = 0, created_at = EXCLUDED.created_at,"
                "     expires_at = EXCLUDED.expires_at"
                " WHERE kept.expires_at <= EXCLUDED.created_at"
                " RETURNING kept.id, pg_advisory_xact_lock(%s)",
                [
                    uuid7(),
                    claim.actor_id,
                    claim.route,
                    claim.key,
                    claim.fingerprint,
                    now,
                    now + KEPT_FOR,
                    claim.lock,
                ],
            )
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise _Held from error
            raise
        row = cursor.fetchone()
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    return row[0] if row else None


def _earlier(claim: Claim) -> Answer:
    row = IdempotencyKey.objects.get(actor_id=claim.actor_id, route=claim.route, key=claim.key)
    if bytes(row.fingerprint) != claim.fingerprint:
        raise KeyReused
    return Answer(status=row.status, headers=row.headers, body=bytes(row.body))


def _runs_now(claim: Claim) -> bool:
    """Tell whether it is this very request that holds the key; its row cannot be seen before it commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT NOT pg_try_advisory_xact_lock_shared(%s)", [claim.lock])
        return bool(cursor.fetchone()[0])
