"""Tasks and handlers for workers to choke on. Workers of these tests import this module."""

from __future__ import annotations

import dataclasses
import os
import signal
import time
from pathlib import Path
from typing import Any

from apps.core import mail
from apps.core.events import Event, event, on
from apps.core.work import task


@task(queue="celery", soft_limit=1, hard_limit=2, lease=3, attempts=2)
def note(*, path: str, line: str, deadly: bool = False, **_: Any) -> None:
    """Add a line to a file; or die of it."""
    if deadly:
        die()
    with Path(path).open("a") as file:
        file.write(f"{line}\n")


@task(queue="mail")
def take_time(*, path: str, line: str, seconds: float, **_: Any) -> None:
    """Do what takes a while, as a mail server does."""
    time.sleep(seconds)
    with Path(path).open("a") as file:
        file.write(f"{line}\n")


@event("outbox_tests.swallowed")
@dataclasses.dataclass(frozen=True, kw_only=True)
class Swallowed(Event):
    """Something that one subscriber takes well and the other not always."""

    number: int
    deadly: bool


@on(Swallowed)
def digest(fact: Swallowed) -> None:
    """Write a mail about it."""
    mail.send(
        key=f"swallowed:{fact.number}", to="an@example.vn", subject=f"no. {fact.number}", text="."
    )


@on(Swallowed)
def choke(fact: Swallowed) -> None:
    """Die of it when it is deadly."""
    if fact.deadly:
        die()


def die() -> None:
    """End this process as the kernel does when memory runs out."""
    os.kill(os.getpid(), signal.SIGKILL)
