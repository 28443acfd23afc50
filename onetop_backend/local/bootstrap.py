"""The part of `./run` that has only a bare Python: it makes `.venv` fit the locked requirements.

It imports nothing but the standard library, because it runs before anything is installed, and it
costs milliseconds when there is nothing to do, because it runs every time.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".stamp"
LOCK = VENV / ".bootstrap.lock"  # not `.lock`: that is uv's own, and it would wait for ours
REQUIREMENTS = ROOT / "requirements"

# Verbs that need the tests' requirements too, and verbs that make do with a bare Python.
DEV_VERBS = frozenset({"test"})
BARE_VERBS = frozenset({"status", "stop", "reset", "help"})
# Looks at what is there, and changes nothing.
LOOKING_VERB = "doctor"


class CannotInstall(Exception):
    """The environment cannot be made; the text says what the person at the keyboard can do."""


def main(arguments: Sequence[str]) -> NoReturn:
    """Bring `.venv` up to date where the verb needs it, then become the local stack's command line."""
    verb = arguments[0] if arguments and not arguments[0].startswith("-") else "up"
    if arguments and arguments[0] in {"-h", "--help"}:
        verb = "help"
    environment = _environment()
    if verb == LOOKING_VERB:
        python = str(PYTHON) if PYTHON.exists() else sys.executable
    elif verb in BARE_VERBS and not STAMP.exists():
        python = sys.executable
    else:
        python = str(PYTHON)
        try:
            ensure("dev" if verb in DEV_VERBS else "local", environment)
        except (CannotInstall, OSError) as problem:
            say(str(problem))
            say("`./run doctor` looks for the reason and says how to put it right")
            raise SystemExit(1) from None
    os.chdir(ROOT)
    os.execve(python, [python, "-m", "onetop_backend.local", *arguments], environment)


def ensure(profile: str, environment: Mapping[str, str]) -> None:
    """Install the locked requirements of a profile unless the stamp says that they are there.

    :raises CannotInstall: when the environment cannot be made
    """
    if _fits(profile):
        return
    with _only_one():
        if _fits(profile):
            return
        # An environment that once had the test tools keeps them: two verbs must not undo each other.
        if _stamped()[0] == "dev":
            profile = "dev"
        lock = REQUIREMENTS / f"{profile}.txt"
        uv = shutil.which("uv")
        if not _interpreter_fits():
            _make_environment(uv, environment)
        STAMP.unlink(missing_ok=True)
        _install(lock, uv or _own_uv(environment), environment)
        STAMP.write_text(f"{profile} {_digest(profile)} {_interpreter()}\n")


def say(text: str) -> None:
    """Print one line about what is going on, apart from what the command itself prints."""
    print(f"onetop: {text}", file=sys.stderr, flush=True)


# --- what is there -----------------------------------------------------------------------------


def is_installed() -> bool:
    """Return whether `.venv` fits what the local stack needs."""
    return _fits("local")


def missing_modules() -> list[str]:
    """Return the parts of the standard library that this Python was built without and the platform needs."""
    missing = []
    for name in ("ctypes", "ssl", "zlib"):
        try:
            importlib.import_module(name)
        except ImportError:
            missing.append(name)
    return missing


def installed_profile() -> str:
    """Return which of the requirements were installed last; nothing when that did not end."""
    return _stamped()[0]


def way_to_venv_module() -> str:
    """Return what a person types to get `venv`, which Debian and Ubuntu ship as a package of its own."""
    if shutil.which("apt-get") is None:
        return "install the venv and ensurepip modules of this Python"
    sudo = "" if os.geteuid() == 0 else "sudo "
    return f"{sudo}apt-get install {_venv_package()}"


def _venv_package() -> str:
    return f"python3.{sys.version_info.minor}-venv"


def _fits(profile: str) -> bool:
    stamped_profile, digest, interpreter = _stamped()
    if stamped_profile not in {profile, "dev"} or not PYTHON.exists():
        return False
    return (digest, interpreter) == (_digest(stamped_profile), _interpreter())


def _interpreter_fits() -> bool:
    return PYTHON.exists() and _stamped()[2] == _interpreter()


def _stamped() -> tuple[str, str, str]:
    try:
        profile, digest, interpreter = STAMP.read_text().split()
    except (OSError, ValueError):
        return "", "", ""
    return profile, digest, interpreter


def _digest(profile: str) -> str:
    return hashlib.sha256((REQUIREMENTS / f"{profile}.txt").read_bytes()).hexdigest()


def _interpreter() -> str:
    """Name what compiled packages and the scripts of an environment depend on, its place included."""
    facts = (sys.implementation.cache_tag, sys.platform, os.uname().machine, str(VENV))
    return hashlib.sha256("\0".join(map(str, facts)).encode()).hexdigest()


# --- making it ---------------------------------------------------------------------------------


@contextmanager
def _only_one() -> Iterator[None]:
    """Let one process at a time change the environment."""
    VENV.mkdir(exist_ok=True)
    with LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another ./run is installing, waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_environment(uv: str | None, environment: Mapping[str, str]) -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    say(f"making .venv with Python {version}")
    for entry in VENV.iterdir():
        if entry == LOCK:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    base: str = getattr(sys, "_base_executable", sys.executable)
    lacking = missing_modules()
    if lacking:
        raise CannotInstall(
            f"{base} was built without {' and '.join(lacking)}. "
            "To put it right, name another one: PYTHON=/path/to/python3 ./run"
        )
    if uv is not None:
        command = [uv, "venv", "--quiet", "--allow-existing", "--python", base, str(VENV)]
        if subprocess.run(command, env=environment).returncode == 0:
            return
    _need_venv_module(base)
    _run(
        [base, "-m", "venv", str(VENV)], environment, "python could not make a virtual environment"
    )


def _need_venv_module(base: str) -> None:
    """See that `venv` can bring pip along; Debian and Ubuntu ship it as a package of its own.

    :raises CannotInstall: when it is missing and this user cannot install it
    """
    if has_venv_module():
        return
    package = _venv_package()
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise CannotInstall(f"{base} has no venv module. To put it right: {way_to_venv_module()}")
    say(f"installing {package}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [apt, "install", "-qq", "-y", "--no-install-recommends", package]
    if subprocess.run(install, env=quiet, stdout=subprocess.DEVNULL).returncode != 0:
        subprocess.run([apt, "update", "-qq"], env=quiet, stdout=subprocess.DEVNULL)
        _run(install, quiet, f"{package} could not be installed")
    importlib.invalidate_caches()
    if not has_venv_module():
        raise CannotInstall(f"{package} is installed, yet {base} still has no venv module")


def has_venv_module() -> bool:
    """Return whether this Python can make an environment with pip in it."""
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def _own_uv(environment: Mapping[str, str]) -> str | None:
    """Put the pinned uv into the environment; None where there is none for this machine."""
    uv = VENV / "bin" / "uv"
    if uv.exists():
        return str(uv)
    lock = REQUIREMENTS / "installer.txt"
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
    result = subprocess.run(command, env=environment, capture_output=True)
    return str(uv) if result.returncode == 0 and uv.exists() else None


def _install(lock: Path, uv: str | None, environment: Mapping[str, str]) -> None:
    if uv is not None:
        say(f"installing requirements/{lock.name}")
        command = [uv, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode"]
        command += ["--python", str(PYTHON), str(lock)]
        if subprocess.run(command, env=environment, capture_output=True).returncode == 0:
            return
        # Perhaps a machine behind an inspecting proxy, whose own list of certificate authorities tells whom to trust.
        trusting = {**environment, "UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}
        if subprocess.run(command, env=trusting).returncode == 0:
            return
        say("uv could not install the requirements, trying pip")
    say(f"installing requirements/{lock.name} with pip; this takes about a minute")
    if subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True).returncode != 0:
        _run([str(PYTHON), "-m", "ensurepip"], environment, "this Python has no pip")
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)]
    _run(command, environment, "the requirements could not be installed")


def _run(command: Sequence[str], environment: Mapping[str, str], failure: str) -> None:
    if subprocess.run(command, env=environment).returncode != 0:
        raise CannotInstall(f"{failure}; the command was: {' '.join(command)}")


def _environment() -> dict[str, str]:
    environment = dict(os.environ)
    # Without bytecode every process of the stack compiles Django again: 29 s instead of 7 s to start.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.pop("VIRTUAL_ENV", None)
    environment["UV_PYTHON_DOWNLOADS"] = "never"
    return environment


if __name__ == "__main__":
    main(sys.argv[1:])
