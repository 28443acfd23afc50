"""`./run bench`: the modules of ``benchmarks/``, by name."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from onetop_backend.local.folders import ROOT


def benchmarks() -> list[str]:
    """Return the names of the benchmarks: every module directly in the folder."""
    files = (ROOT / "benchmarks").glob("*.py")
    return sorted(file.stem for file in files if not file.stem.startswith("_"))


def run_benchmark(arguments: Sequence[str]) -> int:
    """Run the named benchmark with the rest of the arguments, or print which there are."""
    name = arguments[0] if arguments else ""
    if name not in benchmarks():
        print("./run bench", " | ".join(benchmarks()), "[--help]")
        return 2 if name else 0
    # Not a static import: what composes the platform does not depend on what measures it.
    status: int = import_module(f"benchmarks.{name}").main(arguments[1:])
    return status
