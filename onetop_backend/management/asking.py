"""Questions to the parts of a running installation, what came back, and how long it took."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from django_redis import get_redis_connection

from onetop_backend.celery import ANSWER, app

T = TypeVar("T")

POLL_SECONDS = 0.1


class State(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass
class Check:
    """One question to the stack and what came back; ``detail`` is for people."""

    name: str
    state: State = State.PASSED
    detail: str = ""
    milliseconds: float = 0.0


class NotShown(Exception):
    """An answer that proves nothing, or none at all; the text says what was seen."""


class NotUsed(Exception):
    """A part that this installation does without; the text says what it has instead."""


@contextmanager
def asking(name: str) -> Iterator[Check]:
    """Give a check that fails with whatever its block raises, and knows how long that took."""
    check = Check(name)
    began = time.monotonic()
    try:
        yield check
    except NotUsed as reason:
        check.state, check.detail = State.SKIPPED, str(reason)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a part, the others are asked as well
        check.state = State.FAILED
        text = " ".join(str(error).split())
        check.detail = text if isinstance(error, NotShown) else f"{type(error).__name__}: {text}"
    finally:
        check.milliseconds = round((time.monotonic() - began) * 1000, 1)


def patiently(ask: Callable[[], T], *, deadline: float, despite: tuple[type[Exception], ...]) -> T:
    """Ask until there is an answer or the time is up, which raises what the last attempt did."""
    expected: tuple[type[Exception], ...] = (NotShown, *despite)
    while True:
        try:
            return ask()
        except expected:
            if time.monotonic() > deadline:
                raise
        time.sleep(POLL_SECONDS)


@dataclass
class Questions:
    """One question in each of several queues: whoever works there answers with its name."""

    waiting: dict[str, str]
    """Where each queue's answer is awaited, of those that have not answered."""
    answered: dict[str, str] = field(default_factory=dict)
    """Which worker answered, by queue."""
    sent_at: float = field(default_factory=time.monotonic)

    @classmethod
    def ask(cls, queues: Sequence[str], *, seconds: float) -> Questions:
        """Send a question to each queue; nobody answers it after so many seconds.

        :raises OperationalError: the broker is away
        """
        asked = {queue: f"onetop:echo:{queue}:{secrets.token_hex(8)}" for queue in queues}
        for queue, reply_to in asked.items():
            app.send_task(
                ANSWER, kwargs={"reply_to": reply_to}, queue=queue, expires=seconds, retry=False
            )
        return cls(waiting=asked)

    def collect(self) -> Mapping[str, str]:
        """Look for answers, and return those that came since the last look."""
        redis = get_redis_connection("default")
        came = {}
        for queue, reply_to in list(self.waiting.items()):
            if (worker := redis.lpop(reply_to)) is not None:
                came[queue] = self.answered[queue] = worker.decode()
                del self.waiting[queue]
        return came

    def wait(self, deadline: float) -> Iterator[tuple[str, str]]:
        """Yield each queue and its worker as they answer, until all have or the time is up."""
        while True:
            yield from self.collect().items()
            if not self.waiting or time.monotonic() >= deadline:
                return
            time.sleep(POLL_SECONDS)
