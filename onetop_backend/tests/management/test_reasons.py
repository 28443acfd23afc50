"""What `manage.py` says where an operator can put it right."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_variable_that_cannot_be_read_is_one_line():
    done = run("queue_status", TRUSTED_PROXY_COUNT="two")

    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        "onetop: TRUSTED_PROXY_COUNT='two': write a whole number, 0 or more\n",
    )


def test_a_database_that_is_away_is_one_line(tmp_path):
    away = f"postgresql:///onetop?host={tmp_path}"

    done = run("requeue_dead", "--dry-run", DATABASE_URL=away)
    whole = run("requeue_dead", "--dry-run", "--traceback", DATABASE_URL=away)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("onetop: the database does not do it: connection ")
    assert str(tmp_path) in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" in whole.stderr
