"""The last one out: a small process that ends what its owner started, should the owner die without doing so."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path
from typing import IO

from onetop_backend.local.process import Process

# A shell, because it costs a megabyte and lives as long as the stack. It hears of every process group through a pipe
# that the kernel closes when the owner ends, however it ends; by then the kernel has asked the groups to stop.
_SCRIPT = """
trap '' HUP INT QUIT TERM
groups=
while read -r sign group; do
    case $sign in
        +) groups="$groups $group" ;;
        -) kept=
           for other in $groups; do [ "$other" = "$group" ] || kept="$kept $other"; done
           groups=$kept ;;
    esac
done
for group in $groups; do kill -s TERM "$group" 2>/dev/null; done
left=$(($1 * 20))
for group in $groups; do
    while kill -s 0 -- "-$group" 2>/dev/null && [ "$left" -gt 0 ]; do left=$((left - 1)); sleep 0.05; done
    kill -s KILL -- "-$group" 2>/dev/null
done
[ -z "$2" ] || rm -rf -- "$2"
"""


class Sweeper:
    """Ends the process groups that it was told of, and removes a folder, as soon as its owner is gone."""

    def __init__(self, *, patience: int, folder: Path | None = None) -> None:
        """Start it; ``patience`` is how many seconds the groups get to stop by themselves."""
        self._patience = patience
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", _SCRIPT, "sh", str(patience), str(folder or "")],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def watch(self, process: Process) -> None:
        """Remember a process that leads a group."""
        self._tell(f"+ {process.pid}\n")

    def forget(self, process: Process) -> None:
        """Forget a process that has ended with all of its group: its number may soon be another's."""
        self._tell(f"- {process.pid}\n")

    def close(self) -> None:
        """Let it finish: it does what is left to do and ends."""
        with suppress(OSError):
            self._pipe.close()
        self._process.wait(self._patience + 5)

    @property
    def _pipe(self) -> IO[bytes]:
        if self._process.stdin is None:
            raise AssertionError("the sweeper was started with a pipe")
        return self._process.stdin

    def _tell(self, line: str) -> None:
        # Without a sweeper the stack still works; it is a net.
        with suppress(OSError):
            self._pipe.write(line.encode())
            self._pipe.flush()
