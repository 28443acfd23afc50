"""What is known of every task: where it runs, for how long, and how often it is tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module


@dataclass(frozen=True)
class TaskSpec:
    """How a task is run; ``lease`` outlives the hard limit, so that no live task is taken over."""

    name: str
    run: Callable[..., None]
    queue: str
    hard_limit: int
    lease: timedelta
    attempts: int
    retry_after: timedelta


_specs: dict[str, TaskSpec] = {}


def declare(spec: TaskSpec) -> None:
    """Remember a task's declaration."""
    _specs[spec.name] = spec


def spec_of(name: str) -> TaskSpec:
    """Return the declaration of a task, importing its module at first use.

    :raises LookupError: no such task is declared
    """
    if name not in _specs:
        import_module(name.rpartition(".")[0])
    try:
        return _specs[name]
    except KeyError:
        raise LookupError(f"{name} is not a declared task") from None


def is_declared(name: str) -> bool:
    """Tell whether there is such a task in this version of the code."""
    try:
        spec_of(name)
    except (LookupError, ImportError, ValueError):
        return False
    return True


def declared_tasks() -> Mapping[str, TaskSpec]:
    """Return every task declared so far."""
    return dict(_specs)
