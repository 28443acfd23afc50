"""Facts that other apps may act on. Going up is only ever by event.

``publish`` writes one outbox row per subscriber in the publisher's transaction, so that no fact is lost and
one failing subscriber neither blocks nor repeats another.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from types import UnionType
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.db import transaction

from apps.core.work import outbox

E = TypeVar("E", bound="Event")
Handler = Callable[[Any], None]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened: ids and plain values, never a row."""

    name: ClassVar[str] = ""

    occurred_at: datetime


_events: dict[str, type[Event]] = {}
_subscribers: dict[str, list[str]] = {}
_handlers: dict[str, Handler] = {}


def event(name: str) -> Callable[[type[E]], type[E]]:
    """Register an event class under its public name, such as ``jobs.job_published``."""

    def register(cls: type[E]) -> type[E]:
        if name in _events:
            raise ValueError(f"event {name} is declared twice")
        cls.name = name
        _events[name] = cls
        return cls

    return register


def on(cls: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Subscribe a handler: one idempotent write or one ``work.add``, which re-reads what it acts on."""

    def subscribe(handler: Callable[[E], None]) -> Callable[[E], None]:
        path = f"{handler.__module__}.{handler.__qualname__}"
        if path in _handlers:
            raise ValueError(f"handler {path} is declared twice")
        _handlers[path] = handler
        _subscribers.setdefault(cls.name, []).append(path)
        return handler

    return subscribe


def publish(fact: Event) -> None:
    """Tell every subscriber, after the surrounding transaction has committed.

    :raises RuntimeError: there is no transaction, so the fact could outlive a rolled back change
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{fact.name} was published outside a transaction")
    outbox.add_relays(
        handlers=_subscribers.get(fact.name, []),
        args={"event": fact.name, "fields": _to_plain(fact)},
    )


def handle(path: str, args: Mapping[str, Any]) -> None:
    """Call one subscriber with the event that an outbox row carries."""
    cls = _events[args["event"]]
    _handlers[path](_from_plain(cls, args["fields"]))


def registered_events() -> Mapping[str, type[Event]]:
    """Return every event class by its name."""
    return dict(_events)


def subscribers_of(cls: type[Event]) -> tuple[str, ...]:
    """Return the paths of an event's handlers."""
    return tuple(_subscribers.get(cls.name, ()))


def _to_plain(fact: Event) -> dict[str, Any]:
    return {field.name: _plain(getattr(fact, field.name)) for field in dataclasses.fields(fact)}


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value


def _from_plain(cls: type[E], fields: Mapping[str, Any]) -> E:
    hints = typing.get_type_hints(cls)
    return cls(**{name: _typed(hints[name], value) for name, value in fields.items()})


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(hint, UnionType):
        hint = next(part for part in hint.__args__ if part is not type(None))
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is UUID or issubclass(hint, Enum):
        return hint(value)
    return value
