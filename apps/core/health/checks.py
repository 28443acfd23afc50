"""Questions to the stores, each with a time limit that holds even when a connection hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django_redis import get_redis_connection

TIME_LIMIT = 0.3


class MigrationsMissing(Exception):
    """The code knows migrations that the database has not seen."""


class Check:
    """One question. It is asked in a thread, because a hanging connect cannot be interrupted.

    While an earlier thread still hangs, later askers wait for it instead of starting another one, so an
    unreachable server costs one thread and not one for each probe.
    """

    def __init__(self, name: str, ask: Callable[[], None]) -> None:
        self.name = name
        self._ask = ask
        self._lock = threading.Lock()
        self._pending: Future[None] | None = None

    def begin(self) -> Future[None]:
        """Start asking, or join who asks already."""
        with self._lock:
            if self._pending is None or self._pending.done():
                self._pending = Future()
                threading.Thread(
                    target=self._run, args=(self._pending,), name=f"health-{self.name}", daemon=True
                ).start()
            return self._pending

    def _run(self, answer: Future[None]) -> None:
        try:
            self._ask()
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is "no"
            answer.set_exception(error)
        else:
            answer.set_result(None)


def passed(answer: Future[None], *, within: float) -> bool:
    """Return whether a check ended well within so many seconds."""
    try:
        answer.result(timeout=max(0.0, within))
    except NotInTime:
        return False
    except Exception:  # noqa: BLE001 - see Check._run
        return False
    return True


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Return the migrations of this code, read once: they cannot change while the process lives."""
    return frozenset(MigrationLoader(None).graph.nodes)


def ask_database() -> None:
    """Do one round trip on a connection of this thread's own."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def ask_migrations() -> None:
    """Compare what is recorded in the database with what the code knows.

    :raises MigrationsMissing: something is to be migrated first
    """
    try:
        missing = known_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    finally:
        connection.close()
    if missing:
        raise MigrationsMissing(sorted(missing))


def ask_redis() -> None:
    """Do one round trip to the cache's server."""
    get_redis_connection("default").ping()


DATABASE = Check("database", ask_database)
MIGRATIONS = Check("migrations", ask_migrations)
REDIS = Check("redis", ask_redis)
