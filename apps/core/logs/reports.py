"""Reporting defects to whoever watches for them, where nothing else would: a task's end, a socket's frame."""

from __future__ import annotations

from collections.abc import Callable

from apps.core.errors import DomainError

_reporters: list[Callable[[BaseException], object]] = []


def report_with(reporter: Callable[[BaseException], object]) -> None:
    """Hand every defect to a reporter from now on, in place of the one before."""
    _reporters[:] = [reporter]


def report(error: BaseException) -> None:
    """Report what was caught and needs a change of the code; a refusal is not reported."""
    if not isinstance(error, DomainError):
        for reporter in _reporters:
            reporter(error)
