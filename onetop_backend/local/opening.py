"""The stores of a state folder for a while: those of the running stack, or started for the occasion."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onetop_backend.local import environment
from onetop_backend.local.lock import StateLock
from onetop_backend.local.process import stop_together
from onetop_backend.local.stores import Stores
from onetop_backend.local.sweeper import Sweeper

_STOP_SECONDS = 10


@contextmanager
def opened(state: Path, *, verb: str) -> Iterator[dict[str, str]]:
    """Start the embedded stores of a stack that does not run, give its environment, and stop them.

    :raises Held: somebody else holds the folder
    :raises ChildFailed: a store does not start
    :raises UnsafeFolder: the folder for sockets belongs to somebody else
    :raises BadPort: ONETOP_PORT is none
    :raises OSError: the folder cannot be written
    """
    lock = StateLock(state)
    lock.take(verb=verb)
    sweeper = Sweeper(patience=_STOP_SECONDS)
    started = []
    try:
        stores = Stores(state=state, logs=state / "logs")
        for service in stores.embedded:
            process = service.start()
            sweeper.watch(process)
            started.append((service, process))
        for service, process in started:
            service.wait_ready(process)
        yield environment.environment(
            state=state,
            port=environment.wanted_port(),
            database_url=stores.database_url,
            redis_url=stores.redis_url,
        )
    finally:
        stop_together(started, seconds=_STOP_SECONDS)
        for _, process in started:
            sweeper.forget(process)
        sweeper.close()
        lock.release()
