"""Rows that people edit together: by compare-and-set, or under a row lock. Never balances.

``USE_OPTIMISTIC_LOCKING`` says which of the two, here and nowhere else. Services are written once: they read by
``find`` (in ``locks``), compare by ``check``, write by ``save`` and are wrapped by ``edit``.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.utils import timezone

from apps.core.errors import StaleVersion
from apps.core.models.base import Versioned

_M = TypeVar("_M", bound=Model)
_P = ParamSpec("_P")
_R = TypeVar("_R")

# Whoever was in the way has committed when we hear of it: the pause only keeps a crowd from meeting again.
_PAUSE = 0.01

_under_lock: ContextVar[bool] = ContextVar("versioned_under_lock", default=False)


def edit(service: Callable[_P, _R]) -> Callable[_P, _R]:
    """Run a service that edits versioned rows in a transaction, again when somebody else wrote in between.

    It is tried again only where its caller names no ``version``: what a person decided on is not applied to
    something else. The last try takes the row lock and cannot lose, so that no such edit is ever refused as stale.
    """

    @wraps(service)
    def attempt(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        names_version = kwargs.get("version") is not None
        tries = 1
        if settings.USE_OPTIMISTIC_LOCKING and not names_version:
            tries += settings.OPTIMISTIC_LOCK_MAX_RETRIES
        for number in range(1, tries):
            try:
                with transaction.atomic():
                    return service(*args, **kwargs)
            except StaleVersion:
                time.sleep(random.uniform(0, _PAUSE * number))  # noqa: S311 - jitter, not a secret
        token = _under_lock.set(not names_version)
        try:
            with transaction.atomic():
                return service(*args, **kwargs)
        finally:
            _under_lock.reset(token)

    return attempt


def find(rows: QuerySet[_M]) -> _M | None:
    """Return the row that is asked for as ``edit`` needs it: locked until the service ends, or as it is.

    The lock leaves the key alone: rows that refer to this one can be written meanwhile.
    """
    if not settings.USE_OPTIMISTIC_LOCKING or _under_lock.get():
        # A statement of its own: one that joins would lose the row when a foreign key changed while it waited.
        bare = rows.select_related(None).only("pk")
        if bare.select_for_update(of=("self",), no_key=True).first() is None:
            return None
    return rows.first()


def check(obj: Versioned, expected: int | None) -> None:
    """Check that the caller edits what it read; None means that the caller names no version.

    :raises StaleVersion: the row has moved on
    """
    if expected is not None and expected != obj.version:
        raise StaleVersion(version=obj.version)


def save(obj: Versioned, *fields: str) -> None:
    """Write the named fields if the row still has the version that ``obj`` was read with.

    The row stays locked until the transaction ends.

    :raises StaleVersion: somebody else wrote in between; nothing was changed
    """
    values = {name: getattr(obj, name) for name in fields}
    if any(field.name == "updated_at" for field in obj._meta.concrete_fields):
        values["updated_at"] = timezone.now()
        obj.updated_at = values["updated_at"]  # type: ignore[attr-defined]
    rows = type(obj)._default_manager.filter(pk=obj.pk)
    changed = rows.filter(version=obj.version).update(version=F("version") + 1, **values)
    if changed != 1:
        raise StaleVersion(version=rows.values_list("version", flat=True).first())
    obj.version += 1
