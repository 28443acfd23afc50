"""What `./run` believes about a database without asking Django."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from onetop_backend.local.database import is_empty, is_migrated, remember, schema_of


@pytest.fixture
def scratch() -> Iterator[str]:
    """Give the address of an empty database."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS scratch")
        connection.execute("CREATE DATABASE scratch TEMPLATE template0")
        yield psycopg.conninfo.make_conninfo(os.environ["DATABASE_URL"], dbname="scratch")
        connection.execute("DROP DATABASE scratch")


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """Give a checkout with one migration."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "local.txt").write_text("django==5\n")
    (tmp_path / "apps" / "jobs" / "migrations").mkdir(parents=True)
    (tmp_path / "apps" / "jobs" / "migrations" / "0001_initial.py").write_text("first")
    return tmp_path


def execute(url: str, *statements: str) -> None:
    with psycopg.connect(url) as connection:
        for statement in statements:
            connection.execute(statement)


APPLIED = (
    "CREATE TABLE django_migrations (app text, name text)",
    "INSERT INTO django_migrations VALUES ('jobs', '0001_initial')",
)


class TestIsMigrated:
    def test_not_before_it_was_remembered(self, scratch, code, tmp_path):
        assert not is_migrated(schema_of(scratch, code), tmp_path / "stamp")

    def test_as_long_as_nothing_changes(self, scratch, code, tmp_path):
        execute(scratch, *APPLIED)
        remember(schema_of(scratch, code), tmp_path / "stamp")
        assert is_migrated(schema_of(scratch, code), tmp_path / "stamp")

    @pytest.mark.parametrize(
        "file", ["apps/jobs/migrations/0001_initial.py", "apps/jobs/migrations/0002_new.py", "requirements/local.txt"]
    )  # fmt: skip
    def test_not_after_the_code_changed(self, scratch, code, tmp_path, file):
        execute(scratch, *APPLIED)
        remember(schema_of(scratch, code), tmp_path / "stamp")
        (code / file).write_text("changed")
        assert not is_migrated(schema_of(scratch, code), tmp_path / "stamp")

    def test_not_on_another_database(self, scratch, code, tmp_path):
        execute(scratch, *APPLIED)
        remember(schema_of(scratch, code), tmp_path / "stamp")
        execute(scratch, "DELETE FROM django_migrations")
        assert not is_migrated(schema_of(scratch, code), tmp_path / "stamp")

    def test_not_by_a_broken_stamp(self, scratch, code, tmp_path):
        (tmp_path / "stamp").write_text("{")
        assert not is_migrated(schema_of(scratch, code), tmp_path / "stamp")


def test_a_database_is_empty_until_it_has_an_account(scratch):
    execute(scratch, "CREATE TABLE users_user (id int)")
    assert is_empty(scratch)
    execute(scratch, "INSERT INTO users_user VALUES (1)")
    assert not is_empty(scratch)
