"""What an installation depends on, each part asked for an answer: for operators, probes and the checklist."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from apps.core.health.checks import known_migrations
from apps.core.work import broker
from onetop_backend.celery import app
from onetop_backend.checks import unsafe
from onetop_backend.management.asking import (
    Check,
    NotShown,
    NotUsed,
    Questions,
    State,
    asking,
    patiently,
)
from onetop_backend.management.queues import busy_workers, consumers
from onetop_backend.variables import current

OLDEST_POSTGRESQL = 15
LONGEST_SINCE_SWEEP = timedelta(seconds=15)
"""Beat asks for a sweep every 5 s."""

_ANSWER_SECONDS = 5
_QUEUE = "queue:"
_BEAT = "beat"


def names() -> list[str]:
    """Return the names of all checks, in their order."""
    return [*_PARTS, _BEAT, *(f"{_QUEUE}{queue}" for queue in settings.QUEUES)]


def inspect_stack(*, seconds: float, only: Sequence[str] = ()) -> Iterator[Check]:
    """Yield a check for each part; workers and beat, which may be starting, have so many seconds to answer."""
    wanted = [name for name in names() if not only or name in only]
    deadline = time.monotonic() + seconds
    queues = [name.removeprefix(_QUEUE) for name in wanted if name.startswith(_QUEUE)]
    # Asked before the rest, whose time the workers have as well.
    with asking(_QUEUE) as asked:
        questions = Questions.ask(queues, seconds=seconds)
    for name, ask in _PARTS.items():
        if name in wanted:
            with asking(name) as check:
                check.detail = ask()
            yield check
    if _BEAT in wanted:
        with asking(_BEAT) as check:
            check.detail = patiently(_beat, deadline=deadline, despite=())
        yield check
    if asked.state is State.FAILED:
        for queue in queues:
            yield Check(f"{_QUEUE}{queue}", State.FAILED, asked.detail, asked.milliseconds)
    else:
        yield from _queues(questions, deadline)


# --- the stores and what else is reached ---------------------------------------------------------


def _settings() -> str:
    if settings.LOCAL_STACK or settings.TESTING:
        raise NotUsed("nothing is asked of the local stack")
    if wrong := unsafe(current()):
        raise NotShown("; ".join(wrong))
    return "no variable leaves a door open"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_version'),"
            " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),"
            " current_setting('max_connections')"
        )
        major, version, used, most = cursor.fetchone()
    if major < OLDEST_POSTGRESQL:
        raise NotShown(f"PostgreSQL {version}: needs {OLDEST_POSTGRESQL} or newer")
    return f"PostgreSQL {version}, {used} of {most} connections in use"


def _migrations() -> str:
    missing = known_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    if missing:
        first = ".".join(min(missing))
        raise NotShown(f"{len(missing)} to apply, the first is {first}: run `manage.py migrate`")
    return f"all {len(known_migrations())} applied"


def _broker() -> str:
    with app.connection_for_write() as link:
        link.ensure_connection(max_retries=1, timeout=_ANSWER_SECONDS)
        channel: Any = link.default_channel
        memory: dict[str, Any] = channel.client.info("memory")
    policy = memory.get("maxmemory_policy", "noeviction")
    if memory.get("maxmemory") and policy != "noeviction":
        raise NotShown(f"maxmemory-policy is {policy}, which drops messages: set noeviction")
    return f"answers, {memory.get('used_memory_human', '?')} in use"


def _cache() -> str:
    key, value = f"check:{secrets.token_hex(8)}", secrets.token_hex(8)
    cache.set(key, value, 30)
    try:
        if cache.get(key) != value:
            raise NotShown("what was written cannot be read")
    finally:
        cache.delete(key)
    return "a value was written and read"


def _sockets() -> str:
    layer = get_channel_layer()
    if layer is None:
        raise NotShown("there is no channel layer")

    async def there_and_back() -> Any:
        channel = await layer.new_channel()
        await layer.send(channel, {"type": "check"})
        return await asyncio.wait_for(layer.receive(channel), _ANSWER_SECONDS)

    if async_to_sync(there_and_back)() != {"type": "check"}:
        raise NotShown("a message that was sent did not arrive")
    return "a message was sent and received"


def _storage() -> str:
    content = secrets.token_bytes(16)
    name = default_storage.save(f"check/{secrets.token_hex(8)}", ContentFile(content))
    try:
        with default_storage.open(name) as file:
            if file.read() != content:
                raise NotShown("what was written cannot be read")
    finally:
        default_storage.delete(name)
    return f"a file was written and read in {getattr(default_storage, 'location', 'the storage')}"


def _mail() -> str:
    if not settings.EMAIL_HOST:
        raise NotUsed(f"mails are files in {settings.EMAIL_FILE_PATH}")
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    server = get_connection(timeout=_ANSWER_SECONDS)
    try:
        server.open()
    except OSError as error:  # what smtplib raises as well
        raise NotShown(f"{where}: {error}") from error
    finally:
        server.close()
    signed_in = " and let us in" if settings.EMAIL_HOST_USER else ""
    return f"{where} answered{signed_in}; nothing was sent"


def _sentry() -> str:
    if not settings.SENTRY["dsn"]:
        raise NotUsed("SENTRY_DSN is empty: defects are in the log only")
    host = urlsplit(settings.SENTRY["dsn"]).hostname
    return f"defects go to {host}; `manage.py sentry_test` sends one"


_PARTS: dict[str, Callable[[], str]] = {
    "settings": _settings,
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "cache": _cache,
    "sockets": _sockets,
    "storage": _storage,
    "mail": _mail,
    "sentry": _sentry,
}


# --- who does the work ---------------------------------------------------------------------------


def _beat() -> str:
    since = broker.since_sweep()
    if since is None:
        raise NotShown("nothing was swept yet: beat is down, or no worker consumes relay")
    if since > LONGEST_SINCE_SWEEP:
        raise NotShown(
            f"the last sweep was {since.total_seconds():.0f} s ago: beat is down, or relay is not consumed"
        )
    return f"the last sweep was {since.total_seconds():.0f} s ago"


def _queues(questions: Questions, deadline: float) -> Iterator[Check]:
    for queue, worker in questions.wait(deadline):
        took = round((time.monotonic() - questions.sent_at) * 1000, 1)
        yield Check(f"{_QUEUE}{queue}", State.PASSED, f"{worker} answered", took)
    if not questions.waiting:
        return
    workers, busy = consumers(), busy_workers()
    for queue in questions.waiting:
        with asking(f"{_QUEUE}{queue}") as check:
            check.detail = _excuse(workers.get(queue, []), busy)
        check.milliseconds = round((time.monotonic() - questions.sent_at) * 1000, 1)
        yield check


def _excuse(workers: Sequence[str], busy: AbstractSet[str]) -> str:
    """Return why nobody answered, when that is in order: each worker has a task, whose time is limited."""
    if not workers:
        raise NotShown("no worker consumes it")
    idle = [worker for worker in workers if worker not in busy]
    if idle:
        raise NotShown(f"{', '.join(idle)} consumes it, but does not answer")
    return f"{', '.join(workers)} consumes it and is busy"
