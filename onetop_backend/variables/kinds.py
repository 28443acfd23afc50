"""Kinds of variables: how an operator writes each, and what the settings get of it. Each raises ``ValueError``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

_FLAGS = {
    "1": True,
    "true": True,
    "on": True,
    "yes": True,
    "0": False,
    "false": False,
    "off": False,
    "no": False,
}
_UNITS = {"second": 1, "minute": 60, "min": 60, "hour": 3600, "day": 86400}


def text(value: str) -> str:
    """Take a text as it is."""
    return value


def one_of(*words: str) -> Callable[[str], str]:
    """Return a kind that takes these words only."""

    def parse(value: str) -> str:
        if value not in words:
            raise ValueError(f"write {' or '.join(words)}")
        return value

    return parse


def zone(value: str) -> str:
    """Take the name of a time zone."""
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, OSError):
        raise ValueError("write the name of a time zone, such as Asia/Ho_Chi_Minh") from None


def broker(value: str) -> str:
    """Take an address that Celery understands: it reads the variable itself."""
    if value.startswith("unix:"):
        raise ValueError("write a socket as redis+socket:///run/valkey.sock?virtual_host=0")
    return value


def dsn(value: str) -> str:
    """Take the address of a Sentry project, or nothing."""
    if value and not re.fullmatch(r"https?://[^@/\s]+@[^@/\s]+/(\S+/)?\d+", value):
        raise ValueError("write it as Sentry shows it: https://key@host/number")
    return value


def flag(value: str) -> bool:
    """Read on or off."""
    try:
        return _FLAGS[value.strip().lower()]
    except KeyError:
        raise ValueError("write on or off") from None


def words(value: str) -> list[str]:
    """Read words between commas."""
    return [word.strip() for word in value.split(",") if word.strip()]


def count(value: str) -> int:
    """Read a whole number that is not negative."""
    if not re.fullmatch(r"[0-9]+", value.strip()):
        raise ValueError("write a whole number, 0 or more")
    return int(value)


def port(value: str) -> int:
    """Read the number of a port."""
    if not re.fullmatch(r"[0-9]+", value.strip()) or not 1 <= int(value) <= 65535:
        raise ValueError("write a number from 1 to 65535")
    return int(value)


def seconds(value: str) -> timedelta:
    """Read how many seconds, at least one."""
    if not re.fullmatch(r"[0-9]+", value.strip()) or int(value) == 0:
        raise ValueError("write a whole number of seconds, 1 or more")
    return timedelta(seconds=int(value))


def size(value: str) -> int:
    """Read a number of bytes."""
    match = re.fullmatch(r"(\d+)\s*(KiB|MiB)?", value.strip())
    if match is None:
        raise ValueError("write a number of bytes, or 5 MiB")
    return int(match[1]) * {None: 1, "KiB": 1024, "MiB": 1024**2}[match[2]]


def share(value: str) -> float:
    """Read a number from 0 to 1."""
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise ValueError("write a number from 0 to 1")
    return number


def rate(value: str) -> tuple[int, int] | None:
    """Return how many and in how many seconds; None for no limit."""
    if value.strip() == "unlimited":
        return None
    match = re.fullmatch(r"(\d+)/(\d*)(second|minute|min|hour|day)s?", value.strip())
    if match is None:
        raise ValueError("write 5/minute, 5/5min or unlimited (second, minute, hour, day)")
    quota, window = int(match[1]), int(match[2] or 1) * _UNITS[match[3]]
    if not 1 <= quota <= window * 1_000_000:
        raise ValueError("write at least 1, and at most a million a second")
    return quota, window
