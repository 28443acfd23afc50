"""What `./run` installed: every library at its locked version and in its place, and the translations."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from onetop_backend.local import bootstrap
from onetop_backend.local.catalogues import stale_catalogues
from onetop_backend.local.doctor.findings import Finding, ok, warning, wrong
from onetop_backend.local.doctor.scene import Scene
from onetop_backend.local.folders import ROOT

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+) \\$", re.MULTILINE)
# What a distribution puts beside its modules.
_NO_MODULE = re.compile(r"\.dist-info|\.libs$|^\.\.|^__pycache__|\.data$|^bin$")


def libraries(scene: Scene) -> Iterator[Finding]:
    """Look for every locked library: its version, and whether it is found where it was installed."""
    locked = _locked()
    bad = 0
    for name, version in locked.items():
        problem = _problem(name, version)
        if problem is not None:
            bad += 1
            yield problem
    if not bad:
        yield ok(f"all {len(locked)} of requirements/local.txt are there at their locked versions")


def catalogues(scene: Scene) -> Iterator[Finding]:
    """Look whether the translations are compiled."""
    stale = stale_catalogues()
    if stale:
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale[:3])
        yield warning(
            f"{len(stale)} are newer than what was compiled: {names}", "./run compiles them"
        )
    else:
        yield ok("compiled")


def _locked() -> Mapping[str, str]:
    """Return the libraries that every machine has; those for some only carry a condition behind the version."""
    text = (bootstrap.REQUIREMENTS / "local.txt").read_text()
    return dict(_PINNED.findall(text))


def _problem(name: str, version: str) -> Finding | None:
    anew = "rm .venv/.stamp && ./run"
    from_nothing = "rm -rf .venv && ./run"
    try:
        found = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return wrong(f"{name} {version} is missing", anew)
    if found.version != version:
        return wrong(f"{name} is {found.version}, and {version} is locked", anew)
    for module in _modules(found):
        try:
            spec = importlib.util.find_spec(module)
        except (ImportError, ValueError):
            spec = None
        if spec is None:
            return wrong(f"{name} is installed, yet its module {module} is missing", from_nothing)
        place = spec.origin or next(iter(spec.submodule_search_locations or ()), "")
        if not Path(place).is_relative_to(bootstrap.VENV):
            return wrong(
                f"{name} is hidden by {place}",
                "unset PYTHONPATH, or move that file away",
            )
    return None


def _modules(found: importlib.metadata.Distribution) -> set[str]:
    """Return the names that a distribution can be imported by."""
    names = set()
    for file in found.files or ():
        top = file.parts[0]
        if _NO_MODULE.search(top):
            continue
        if len(file.parts) == 2 and file.name == "__init__.py":
            names.add(top)
        elif len(file.parts) == 1 and file.suffix in {".py", ".so"}:
            names.add(top.split(".")[0])
    return names
