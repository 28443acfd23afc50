"""Processes end in order, with all that they started, and with whoever started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from onetop_backend.local.process import ChildFailed, spawn, stop_together, tail, wait_until
from onetop_backend.local.programs import Program
from onetop_backend.local.sweeper import Sweeper
from onetop_backend.tests.local.conftest import ROOT, eventually


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def shell(tmp_path: Path, script: str, **options) -> tuple[Program, subprocess.Popen[bytes]]:
    """Start a script and wait for the line that says that its traps are set."""
    log = tmp_path / f"{len(list(tmp_path.iterdir()))}.log"
    program = Program("toy", ("/bin/sh", "-c", f"{script}"), log, {"PATH": os.defpath}, **options)
    process = program.start()
    eventually(lambda: "set" in tail(log), seconds=10)
    return program, process


PATIENT = 'trap "echo told; exit 0" TERM; echo set; while :; do sleep 0.02; done'
DEAF = 'trap "" TERM; trap "echo quit; exit 0" QUIT; echo set; while :; do sleep 0.02; done'


class TestStopTogether:
    def test_waits_for_those_that_listen(self, tmp_path):
        program, process = shell(tmp_path, PATIENT)
        assert stop_together([(program, process)], seconds=5) == []
        assert process.returncode == 0
        assert tail(program.log) == "set\ntold"

    def test_takes_the_next_step_with_those_that_do_not(self, tmp_path):
        steps = ((0.0, signal.SIGTERM), (0.1, signal.SIGQUIT))
        program, process = shell(tmp_path, DEAF, stop_steps=steps)
        assert stop_together([(program, process)], seconds=5) == []
        assert tail(program.log) == "set\nquit"

    def test_kills_the_whole_group_in_the_end_and_names_it(self, tmp_path):
        program, process = shell(tmp_path, f"sleep 100 & echo $!; {DEAF}")
        grandchild = int(tail(program.log).splitlines()[0])
        assert stop_together([(program, process)], seconds=0.2) == ["toy"]
        assert process.returncode == -signal.SIGKILL
        eventually(lambda: is_gone(grandchild), seconds=5)

    def test_kills_what_a_dead_leader_left(self, tmp_path):
        program, process = shell(tmp_path, "sleep 100 & echo $!; echo set")
        grandchild = int(tail(program.log).splitlines()[0])
        process.wait()
        assert stop_together([(program, process)], seconds=5) == []
        eventually(lambda: is_gone(grandchild), seconds=5)

    def test_does_not_wait_for_who_is_in_a_hurry(self, tmp_path):
        program, process = shell(tmp_path, DEAF)
        assert stop_together([(program, process)], seconds=60, pause=lambda _: True) == ["toy"]


class TestWaiting:
    def test_shows_the_last_lines_of_one_that_ended(self, tmp_path):
        log = tmp_path / "log"
        process = spawn(["/bin/sh", "-c", "echo no such thing; exit 4"], log=log)
        with pytest.raises(ChildFailed, match=r"toy ended with status 4\nno such thing"):
            wait_until(lambda: False, process=process, service="toy", log=log, seconds=10)

    def test_does_not_wait_for_ever(self, tmp_path):
        log = tmp_path / "log"
        process = spawn(["sleep", "60"], log=log)
        with pytest.raises(ChildFailed, match="toy is not ready after 0 s"):
            wait_until(lambda: False, process=process, service="toy", log=log, seconds=0.05)
        process.kill()
        process.wait()


class TestOwnerKilled:
    """The owner is a process of its own, killed without a chance to clean up."""

    def owner(self, tmp_path: Path, body: str) -> int:
        """Run an owner that prints what it started; kill it, and return the pid that it printed."""
        code = textwrap.dedent(f"""
            import time
            from pathlib import Path
            from onetop_backend.local.process import spawn
            from onetop_backend.local.sweeper import Sweeper
            folder = Path({str(tmp_path)!r})
            {body}
            print(process.pid, flush=True)
            time.sleep(60)
        """)
        owner = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert not is_gone(pid)
        owner.kill()
        owner.wait()
        owner.stdout.close()
        return pid

    def test_a_child_dies_with_it(self, tmp_path):
        pid = self.owner(tmp_path, "process = spawn(['sleep', '100'], log=folder / 'log')")
        eventually(lambda: is_gone(pid), seconds=5)

    def test_the_sweeper_ends_who_does_not_listen_and_removes_the_folder(self, tmp_path):
        folder = tmp_path / "swept"
        folder.mkdir()
        script = "trap '' TERM; echo deaf; while :; do sleep 0.05; done"
        pid = self.owner(
            folder,
            "sweeper = Sweeper(patience=1, folder=folder); "
            f"process = spawn(['/bin/sh', '-c', {script!r}], log=folder / 'log'); "
            "sweeper.watch(process); time.sleep(0.3)",
        )
        eventually(lambda: is_gone(pid), seconds=5)
        eventually(lambda: not folder.exists(), seconds=5)

    def test_the_sweeper_leaves_alone_what_it_was_told_to_forget(self):
        bystander = subprocess.Popen(["sleep", "100"], process_group=0)
        sweeper = Sweeper(patience=1)
        sweeper.watch(bystander)
        sweeper.forget(bystander)
        sweeper.close()
        time.sleep(0.1)
        assert bystander.poll() is None
        bystander.kill()
        bystander.wait()


def test_tail_shows_the_last_lines(tmp_path):
    log = tmp_path / "log"
    assert tail(log) == ""
    log.write_text("".join(f"line {number}\n" for number in range(100)))
    assert tail(log, lines=2) == "line 98\nline 99"
    assert tail(log, lines=2, after=log.stat().st_size) == ""
