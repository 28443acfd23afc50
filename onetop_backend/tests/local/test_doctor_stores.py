"""`./run doctor` on servers that were given: each with something really wrong, then with the fix that it names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
import redis
from psycopg.conninfo import conninfo_to_dict

from onetop_backend.tests.local.conftest import eventually
from onetop_backend.tests.local.doctoring import (
    Report,
    between,
    hurried_postgres,
    reporting_version,
    slow_redis,
    told,
)

SOCKETS = str(conninfo_to_dict(os.environ["DATABASE_URL"])["host"])
POSTGRES_SOCKET = f"{SOCKETS}/.s.PGSQL.5432"
REDIS_SOCKET = os.environ["REDIS_URL"].removeprefix("unix://")


@pytest.fixture
def guarded() -> Iterator[str]:
    """Give the address of an empty database whose one user has the password ``right@word``."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        row = server.execute("SHOW hba_file").fetchone()
        assert row is not None
        rules = Path(row[0])
        before = rules.read_text()
        server.execute("CREATE ROLE guarded LOGIN PASSWORD 'right@word'")
        server.execute("CREATE DATABASE guarded OWNER guarded TEMPLATE template0")
        rules.write_text(f"local all guarded scram-sha-256\n{before}")
        server.execute("SELECT pg_reload_conf()")
        yield f"postgresql://guarded:{{}}@/guarded?host={quote(SOCKETS, safe='')}"
        rules.write_text(before)
        server.execute("SELECT pg_reload_conf()")
        server.execute("DROP DATABASE guarded")
        server.execute("DROP ROLE guarded")


@pytest.fixture
def server() -> Iterator[redis.Redis]:
    """Give the tests' Redis, as it was afterwards."""
    client = redis.Redis(unix_socket_path=REDIS_SOCKET)
    yield client
    client.config_set("maxmemory-policy", "noeviction")
    client.delete("onetop:local:database")
    client.execute_command("ACL", "DELUSER", "guarded")
    client.close()


class TestDatabase:
    def test_a_wrong_password_is_named_and_not_told(self, bare, guarded):
        report = Report(bare, DATABASE_URL=guarded.format("wrong%40word"))
        found = report.of("database", "wrong")
        assert 'password authentication failed for user "guarded"' in found["text"]
        assert found["fix"].startswith("write the right user and password into DATABASE_URL")
        assert "wrong%40word" not in report.raw
        assert "wrong@word" not in report.raw
        report = Report(bare, DATABASE_URL=guarded.format("right%40word"))
        assert report.status == 0
        assert report.of("tables", "ok")["text"] == "empty; ./run makes the tables"

    def test_half_of_a_password_is_not_told_either(self, bare):
        report = Report(bare, DATABASE_URL="postgresql://me:half@rest/4711@host/name")
        found = report.of("database", "wrong")
        assert found["text"] == "DATABASE_URL is not an address of a database"
        assert "%40 for an @" in found["fix"]
        assert "4711" not in report.raw
        assert "half" not in report.raw

    @pytest.mark.slow
    def test_an_old_server_is_named_by_both(self, bare, guarded):
        with between(POSTGRES_SOCKET, to_client=reporting_version("14.9")) as port:
            old = f"postgresql://postgres@127.0.0.1:{port}/guarded"
            found = Report(bare, DATABASE_URL=old).of("database", "wrong")
            refused = bare.run(DATABASE_URL=old)
        said = "DATABASE_URL: the server is PostgreSQL 14.9, and 15 is the oldest that works"
        assert found["text"] == said
        assert found["fix"].startswith("name a server of 15 or newer, or unset DATABASE_URL")
        assert refused.returncode == 1
        assert said in refused.stdout
        assert "`./run doctor` looks for the reason" in refused.stdout
        new = f"postgresql://postgres@/guarded?host={quote(SOCKETS, safe='')}"
        assert Report(bare, DATABASE_URL=new).of("database", "ok")

    @pytest.mark.slow
    def test_a_clock_that_is_ahead_is_named(self, bare, guarded):
        with between(POSTGRES_SOCKET, to_server=hurried_postgres(3600)) as port:
            hurried = f"postgresql://postgres@127.0.0.1:{port}/guarded"
            found = Report(bare, DATABASE_URL=hurried).of("clock", "wrong")
        assert found["text"] in {
            f"the clock of the database is {seconds} s ahead of this machine's"
            for seconds in (3599, 3600)
        }
        assert "time server" in found["fix"]
        with between(POSTGRES_SOCKET) as port:
            right = f"postgresql://postgres@127.0.0.1:{port}/guarded"
            assert Report(bare, DATABASE_URL=right).of("clock", "ok")

    @pytest.mark.slow
    def test_too_few_connections_are_reckoned(self, bare, guarded):
        url = guarded.format("right%40word")
        assert (
            "the stack may open 17 (web 11, beat 1, fast 3, heavy 2)"
            in (Report(bare, DATABASE_URL=url).of("connections", "ok")["text"])
        )
        report = Report(bare, DATABASE_URL=url, DATABASE_POOL_SIZE="500")
        assert "the stack may open 506 (web 500," in report.of("connections", "wrong")["text"]
        fixed = told(r"DATABASE_POOL_SIZE=(\d+)", report.of("connections", "wrong")["fix"])[1]
        assert Report(bare, DATABASE_URL=url, DATABASE_POOL_SIZE=fixed).of("connections", "ok")

    @pytest.mark.slow
    def test_another_onetop_on_the_same_database_is_seen(self, bare, guarded):
        url = guarded.format("right%40word")
        with psycopg.connect(url, application_name="onetop"):
            found = Report(bare, DATABASE_URL=url).of("sharing", "warning")
            assert found["text"].startswith("1 connections of another OneTop are on this database")
        eventually(lambda: "sharing" not in Report(bare, DATABASE_URL=url).bad(), seconds=20)


class TestRedis:
    def test_a_wrong_password_is_named_and_not_told(self, bare, server):
        server.execute_command("ACL", "SETUSER", "guarded", "on", ">right", "~*", "&*", "+@all")
        report = Report(bare, REDIS_URL=f"unix://guarded:mistaken@{REDIS_SOCKET}")
        found = report.of("redis", "wrong")
        assert found["text"] == "REDIS_URL: the server does not take this user and password"
        assert "mistaken" not in report.raw
        assert Report(bare, REDIS_URL=f"unix://guarded:right@{REDIS_SOCKET}").of("redis", "ok")

    def test_one_that_forgets_what_was_queued_is_named(self, bare, server):
        server.config_set("maxmemory-policy", "allkeys-lru")
        url = f"unix://{REDIS_SOCKET}"
        found = Report(bare, REDIS_URL=url).of("redis", "wrong")
        assert "its maxmemory-policy is allkeys-lru" in found["text"]
        fix = told(r"CONFIG SET (\S+) (\w+)", found["fix"])
        server.config_set(fix[1], fix[2])
        assert Report(bare, REDIS_URL=url).of("redis", "ok")

    def test_a_clock_that_is_behind_is_named(self, bare, server):
        with between(REDIS_SOCKET, to_client=slow_redis(90)) as port:
            found = Report(bare, REDIS_URL=f"redis://127.0.0.1:{port}").of("clock", "wrong")
        assert found["text"] == "the clock of REDIS_URL is 90 s behind this machine's"
        with between(REDIS_SOCKET) as port:
            assert Report(bare, REDIS_URL=f"redis://127.0.0.1:{port}").of("clock", "ok")

    @pytest.mark.slow
    def test_one_that_serves_another_database_is_refused(self, bare, guarded, server):
        url, other = guarded.format("right%40word"), {"REDIS_URL": f"unix://{REDIS_SOCKET}"}
        server.set("onetop:local:database", "7/1")
        report = Report(bare, DATABASE_URL=url, **other)
        found = report.of("sharing", "wrong")
        assert "works for the database of another OneTop" in found["text"]
        refused = bare.run(DATABASE_URL=url, **other)
        assert refused.returncode == 1
        assert found["text"] in refused.stdout
        assert "sharing" not in Report(bare, DATABASE_URL=url).bad()
