"""PostgreSQL and Redis: whether they answer, are what they must be, have our time, and hold the tables of our code."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from onetop_backend.local import database
from onetop_backend.local.answers import (
    Database,
    Redis,
    StoreUnusable,
    ask_database,
    ask_redis,
    refuse_strangers,
)
from onetop_backend.local.doctor.findings import Finding, ok, warning, wrong
from onetop_backend.local.doctor.scene import Scene
from onetop_backend.local.programs import platform

# A socket ticket lives for 10 s and a lease for 30: clocks that differ by much of that end them too early or too late.
_MOST_SECONDS = 2.0
RESET = "./run reset, which deletes the data, then ./run"


@dataclass
class Opened:
    """The stores as the processes of the stack are told of them; either address may be missing."""

    scene: Scene
    environ: Mapping[str, str]

    @cached_property
    def database(self) -> Database | StoreUnusable | None:
        """Return what the database says; None when there is none yet."""
        url = self.environ.get("DATABASE_URL")
        try:
            return ask_database(url) if url else None
        except StoreUnusable as problem:
            return problem

    @cached_property
    def redis(self) -> Mapping[str, Redis | StoreUnusable]:
        """Return what each Redis that is named says, by its variable."""
        names = ("REDIS_URL", "CELERY_BROKER_URL", "REDIS_CACHE_URL", "CHANNELS_REDIS_URL")
        found: dict[str, Redis | StoreUnusable] = {}
        for name in names:
            if url := self.environ.get(name):
                try:
                    found[name] = ask_redis(url, name)
                except StoreUnusable as problem:
                    found[name] = problem
        return found


def postgres(opened: Opened) -> Iterator[Finding]:
    """Look whether the database answers, with the password it was given, and is new enough."""
    match opened.database:
        case None:
            yield ok("not made yet; ./run makes it")
        case Database() as answer:
            yield ok(f"PostgreSQL {answer.version} answers")
        case problem:
            yield wrong(problem.problem, problem.fix)


def valkey(opened: Opened) -> Iterator[Finding]:
    """Look whether Redis answers, is new enough, and refuses rather than forgets what was queued."""
    if not opened.redis:
        yield ok("not made yet; ./run makes it")
    broker = "CELERY_BROKER_URL" if "CELERY_BROKER_URL" in opened.redis else "REDIS_URL"
    for name, answer in opened.redis.items():
        if isinstance(answer, StoreUnusable):
            yield wrong(answer.problem, answer.fix)
        elif name == broker and answer.policy not in {"", "noeviction"}:
            yield wrong(
                f"{name}: {answer.version} forgets queued work when its memory is full: "
                f"its maxmemory-policy is {answer.policy}",
                f'redis-cli -u "${name}" CONFIG SET maxmemory-policy noeviction, and the same in its configuration',
            )
        else:
            yield ok(f"{answer.version} answers" + ("" if name == "REDIS_URL" else f" ({name})"))


def sharing(opened: Opened) -> Iterator[Finding]:
    """Look whether another copy of the project works on the same servers."""
    answer = opened.database
    if not isinstance(answer, Database):
        return
    bad = 0
    if answer.ours and not opened.scene.running:
        bad += 1
        yield warning(
            f"{answer.ours} connections of another OneTop are on this database; "
            "with a Redis of its own each would show the other's changes late",
            "give each copy a database of its own (DATABASE_URL), or both the same Redis (REDIS_URL)",
        )
    if isinstance(opened.redis.get("REDIS_URL"), Redis):
        try:
            refuse_strangers(opened.environ["REDIS_URL"], opened.environ["DATABASE_URL"])
        except StoreUnusable as problem:
            bad += 1
            yield wrong(problem.problem, problem.fix)
    if not bad:
        yield ok("no other OneTop is seen on these servers")


def clocks(opened: Opened) -> Iterator[Finding]:
    """Look whether the servers have the same time as this machine."""
    answers: list[tuple[str, Database | Redis]] = []
    if isinstance(opened.database, Database):
        answers.append(("the database", opened.database))
    answers += [(name, found) for name, found in opened.redis.items() if isinstance(found, Redis)]
    apart = [(name, answer.ahead) for name, answer in answers if abs(answer.ahead) > _MOST_SECONDS]
    for name, ahead in apart:
        direction = "ahead of" if ahead > 0 else "behind"
        yield wrong(
            f"the clock of {name} is {abs(ahead):.0f} s {direction} this machine's",
            "set both clocks by a time server (sudo timedatectl set-ntp true), then ./run doctor",
        )
    if answers and not apart:
        yield ok(f"{len(answers)} servers have this machine's time")


def connections(opened: Opened) -> Iterator[Finding]:
    """Reckon how many connections the stack's processes may open, against what the server allows."""
    answer = opened.database
    if not isinstance(answer, Database):
        return
    from onetop_backend.settings.queues import WORKERS  # noqa: PLC0415 - reads every setting

    entrances, workers = platform(
        port=0,
        state=opened.scene.state,
        logs=opened.scene.state / "logs",
        environment=opened.environ,
        workers=WORKERS,
    )
    parts = [(program.name, program.connections) for program in (*entrances, *workers)]
    wanted = sum(number for _, number in parts)
    free = answer.most_connections - answer.reserved_connections - answer.others
    text = (
        f"the stack may open {wanted} ({', '.join(f'{name} {number}' for name, number in parts)}); the server has "
        f"{free} for it (max_connections {answer.most_connections}, {answer.reserved_connections} reserved, "
        f"{answer.others} in other hands)"
    )
    if wanted > free:
        need = wanted + answer.reserved_connections + answer.others
        yield wrong(
            text,
            f"ALTER SYSTEM SET max_connections = {need + 20}, then restart that server; or DATABASE_POOL_SIZE=4 ./run",
        )
    else:
        yield ok(text)


def schema(opened: Opened) -> Iterator[Finding]:
    """Look whether the tables are those of this code."""
    if not isinstance(opened.database, Database):
        return
    import django  # noqa: PLC0415 - reads every setting

    os.environ |= {**opened.environ, "DJANGO_SETTINGS_MODULE": "onetop_backend.settings"}
    django.setup()
    difference = database.compare(opened.environ["DATABASE_URL"])
    if difference.unknown:
        yield wrong(
            f"the database has {len(difference.unknown)} migrations that this code does not: "
            f"{_some(difference.unknown)}. Newer code was here",
            f"check out the code that has them, or {RESET}",
        )
    if difference.in_the_way:
        yield wrong(
            f"half migrated: {_some(difference.in_the_way)} exists, and the migration that makes it is not on record",
            f"restore a backup, or {RESET}",
        )
    elif difference.pending and difference.applied:
        text = f"half migrated: {len(difference.pending)} migrations are missing, first {difference.pending[0]}"
        if opened.scene.running:
            yield wrong(text, "./run manage migrate")
        else:
            yield warning(text, "./run applies them")
    elif difference.pending:
        yield ok("empty; ./run makes the tables")
    elif not difference.unknown:
        yield ok(f"the {difference.applied} migrations of this code, and no others")


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (" …" if names[3:] else "")
