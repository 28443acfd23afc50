"""What the checks look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from onetop_backend.local.lock import Held, StateLock, is_alive
from onetop_backend.local.status import environment_of_running


@dataclass
class Scene:
    """A state folder, the variables of whoever asks, and the stores once they answer."""

    state: Path
    environ: Mapping[str, str]
    """The environment, completed from the file of variables."""
    set_outside: frozenset[str]
    """The names that the environment itself sets."""
    file_problem: str | None = None
    """What is wrong with the file of variables itself."""
    unusable: list[str] = field(default_factory=list)
    """Why the embedded stores cannot be opened; empty when they can."""

    @cached_property
    def holder(self) -> Held | None:
        """Return who holds the state folder; None when nobody does, or it may not be looked into."""
        try:
            return StateLock(self.state).holder()
        except PermissionError:
            return None

    @cached_property
    def running(self) -> Mapping[str, str] | None:
        """Return the environment of the running stack; None when none runs, or nobody knows who holds the folder."""
        return environment_of_running(self.state) if self.holder_lives else None

    @property
    def holder_lives(self) -> bool:
        """Return whether the folder is held by a process that can be named."""
        return self.holder is not None and is_alive(self.holder.pid)
