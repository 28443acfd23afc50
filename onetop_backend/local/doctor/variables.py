"""The variables: bad values, unknown names, origins and hosts that do not match, and secrets."""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Iterator, Mapping, MutableMapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from onetop_backend.local.doctor.findings import Finding, ok, warning, wrong
from onetop_backend.local.doctor.scene import Scene
from onetop_backend.local.folders import ROOT, is_there

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "::1", "onetop.localhost"})


def complete(environ: MutableMapping[str, str]) -> str | None:
    """Complete an environment from the file of variables and return what is wrong with that file, if anything."""
    try:
        from onetop_backend import variables as declared  # noqa: PLC0415 - needs what is installed
    except ModuleNotFoundError:
        return None  # nothing is installed yet, which is said elsewhere
    try:
        declared.complete(environ)
    except declared.ImproperVariable as problem:
        return str(problem)
    return None


def values(scene: Scene) -> Iterator[Finding]:
    """Look at every variable by itself, so that all mistakes are told at once."""
    if scene.file_problem is not None:
        yield wrong(scene.file_problem, "name a file that is there, or unset ONETOP_ENV_FILE")
    from onetop_backend import variables as declared  # noqa: PLC0415 - as above

    known = {variable.name: variable for variable in declared.VARIABLES}
    names = [
        name
        for name in scene.environ
        if name in known or name.removesuffix("_FILE") in known or name.startswith("ONETOP_")
    ]
    bad = 0
    for name in names:
        try:
            declared.read({name: scene.environ[name]})
        except declared.ImproperVariable as error:
            bad += 1
            place = "" if name in scene.set_outside else ", in the file of variables"
            yield wrong(f"{error}{place}", _fix(name, known))
    if not bad:
        yield ok(f"{len(names)} are set, none to a value that cannot be used")


def origins(scene: Scene) -> Iterator[Finding]:
    """Look whether every origin and host that people come from is trusted to send forms and open sockets."""
    found = _read(scene)
    if found is None:
        return
    trusted: list[str] = found["CSRF_TRUSTED_ORIGINS"]
    bare = [origin for origin in trusted if urlsplit(origin).scheme not in {"http", "https"}]
    for origin in bare:
        yield wrong(
            f"CSRF_TRUSTED_ORIGINS has {origin}, which is no origin",
            f"write its scheme: https://{origin.split('://')[-1]}",
        )
    missing = dict(_untrusted(found))
    # Whoever follows one of the lines has followed all of them.
    fix = f"CSRF_TRUSTED_ORIGINS={','.join([*trusted, *missing])}"
    for origin, text in missing.items():
        yield warning(
            f"{text} CSRF_TRUSTED_ORIGINS lacks {origin}: its forms and sockets are refused", fix
        )
    if not (bare or missing):
        yield ok(
            "CSRF_TRUSTED_ORIGINS has all of CORS_ALLOWED_ORIGINS, FRONTEND_URL and ALLOWED_HOSTS"
        )


def _untrusted(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each origin that is not trusted, and where it is named."""
    trusted: list[str] = found["CSRF_TRUSTED_ORIGINS"]
    front = _origin(found["FRONTEND_URL"])
    for origin in (*found["CORS_ALLOWED_ORIGINS"], front):
        if not any(fnmatchcase(origin, pattern) for pattern in trusted):
            variable = "FRONTEND_URL" if origin == front else "CORS_ALLOWED_ORIGINS"
            yield origin, f"{variable} leads to {origin}, and"
    hosts = {urlsplit(origin).hostname or "" for origin in trusted}
    for host in found["ALLOWED_HOSTS"]:
        name = f"*{host}" if host.startswith(".") else host
        if (
            host != "*"
            and host not in _LOOPBACK
            and not any(fnmatchcase(name, other) for other in hosts)
        ):
            yield f"https://{name}", f"ALLOWED_HOSTS has {host}, and"


def secrets(scene: Scene) -> Iterator[Finding]:
    """Look whether secrets are long, our own, and read by nobody else. Never tells one."""
    found = _read(scene)
    if found is None:
        return
    # The refusals of production, which reads every setting.
    from onetop_backend.checks import PUBLISHED, SHORTEST_SECRET, SHORTEST_TOKEN  # noqa: PLC0415

    bad = 0
    fix = "write one from: python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"
    for variable, shortest in (
        ("SECRET_KEY", SHORTEST_SECRET),
        ("JWT_SIGNING_KEY", SHORTEST_SECRET),
        ("METRICS_TOKEN", SHORTEST_TOKEN),
    ):
        value: str = found[variable]
        if any(part in value.lower() for part in PUBLISHED):
            bad += 1
            yield wrong(f"{variable} is a value that was published", fix)
        elif value and len(value) < shortest:
            bad += 1
            yield warning(
                f"{variable} has {len(value)} characters; servers refuse less than {shortest}", fix
            )
    for path in _secret_files(scene):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            bad += 1
            yield warning(f"{path} can be read by other users (mode {mode:o})", f"chmod 600 {path}")
    if not bad:
        given = found["SECRET_KEY"]
        yield ok(
            "SECRET_KEY was given"
            if given
            else "./run makes its own SECRET_KEY and keeps it private"
        )


def _secret_files(scene: Scene) -> Iterator[Path]:
    """Yield every file that holds a secret: named by a variable, generated, or the file of variables itself."""
    from onetop_backend import variables as declared  # noqa: PLC0415 - as above

    secret = [variable.name for variable in declared.VARIABLES if variable.secret]
    paths = [
        Path(scene.environ[f"{name}_FILE"]) for name in secret if scene.environ.get(f"{name}_FILE")
    ]
    if os.access(scene.state / "secrets", os.R_OK | os.X_OK):
        paths += (scene.state / "secrets").iterdir()
    if any(scene.environ.get(name) and name not in scene.set_outside for name in secret):
        paths.append(ROOT / (scene.environ.get("ONETOP_ENV_FILE") or ".env"))
    yield from (path for path in paths if is_there(path) and path.is_file())


def _read(scene: Scene) -> Mapping[str, Any] | None:
    """Return all values, or None when one is bad, which ``values`` tells."""
    from onetop_backend import variables as declared  # noqa: PLC0415 - as above

    try:
        found: Mapping[str, Any] = declared.read(scene.environ)
    except declared.ImproperVariable:
        return None
    return found


def _fix(name: str, known: Mapping[str, Any]) -> str:
    base = name if name in known else name.removesuffix("_FILE")
    if base not in known:
        near = difflib.get_close_matches(name, known, 1)
        return (f"write {near[0]} instead, or " if near else "") + f"unset {name}"
    if base != name:
        return f"name a file that can be read, or unset {name}"
    default = known[base].default
    return f"correct it, or unset {name}" + (f" to use {default}" if default else "")


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
