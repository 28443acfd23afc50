"""Work that accounts have done in the background."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from apps.core.work import task
from apps.users.services import sessions


@task(queue="maintenance", soft_limit=240, hard_limit=270)
def sweep_sessions(**_: Any) -> None:
    """Remove sessions and tokens that have been over for long."""
    sessions.sweep(now=timezone.now())
