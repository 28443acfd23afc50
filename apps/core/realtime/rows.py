"""Rows for sockets: what asks the database, beside the event loop."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from channels.db import database_sync_to_async
from django.db import connection

P = ParamSpec("P")
R = TypeVar("R")


def in_database(call: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Return an awaitable version of a call that reads or writes rows.

    Where the process has a pool, calls run side by side and share its connections. Without one each thread would
    keep a connection of its own, so they take turns in a single thread.
    """
    pooled: Any = connection.settings_dict["OPTIONS"].get("pool")
    return database_sync_to_async(call, thread_sensitive=not pooled)
