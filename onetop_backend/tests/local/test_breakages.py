"""Stacks that really break, what `./run` and its doctor say about that, and whether following them helps."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from onetop_backend.local import bootstrap
from onetop_backend.tests.local.conftest import Stack, eventually, make_stack
from onetop_backend.tests.local.doctoring import Report, can_mount, copy_environment, in_a_namespace

pytestmark = pytest.mark.slow


@pytest.fixture
def fresh() -> Iterator[Stack]:
    """Give a stack that was never started."""
    stack = make_stack()
    yield stack
    stack.end()


def execute(stack: Stack, statement: str) -> None:
    """Change the database of a stack that does not run, behind its back."""
    code = f"from django.db import connection; connection.cursor().execute({statement!r})"
    assert stack.run("shell", "-v", "0", "-c", code).returncode == 0


def test_a_half_migrated_database(fresh):
    assert fresh.run("manage", "migrate", "contenttypes", "--verbosity", "0").returncode == 0
    report = Report(fresh)
    found = report.of("tables", "warning")
    assert re.match(
        r"half migrated: \d+ migrations are missing, first account.0001_initial", found["text"]
    )
    assert found["fix"] == "./run applies them"
    assert fresh.run("manage", "migrate", "--verbosity", "0").returncode == 0
    assert Report(fresh).bad() == []

    # Newer code was here, and a migration was made that is not on record.
    execute(
        fresh,
        "INSERT INTO django_migrations VALUES (9999, 'jobs', '0999_newer', now());"
        "DELETE FROM django_migrations WHERE app = 'sessions'",
    )
    report = Report(fresh)
    unknown, found = [one for one in report.checks if one["check"] == "tables"]
    assert report.status == 1
    assert "1 migrations that this code does not: jobs.0999_newer" in unknown["text"]
    assert found["text"].startswith("half migrated: django_session exists")
    refused = fresh.run()
    assert refused.returncode == 1
    assert 'relation "django_session" already exists' in refused.stdout
    assert "`./run doctor` looks for the reason" in refused.stdout
    assert "./run reset" in found["fix"]
    assert fresh.run("reset", "--yes").returncode == 0
    assert not fresh.state.exists()
    report = Report(fresh)
    assert (report.status, report.bad()) == (0, [])


def test_a_lock_file_whose_number_somebody_else_has_now(fresh):
    assert fresh.run("manage", "check").returncode == 0
    lock = fresh.state / "postgres" / "postmaster.pid"
    other = subprocess.Popen(["sleep", "600"])
    try:
        lock.write_text(f"{other.pid}\n{lock.parent}\n1\n5432\n{fresh.state}/run\n\n\nready\n")
        found = Report(fresh).of("state", "warning")
        assert f"sleep (pid {other.pid}) has its number now" in found["text"]
        assert found["fix"] == "./run takes the file away"
        assert fresh.run("manage", "check").returncode == 0
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
    assert Report(fresh).bad() == []


def test_a_killed_stack_leaves_nothing_in_the_way(fresh):
    process = fresh.start()
    eventually(lambda: "postgres -D" in " ".join(fresh.processes()) or process.poll() is not None)
    process.kill()
    process.wait()
    eventually(lambda: not fresh.processes(), seconds=20)
    found = Report(fresh).of("lock", "ok")
    assert found["text"] == f"free; process {process.pid}, which it names, is gone"
    assert fresh.run("manage", "check").returncode == 0


def test_a_broken_off_initdb(fresh):
    (fresh.state / "postgres.new").mkdir()
    found = Report(fresh).of("state", "warning")
    assert found["text"] == f"making the database in {fresh.state}/postgres was broken off"
    assert found["fix"] == "./run makes it anew"
    assert fresh.run("manage", "check").returncode == 0
    assert Report(fresh).bad() == []

    shutil.rmtree(fresh.state / "postgres" / "global")
    found = Report(fresh).of("state", "wrong")
    assert found["text"] == f"{fresh.state}/postgres is not a complete database"
    assert found["fix"].startswith("./run reset")
    assert fresh.run("reset", "--yes").returncode == 0
    assert Report(fresh).bad() == []


@pytest.mark.skipif(not can_mount(), reason="this user may not mount in a name space of its own")
def test_a_disk_that_is_full_while_it_starts(fresh):
    ran = in_a_namespace(
        'mount -t tmpfs -o size=24m none "$ONETOP_STATE"\n'
        '"$RUN" || true; mount -o remount,size=400m "$ONETOP_STATE"; "$RUN" manage check; "$RUN" doctor',
        fresh,
    )
    assert "No space left on device" in ran.stdout
    assert "`./run doctor` looks for the reason" in ran.stdout
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.nightly
def test_a_removed_library(fresh, tmp_path):
    fresh.root = copy_environment(tmp_path)
    packages = next((fresh.root / ".venv" / "lib").glob("python3*")) / "site-packages"
    for entry in packages.glob("a2wsgi*"):
        shutil.rmtree(entry)
    report = Report(fresh)
    found = report.of("libraries", "wrong")
    assert re.match(r"a2wsgi \S+ is missing", found["text"])
    assert found["fix"] == "rm .venv/.stamp && ./run"
    (fresh.root / ".venv" / ".stamp").unlink()
    installed = fresh.run("manage", "help")
    if "Could not connect" in installed.stderr or "Failed to fetch" in installed.stderr:
        pytest.skip("the package index is not reached, and uv has kept nothing")
    assert installed.returncode == 0, installed.stderr
    assert Report(fresh).bad() == []
    assert bootstrap.STAMP.exists()
