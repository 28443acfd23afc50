"""`./run test`: the tests, how long they took, and the proof that they left no process behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

import psutil

from onetop_backend.local.folders import ROOT

_PR_SET_CHILD_SUBREAPER = 36
_GRACE_SECONDS = 10.0


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest with the given arguments and return its exit status, or 1 when a process outlived it."""
    began = time.monotonic()
    if sys.platform == "linux":
        # What the tests start and forget becomes a child of this process, wherever it was started.
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    pytest = subprocess.Popen([sys.executable, "-m", "pytest", *arguments], cwd=ROOT)
    # Ctrl-C reaches pytest as well; it reports and stops by itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: os.kill(pytest.pid, signal.SIGTERM))
    status = _wait_for(pytest.pid)
    left = _left_behind()
    seconds = time.monotonic() - began
    if left:
        print(f"./run test: {seconds:.1f} s; left behind:", *left, sep="\n  ", flush=True)
        return status or 1
    print(f"./run test: {seconds:.1f} s, no process left behind", flush=True)
    return status if status >= 0 else 128 - status


def _wait_for(pid: int) -> int:
    """Return a child's exit status, and meanwhile bury the orphans that the kernel hands to this process."""
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == pid:
            return os.waitstatus_to_exitcode(status)


def _left_behind() -> list[str]:
    """Wait a moment for every descendant to end, kill the others and name them."""
    me = psutil.Process()
    deadline = time.monotonic() + _GRACE_SECONDS
    while (children := _reap(me)) and time.monotonic() < deadline:
        time.sleep(0.05)
    named = []
    for child in children:
        try:
            named.append(f"{child.pid} {' '.join(child.cmdline()) or child.name()}")
            child.kill()
        except psutil.NoSuchProcess:
            continue
    return named


def _reap(me: psutil.Process) -> list[psutil.Process]:
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            break
        if pid == 0:
            break
    return me.children(recursive=True)
