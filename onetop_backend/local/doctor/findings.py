"""What a check can say."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How much a finding matters: `wrong` keeps something from working, a `warning` does not yet."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One line of the report; ``fix`` is what a person can type, and empty when all is well."""

    level: Level
    text: str
    fix: str = ""
    check: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it for programs."""
        return {**asdict(self), "level": str(self.level)}


def ok(text: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(Level.OK, text)


def warning(text: str, fix: str) -> Finding:
    """Say what will not work as somebody may expect."""
    return Finding(Level.WARNING, text, fix)


def wrong(text: str, fix: str) -> Finding:
    """Say what does not work."""
    return Finding(Level.WRONG, text, fix)
