"""Doing the work of an operation, from a task: every attempt ends with a word, or is taken up by the next.

A worker that is killed leaves the operation running; the outbox hands its row to another when the lease has run
out, and ``settle_lost`` ends the operation when there is no row left that could.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from apps.core.enums import OperationState
from apps.core.errors import DomainError
from apps.core.errors import mark as _
from apps.core.files import CheckedFile, record, storing
from apps.core.models import Operation
from apps.core.models.operations import LIVE
from apps.core.operations.lifecycle import ending

WRITE_EVERY = 0.5
"""Seconds between two writes of progress."""

FOLDER = "operations"
DEFECT = "internal_error"
DEFECT_TEXT = _("Something went wrong on our side")


class Cancelled(Exception):
    """The operation is to stop: its owner asked for it, or another attempt has taken it over."""


class Run:
    """One attempt at an operation."""

    def __init__(self, operation: Operation, run_id: UUID) -> None:
        """Remember which attempt this is."""
        self.operation = operation
        self._run_id = run_id
        self._written: float | None = None

    @property
    def mine(self) -> QuerySet[Operation]:
        """The operation's row while this attempt may write it."""
        return Operation.objects.filter(
            pk=self.operation.pk, run_id=self._run_id, state=OperationState.RUNNING
        )

    def progress(self, done: int, total: int) -> None:
        """Tell how far the work is; call it as often as is convenient.

        :raises Cancelled: the work should stop; let it pass
        """
        now = time.monotonic()
        if self._written is not None and now - self._written < WRITE_EVERY:
            return
        self._written = now
        self._still_wanted(done=done, total=total)

    def succeed(self, made: CheckedFile) -> None:
        """End well, with the file that was made.

        :raises Cancelled: the file is not wanted any more, and was thrown away
        """
        with storing(made, folder=FOLDER) as kept, transaction.atomic():
            self._still_wanted(
                **ending(OperationState.SUCCEEDED, now=timezone.now()),
                result=record(kept),
                error_code="",
                error_text="",
            )

    def _still_wanted(self, **changes: Any) -> None:
        if not self.mine.filter(cancel_requested_at__isnull=True).update(**changes):
            raise Cancelled


def perform(operation_id: UUID, produce: Callable[[Run], CheckedFile]) -> None:
    """Do an operation's work, unless it is over already: ``produce`` makes the file that people wait for.

    A domain error of ``produce`` is the operation's end. Any other error is raised again, so that the outbox
    tries later; until then people read that something went wrong.
    """
    run = _begin(operation_id)
    if run is None:
        return
    try:
        made = produce(run)
        with closing(made.file):
            run.succeed(made)
    except Cancelled:
        run.mine.update(**ending(OperationState.CANCELLED, now=timezone.now()))
    except DomainError as error:
        run.mine.update(
            **ending(OperationState.FAILED, now=timezone.now()),
            error_code=error.code,
            error_text=_untranslated(error.detail),
        )
    except Exception:
        run.mine.update(
            state=OperationState.QUEUED, run_id=None, error_code=DEFECT, error_text=DEFECT_TEXT
        )
        raise


def _begin(operation_id: UUID) -> Run | None:
    run_id, now = uuid4(), timezone.now()
    live = Operation.objects.filter(pk=operation_id, state__in=LIVE)
    begun = live.filter(cancel_requested_at__isnull=True).update(
        state=OperationState.RUNNING, run_id=run_id, started_at=now, done=0, total=None
    )
    if not begun:
        # Asked to stop, and then its worker died.
        live.update(**ending(OperationState.CANCELLED, now=now))
        return None
    return Run(Operation.objects.get(pk=operation_id), run_id)


def _untranslated(text: object) -> str:
    """Return the English text of the catalogue, which whoever reads it gets in their own language."""
    with translation.override(None):
        return str(text)
