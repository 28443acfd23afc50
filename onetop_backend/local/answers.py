"""What the stores say about themselves when they are asked, and what is wrong with one that cannot be used."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psycopg
import redis

OLDEST_POSTGRES = 15
OLDEST_REDIS = (6, 2)
_CONNECT_SECONDS = 5
_MARK = "onetop:local:database"


class StoreUnusable(Exception):
    """A store does not answer, or is not one that can be used; never tells a password."""

    def __init__(self, problem: str, fix: str) -> None:
        """Say what is wrong with which variable, and what to do about it."""
        self.problem = problem
        self.fix = fix
        super().__init__(f"{problem}. To put it right: {fix}")


@dataclass(frozen=True, kw_only=True)
class Database:
    """A PostgreSQL server: whole version, its connections, and how many seconds its clock is ahead of ours."""

    version: str
    most_connections: int
    reserved_connections: int
    others: int
    """Connections that are not the platform's."""
    ours: int
    ahead: float


@dataclass(frozen=True, kw_only=True)
class Redis:
    """A Redis or Valkey server: name and version, what it does when memory is full, its clock as above."""

    version: str
    policy: str
    ahead: float


def ask_database(url: str, variable: str = "DATABASE_URL") -> Database:
    """Ask a PostgreSQL server for what the platform needs to know of it.

    :raises StoreUnusable: it does not answer, or is too old
    """
    unreadable = StoreUnusable(
        f"{variable} is not an address of a database",
        "write postgresql://user:password@host:5432/name, with %40 for an @ in the password",
    )
    # What stands behind the first @ would be taken for a host and told, and it is half of the password.
    if url.partition("?")[0].count("@") > 1:
        raise unreadable
    try:
        connection = psycopg.connect(url, connect_timeout=_CONNECT_SECONDS, autocommit=True)
    except psycopg.ProgrammingError:
        raise unreadable from None  # the driver quotes what it could not read
    except psycopg.OperationalError as error:
        raise _unreachable_database(variable, " ".join(str(error).split())) from None
    with connection:
        if connection.info.server_version < OLDEST_POSTGRES * 10000:
            version = connection.info.parameter_status("server_version")
            raise StoreUnusable(
                f"{variable}: the server is PostgreSQL {version}, and {OLDEST_POSTGRES} is the oldest that works",
                f"name a server of {OLDEST_POSTGRES} or newer, or unset {variable} to use the one of ./run",
            )
        return _describe(connection)


def ask_redis(url: str, variable: str = "REDIS_URL") -> Redis:
    """Ask a Redis or Valkey server for what the platform needs to know of it.

    :raises StoreUnusable: it does not answer, or is too old
    """
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=_CONNECT_SECONDS) as client:
            info = client.info()
            before = time.time()
            seconds, micros = client.time()
            ahead = _ahead(before, seconds + micros / 1e6, time.time())
    except redis.AuthenticationError:
        raise StoreUnusable(
            f"{variable}: the server does not take this user and password",
            f"write the right password into {variable}: redis://:password@host:6379",
        ) from None
    except redis.RedisError as error:
        raise StoreUnusable(
            f"{variable}: {error}",
            f"start that server, or unset {variable} to use the one of ./run",
        ) from None
    except ValueError:
        raise StoreUnusable(
            f"{variable} is not an address of a Redis server",
            "write redis://:password@host:6379, with %40 for an @ in the password",
        ) from None
    version = str(info.get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        oldest = ".".join(map(str, OLDEST_REDIS))
        raise StoreUnusable(
            f"{variable}: the server is Redis {version}, and {oldest} is the oldest that works",
            f"name a server of {oldest} or newer, or unset {variable} to use the one of ./run",
        )
    is_valkey = info.get("server_name") == "valkey"
    name = f"Valkey {info['valkey_version']}" if is_valkey else f"Redis {version}"
    return Redis(version=name, policy=str(info.get("maxmemory_policy", "")), ahead=ahead)


def claim(redis_url: str, database_url: str, *, exclusive: bool) -> None:
    """Mark a Redis as that of a database: one that serves two would run tasks and show pages of the wrong one.

    One that is ours alone (``exclusive``) is emptied when the database is another than the last time: all that it
    holds can be made again, and none of it belongs to this one.

    :raises StoreUnusable: it is another database's
    """
    identity = _identity(database_url)
    try:
        with redis.Redis.from_url(redis_url, socket_connect_timeout=_CONNECT_SECONDS) as client:
            found = client.get(_MARK)
            if exclusive and found is not None and found != identity.encode():
                client.flushall()
            client.set(_MARK, identity, nx=True)
    except redis.RedisError as error:
        raise StoreUnusable(f"REDIS_URL: {error}", "name a Redis that can be written") from None
    refuse_strangers(redis_url, database_url)


def refuse_strangers(redis_url: str, database_url: str) -> None:
    """Look whose a Redis is.

    :raises StoreUnusable: it is another database's
    """
    with redis.Redis.from_url(redis_url, socket_connect_timeout=_CONNECT_SECONDS) as client:
        found = client.get(_MARK)
    if isinstance(found, bytes) and found.decode() != _identity(database_url):
        raise StoreUnusable(
            "REDIS_URL: this server works for the database of another OneTop, "
            "whose tasks and pages would be mixed with these",
            "name a Redis of its own, or unset REDIS_URL to use the one of ./run; "
            'if that other database is gone: redis-cli -u "$REDIS_URL" FLUSHALL',
        )


def _identity(database_url: str) -> str:
    """Return what no two databases have in common; one that was restored under its name is the same."""
    with psycopg.connect(database_url, connect_timeout=_CONNECT_SECONDS) as connection:
        row = connection.execute(
            "SELECT system_identifier || '/' || current_database() FROM pg_control_system()"
        ).fetchone()
    return str(row[0]) if row is not None else ""


def _describe(connection: psycopg.Connection) -> Database:
    def number(query: str) -> int:
        row = connection.execute(query).fetchone()
        return int(row[0]) if row is not None else 0

    clients = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
    before = time.time()
    row = connection.execute(
        "SELECT extract(epoch FROM clock_timestamp())::double precision"
    ).fetchone()
    after = time.time()
    # The second kind of reserved connections came with PostgreSQL 16.
    return Database(
        version=str(connection.info.parameter_status("server_version")).split()[0],
        most_connections=number("SELECT current_setting('max_connections')"),
        reserved_connections=number(
            "SELECT sum(setting::int) FROM pg_settings"
            " WHERE name IN ('superuser_reserved_connections', 'reserved_connections')"
        ),
        others=number(f"{clients} AND application_name <> 'onetop' AND pid <> pg_backend_pid()"),
        ours=number(f"{clients} AND application_name = 'onetop' AND datname = current_database()"),
        ahead=_ahead(before, float(row[0]) if row is not None else before, after),
    )


def _ahead(before: float, there: float, after: float) -> float:
    """Return how far a clock is certainly from ours, however long the answer took."""
    if there > after:
        return there - after
    return min(there - before, 0.0)


def _unreachable_database(variable: str, said: str) -> StoreUnusable:
    problem = f"{variable}: {said}"
    if "password" in said:
        return StoreUnusable(
            problem,
            f"write the right user and password into {variable}: postgresql://user:password@host:5432/name",
        )
    if "does not exist" in said:
        return StoreUnusable(
            problem,
            f"create what is missing on that server (createuser, createdb), or correct {variable}",
        )
    return StoreUnusable(problem, f"start that server, or unset {variable} to use the one of ./run")
