"""How often, and how soon, a child that ended is started again."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from onetop_backend.local.children import RESTARTS, Child, ChildState
from onetop_backend.local.programs import Program


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def child_of(tmp_path: Path, clock: Clock, script: str = "exit 3") -> Child:
    program = Program("toy", ("/bin/sh", "-c", script), tmp_path / "toy.log", {})
    return Child(program, clock=clock)


def run_to_its_end(child: Child) -> None:
    child.start().wait()


def test_waits_longer_each_time_and_then_gives_up(tmp_path):
    child = child_of(tmp_path, Clock())
    delays = []
    for _ in range(RESTARTS + 1):
        run_to_its_end(child)
        assert child.has_ended()
        delays.append(child.wait_to_restart())
    assert delays == [0.5, 1.0, 2.0, 4.0, 8.0, None]
    assert child.state is ChildState.STOPPED
    assert child.restarts == RESTARTS


def test_a_healthy_while_is_forgiving(tmp_path):
    clock = Clock()
    child = child_of(tmp_path, clock)
    for _ in range(RESTARTS):
        run_to_its_end(child)
        child.wait_to_restart()
    run_to_its_end(child)
    clock.now += 20
    assert child.wait_to_restart() == 0.5
    assert child.restarts == RESTARTS + 1


def test_is_due_when_its_delay_is_over(tmp_path):
    clock = Clock()
    child = child_of(tmp_path, clock)
    assert child.due_in() is None
    run_to_its_end(child)
    child.wait_to_restart()
    assert child.due_in() == 0.5
    assert not child.has_ended()
    clock.now += 2
    assert child.due_in() == -1.5


def test_shows_the_lines_of_its_present_process_only(tmp_path):
    child = child_of(tmp_path, Clock(), "echo first; exit 1")
    run_to_its_end(child)
    assert child.last_lines() == "first"
    (tmp_path / "toy.log").write_text("of another\n" * 50)
    run_to_its_end(child)
    assert child.last_lines() == "first"


def test_describes_itself(tmp_path):
    child = child_of(tmp_path, Clock(), "exec sleep 60")
    process: subprocess.Popen[bytes] = child.start()
    log = str(tmp_path / "toy.log")
    assert child.describe() == {
        "name": "toy", "pid": process.pid, "state": "running", "restarts": 0, "failures": 0,
        "log": log,
    }  # fmt: skip
    process.send_signal(signal.SIGKILL)
    process.wait()
    child.wait_to_restart()
    assert child.describe() == {
        "name": "toy", "pid": None, "state": "waiting", "restarts": 1, "failures": 1,
        "log": log,
    }  # fmt: skip
