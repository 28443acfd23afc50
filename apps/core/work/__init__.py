"""Work that follows a commit: ``add`` writes it down, ``task`` declares how it is done."""

from __future__ import annotations

from apps.core.work.outbox import add
from apps.core.work.tasks import task

__all__ = ["add", "task"]
