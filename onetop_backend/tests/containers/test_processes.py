"""One entry for every role: it becomes the process, and says how it is."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from onetop_backend.tests.containers.compose import ROOT


def processes(*arguments, **variables):
    return subprocess.run(
        [sys.executable, "-m", "onetop_backend.processes", *arguments],
        check=False,
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    "arguments", [(), ("health",), ("health", "migrate"), ("werb",)], ids=" ".join
)
def test_what_is_not_understood_is_explained(arguments):
    done = processes(*arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert "roles: web ws worker heavy scrape beat migrate manage" in done.stderr


def test_a_role_takes_arguments_and_gives_its_own_exit_status():
    assert processes("manage", "check").stdout == (
        "System check identified no issues (0 silenced).\n"
    )
    assert processes("manage", "nonsense").returncode == 1


def test_a_process_that_is_not_there_is_not_healthy(tmp_path):
    # A worker of a name that nobody has, and a beat that never wrote.
    worker = processes("health", "scrape")
    beat = processes("health", "beat", ONETOP_STATE=str(tmp_path))

    assert (worker.returncode, worker.stdout.endswith(" does not answer\n")) == (1, True)
    assert (beat.returncode, beat.stdout) == (1, f"there is no {tmp_path}/beat/schedule\n")


def test_a_beat_that_fell_silent_is_not_healthy(tmp_path):
    memory = tmp_path / "beat" / "schedule.db"
    memory.parent.mkdir()
    memory.touch()

    assert processes("health", "beat", ONETOP_STATE=str(tmp_path)).returncode == 0
    long_ago = memory.stat().st_mtime - 3600
    os.utime(memory, (long_ago, long_ago))
    done = processes("health", "beat", ONETOP_STATE=str(tmp_path))
    assert (done.returncode, "was written 36" in done.stdout) == (1, True)
