"""Work that applications do in the background."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.applications.services import exporting
from apps.core.work import task


@task(queue="heavy_tasks", soft_limit=270, hard_limit=300, attempts=3, retry_after=60)
def export_applications(*, operation_id: str, language: str, **_: Any) -> None:
    """Write the applications to a posting into a table."""
    exporting.run_export(operation_id=UUID(operation_id), language=language)
