"""What the doctor's tests break things with: servers that tell less than the truth, and a project of one's own."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from onetop_backend.tests.local.conftest import ROOT, Stack


class Report:
    """What one `./run doctor --json` said."""

    def __init__(self, stack: Stack, **variables: str) -> None:
        ran = stack.run("doctor", "--json", **variables)
        self.status = ran.returncode
        self.raw = ran.stdout
        self.checks: list[dict[str, str]] = json.loads(ran.stdout)["checks"]

    def of(self, check: str, level: str) -> dict[str, str]:
        """Return the one finding of a check with this level."""
        found = [one for one in self.checks if one["check"] == check and one["level"] == level]
        assert len(found) == 1, self.raw
        return found[0]

    def bad(self) -> list[str]:
        """Return the names of the checks that found something."""
        return [one["check"] for one in self.checks if one["level"] != "ok"]


def told(pattern: str, text: str) -> re.Match[str]:
    """Return what a text tells in a place."""
    found = re.search(pattern, text)
    assert found is not None, text
    return found


def copy_project(folder: Path) -> Path:
    """Make a second checkout that uses the same libraries; `./run` finds its environment in order."""
    root = _copy_code(folder)
    (root / ".venv" / "lib").symlink_to(ROOT / ".venv" / "lib")
    return root


def copy_environment(folder: Path) -> Path:
    """Make a second checkout with libraries of its own: other names of the same files, which may be removed there."""
    root = _copy_code(folder)
    shutil.copytree(
        ROOT / ".venv" / "lib", root / ".venv" / "lib", symlinks=True, copy_function=os.link
    )
    return root


def _copy_code(folder: Path) -> Path:
    root = folder / "copy"
    unwanted = shutil.ignore_patterns(
        ".git", ".venv", ".state", ".*_cache", "__pycache__", ".hypothesis"
    )
    shutil.copytree(ROOT, root, ignore=unwanted, symlinks=True)
    venv, original = root / ".venv", ROOT / ".venv"
    (venv / "bin").mkdir(parents=True)
    shutil.copy(original / "pyvenv.cfg", venv)
    (venv / "bin" / "python").symlink_to((original / "bin" / "python").resolve())
    script = (
        "from onetop_backend.local import bootstrap as b; p = 'dev';"
        "b.STAMP.write_text(f'{p} {b._digest(p)} {b._interpreter()}\\n')"
    )
    subprocess.run([venv / "bin" / "python", "-c", script], cwd=root, check=True)
    return root


@contextmanager
def occupied(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Let another process listen on a port."""
    script = (
        "import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1);"
        f"s.bind(('127.0.0.1', {port})); s.listen(); print('listening', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"listening\n"
        yield process
    finally:
        process.kill()
        process.wait()


Rewrite = Callable[[bytes], bytes]


@contextmanager
def between(
    target: str, *, to_server: Rewrite = lambda data: data, to_client: Rewrite = lambda data: data
) -> Iterator[int]:
    """Stand between clients and the server at a unix socket, change what passes, and give the port to connect to.

    Each piece is changed as it comes: the exchanges that are changed are small enough to come in one.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(
            target=_serve, args=(listener, target, to_server, to_client), daemon=True
        ).start()
        yield listener.getsockname()[1]


def _serve(listener: socket.socket, target: str, to_server: Rewrite, to_client: Rewrite) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            server = socket.socket(socket.AF_UNIX)
            server.connect(target)
            for source, sink, rewrite in (
                (client, server, to_server),
                (server, client, to_client),
            ):
                threading.Thread(target=_pass, args=(source, sink, rewrite), daemon=True).start()


def _pass(source: socket.socket, sink: socket.socket, rewrite: Rewrite) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(rewrite(data))
        sink.shutdown(socket.SHUT_RDWR)


def reporting_version(version: str) -> Rewrite:
    """Return what makes a PostgreSQL say in its greeting that it is of another version."""

    def rewrite(data: bytes) -> bytes:
        name = b"server_version\0"
        at = data.find(name)
        if at < 0:
            return data
        end = data.index(b"\0", at + len(name)) + 1
        body = name + version.encode() + b"\0"
        # ParameterStatus: its letter, its length with the length itself, name and value.
        return data[: at - 5] + b"S" + struct.pack("!I", len(body) + 4) + body + data[end:]

    return rewrite


def hurried_postgres(seconds: int) -> Rewrite:
    """Return what makes a PostgreSQL answer questions for the time as if its clock were ahead."""

    def rewrite(data: bytes) -> bytes:
        if data[:1] != b"Q":
            return data
        query = data[5:-1].replace(
            b"clock_timestamp()", f"(clock_timestamp() + interval '{seconds} s')".encode()
        )
        return b"Q" + struct.pack("!I", len(query) + 5) + query + b"\0"

    return rewrite


def slow_redis(seconds: int) -> Rewrite:
    """Return what makes a Redis answer TIME as if its clock were behind."""

    def rewrite(data: bytes) -> bytes:
        parts = data.split(b"\r\n")
        # *2, $10, seconds, $6 or less, microseconds: nothing else that is asked here looks like it.
        if parts[:2] != [b"*2", b"$10"]:
            return data
        return b"\r\n".join([*parts[:2], str(int(parts[2]) - seconds).encode(), *parts[3:]])

    return rewrite


def can_mount() -> bool:
    """Return whether this user may mount in a name space of its own."""
    command = [*IN_A_NAMESPACE, "mount -t tmpfs none /mnt"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


# Mounts there end with the shell, whatever happens to the test.
IN_A_NAMESPACE = (
    ("unshare", "--mount", "sh", "-ec")
    if os.geteuid() == 0
    else ("unshare", "--map-root-user", "--mount", "sh", "-ec")
)


def in_a_namespace(script: str, stack: Stack, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script that may mount, with the stack's variables; ``$RUN`` is `./run`."""
    environment: Mapping[str, Any] = {**stack.environment, **variables, "RUN": str(ROOT / "run")}
    return subprocess.run(
        [*IN_A_NAMESPACE, script], env=environment, check=False, capture_output=True, text=True
    )
