"""Compare-and-set for rows that people edit together. Never for balances."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from apps.core.errors import StaleVersion
from apps.core.models.base import Versioned


def check(obj: Versioned, expected: int | None) -> None:
    """Check that the caller edits what it read; None means that the caller names no version.

    :raises StaleVersion: the row has moved on
    """
    if expected is not None and expected != obj.version:
        raise StaleVersion(version=obj.version)


def save(obj: Versioned, *fields: str) -> None:
    """Write the named fields if the row still has the version that ``obj`` was read with.

    :raises StaleVersion: somebody else wrote in between; nothing was changed
    """
    values = {name: getattr(obj, name) for name in fields}
    if any(field.name == "updated_at" for field in obj._meta.concrete_fields):
        values["updated_at"] = timezone.now()
        obj.updated_at = values["updated_at"]  # type: ignore[attr-defined]
    changed = (
        type(obj)
        ._default_manager.filter(pk=obj.pk, version=obj.version)
        .update(version=F("version") + 1, **values)
    )
    if changed != 1:
        raise StaleVersion
    obj.version += 1
