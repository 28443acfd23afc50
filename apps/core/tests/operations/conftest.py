"""An operation that waits, and a worker that does what is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from apps.core import operations
from apps.core.ids import uuid7
from apps.core.models import Operation, Work
from apps.core.operations import running
from apps.core.tests.operations import sample


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    sample.script.clear()
    sample.refusals.clear()
    # Every call of progress counts: no test waits for a clock.
    monkeypatch.setattr(running, "WRITE_EVERY", 0)


@pytest.fixture
def start() -> Callable[..., Operation]:
    """Give ``start(person)``: an operation of theirs about a new subject."""

    def started(person: Any, subject_id: Any = None) -> Operation:
        with transaction.atomic():
            operation, _ = operations.start(
                actor=person, kind=sample.KIND, subject_id=subject_id or uuid7()
            )
        return operation

    return started


@pytest.fixture
def time_passes(db) -> Callable[[], None]:
    """Give a jump over every lease and every pause before another attempt."""

    def jump() -> None:
        past = timezone.now() - timedelta(seconds=1)
        Work.objects.update(due_at=past)
        Work.objects.filter(leased_until__isnull=False).update(leased_until=past)

    return jump


@pytest.fixture
def kept_files(settings) -> Callable[[], list[Path]]:
    """Give the files in the private storage."""
    return lambda: sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
