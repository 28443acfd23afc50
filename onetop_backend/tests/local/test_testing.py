"""`./run test` itself: what is left out, what it leaves behind, and whose servers it uses."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from onetop_backend.tests.local.conftest import ROOT, eventually

PLUGIN = "onetop_backend.local.pytest_servers"


def write(folder: Path, body: str) -> Path:
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    slow\n    nightly\n")
    file = folder / "test_sample.py"
    file.write_text(textwrap.dedent(body))
    return file


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    names = ("DATABASE_URL", "REDIS_URL", "ONETOP_STATE", "PYTEST_ADDOPTS")
    environment = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, "-m", "onetop_backend.local", "test", "-c", folder / "pytest.ini", "-p", PLUGIN,
         "-p", "no:django", "-p", "no:randomly", "-p", "no:cacheprovider", "-q", "-s", *arguments, folder],
        cwd=ROOT, env=environment | {"TMPDIR": str(folder)} | variables, check=False,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


THREE = """
    import pytest
    def test_quick(): pass
    @pytest.mark.slow
    def test_slow(): pass
    @pytest.mark.nightly
    def test_nightly(): pass
"""


@pytest.mark.slow
class TestRun:
    @pytest.mark.parametrize(
        ("switches", "counted"),
        [
            ((), "1 passed, 2 deselected"),
            (("--slow",), "2 passed, 1 deselected"),
            (("--nightly",), "3 passed"),
        ],
    )
    def test_leaves_out_what_takes_long(self, tmp_path, switches, counted):
        write(tmp_path, THREE)
        done = run(tmp_path, *switches, DATABASE_URL="given", REDIS_URL="given")
        assert done.returncode == 0, done.stdout
        assert counted in done.stdout

    def test_brings_servers_and_leaves_nothing(self, tmp_path):
        write(
            tmp_path,
            """
            import os, psycopg, redis
            def test_servers():
                with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
                    assert connection.execute("SHOW fsync").fetchone() == ("off",)
                assert redis.Redis.from_url(os.environ["REDIS_URL"]).ping()
            """,
        )
        done = run(tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "no process left behind" in done.stdout
        assert not list(tmp_path.glob("onetop-tests-*"))

    def test_fails_when_a_process_stays(self, tmp_path):
        write(
            tmp_path,
            """
            import subprocess
            def test_forgets(): subprocess.Popen(["sleep", "301"], start_new_session=True)
            """,
        )
        done = run(tmp_path, DATABASE_URL="given", REDIS_URL="given")
        assert done.returncode == 1
        assert "left behind:" in done.stdout
        assert "sleep 301" in done.stdout

    def test_leaves_nothing_when_it_is_killed(self, tmp_path):
        write(
            tmp_path,
            f"""
            import os
            def test_dies(): os.kill(os.getpid(), {int(signal.SIGKILL)})
            """,
        )
        done = run(tmp_path)
        assert done.returncode == 128 + signal.SIGKILL
        assert "no process left behind" in done.stdout
        eventually(lambda: not list(tmp_path.glob("onetop-tests-*")), seconds=10)


def test_these_tests_have_a_state_folder_of_their_own():
    state = Path(os.environ["ONETOP_STATE"])
    assert ROOT not in state.parents
    assert state.parent.stat().st_mode & 0o066 == 0
