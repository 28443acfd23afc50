"""Compiling the translations, in pure Python, whenever a text is newer than what was made of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from onetop_backend.local.folders import ROOT


def compile_catalogues(root: Path = ROOT) -> list[Path]:
    """Compile each catalogue that has changed and return those that were."""
    stale = stale_catalogues(root)
    for catalogue in stale:
        _compile(catalogue)
    return stale


def stale_catalogues(root: Path = ROOT) -> list[Path]:
    """Return the catalogues that have changed since they were compiled."""
    return [catalogue for catalogue in _catalogues(root) if _is_stale(catalogue)]


def _catalogues(root: Path) -> Iterator[Path]:
    for pattern in ("apps/*/locale/*/LC_MESSAGES/*.po", "onetop_backend/locale/*/LC_MESSAGES/*.po"):
        yield from sorted(root.glob(pattern))


def _is_stale(catalogue: Path) -> bool:
    compiled = catalogue.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < catalogue.stat().st_mtime_ns


def _compile(catalogue: Path) -> None:
    # Imported here: it is needed after a text has changed, not at every start.
    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with catalogue.open("rb") as source:
        messages = read_po(source, locale=catalogue.parents[1].name)
    # Moved into place complete, because another process may be reading or making it as well.
    unfinished = catalogue.with_suffix(f".{os.getpid()}.mo")
    with unfinished.open("wb") as target:
        write_mo(target, messages)
    unfinished.replace(catalogue.with_suffix(".mo"))
