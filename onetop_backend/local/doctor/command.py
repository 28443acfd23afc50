"""The list of the checks, in the order in which one depends on another, and the report."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from onetop_backend.local import bootstrap
from onetop_backend.local.doctor import installed, machine, running, variables
from onetop_backend.local.doctor.findings import Finding, Level, warning, wrong
from onetop_backend.local.doctor.scene import Scene
from onetop_backend.local.folders import is_there, stand_in, state_folder

Check: TypeAlias = tuple[str, Callable[[Any], Iterator[Finding]]]

_BARE: Sequence[Check] = (
    ("python", machine.python),
    ("install", machine.installation),
    ("disk", machine.disk),
    ("state", machine.state),
    ("lock", running.lock),
    ("port", running.port),
    ("stack", running.processes),
)
_VARIABLES: Sequence[Check] = (
    ("translations", installed.catalogues),
    ("variables", variables.values),
    ("origins", variables.origins),
    ("secrets", variables.secrets),
)


def examine(*, as_json: bool) -> int:
    """Print what every check found; return 0 when nothing is wrong, which warnings are not."""
    found = []
    for finding in _findings():
        found.append(finding)
        if not as_json:
            print(_line(finding), flush=True)
    levels = Counter(finding.level for finding in found)
    worst = next(
        (level for level in (Level.WRONG, Level.WARNING) if levels[level]),
        Level.OK,
    )
    if as_json:
        report = {"state": str(worst), "checks": [finding.to_dict() for finding in found]}
        print(json.dumps(report, indent=2, ensure_ascii=False))
    elif worst is Level.OK:
        print("\nNothing is wrong.")
    else:
        print(f"\n{levels[Level.WRONG]} wrong, {levels[Level.WARNING]} to know of.")
    return 1 if worst is Level.WRONG else 0


def _line(finding: Finding) -> str:
    line = f"{finding.level:<8} {finding.check:<12} {' '.join(finding.text.split())}"
    return f"{line}. To put it right: {finding.fix}" if finding.fix else line


def _findings() -> Iterator[Finding]:
    environ = dict(os.environ)
    outside = frozenset(environ)
    problem = variables.complete(environ)
    os.environ |= environ
    scene = Scene(state=state_folder(), environ=environ, set_outside=outside, file_problem=problem)
    yield from _run(_BARE, scene)
    if not bootstrap.PYTHON.exists() or sys.prefix != str(bootstrap.VENV):
        return
    libraries = list(_run([("libraries", installed.libraries)], scene))
    yield from libraries
    if _is_wrong(libraries):
        return
    # What Django wants to hear before it looks at anything; nothing is signed with it.
    os.environ |= {"ONETOP_LOCAL": "on", "SECRET_KEY": environ.get("SECRET_KEY") or "none"}
    settings = list(_run(_VARIABLES, scene))
    yield from settings
    yield from _of_stores(scene, settings_work=not _is_wrong(settings))


def _of_stores(scene: Scene, *, settings_work: bool) -> Iterator[Finding]:
    """Ask the stores of the running stack, or start the embedded ones for as long as the checks take."""
    # Imported here: these need the libraries that were looked for above.
    from onetop_backend.local.doctor import stores  # noqa: PLC0415
    from onetop_backend.local.opening import opened  # noqa: PLC0415

    checks: list[Check] = [
        ("database", stores.postgres),
        ("redis", stores.valkey),
        ("clock", stores.clocks),
        ("sharing", stores.sharing),
    ]
    if settings_work:
        checks += [("connections", stores.connections), ("tables", stores.schema)]
    if scene.running:
        yield from _run(checks, stores.Opened(scene, scene.running))
        return
    embedded = [
        name
        for name, variable in (("postgres", "DATABASE_URL"), ("valkey", "REDIS_URL"))
        if not scene.environ.get(variable)
    ]
    present = all(_has_data(scene.state, name) for name in embedded)
    if embedded and present and not scene.unusable and scene.holder is None:
        try:
            with opened(scene.state, verb="doctor") as environ:
                yield from _run(checks, stores.Opened(scene, environ))
        except Exception as problem:  # noqa: BLE001 - whatever it is, it keeps ./run from starting as well
            text = f"the embedded servers do not start: {problem}"
            logs = scene.state / "logs"
            yield replace(wrong(text, f"see {logs}, or {stores.RESET}"), check="database")
        return
    reason = [str(scene.holder)] if scene.holder else scene.unusable
    if embedded and present and reason:
        text = f"the embedded servers are not looked at: {reason[0]}"
        yield replace(warning(text, "./run doctor again after that"), check="database")
        checks = checks[:4]
    yield from _run(checks, stores.Opened(scene, scene.environ))


def _has_data(state: Path, name: str) -> bool:
    return any(is_there(folder / name) for folder in (state, stand_in(state)))


def _run(checks: Sequence[Check], subject: object) -> Iterator[Finding]:
    for name, check in checks:
        try:
            for finding in check(subject):
                yield replace(finding, check=name)
        except Exception as error:  # noqa: BLE001 - the other checks are made all the same
            text = f"this could not be looked at: {type(error).__name__}: {error}"
            yield replace(
                wrong(text, "put right what is said above, then ./run doctor"), check=name
            )


def _is_wrong(findings: Sequence[Finding]) -> bool:
    return any(finding.level is Level.WRONG for finding in findings)
