"""The compose file, read as an engine reads it: merged, and with variables filled in on request."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "docker-compose.yml"
ONE_SHOTS = ("secrets", "migrate")

_INTERPOLATED = re.compile(r"\$\$|\$\{(\w+)(?::-([^}]*))?\}")


@cache
def compose() -> dict[str, Any]:
    """Return the file."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def services() -> dict[str, Any]:
    """Return its services by name."""
    return compose()["services"]


def interpolated() -> dict[str, str]:
    """Return what the file takes from ``.env``, and the default that it has for it."""
    found = _INTERPOLATED.finditer(FILE.read_text(encoding="utf-8"))
    return {match[1]: match[2] or "" for match in found if match[1]}


def filled(text: str) -> str:
    """Return a text of the file as it is without a file ``.env``."""
    return _INTERPOLATED.sub(lambda match: match[2] or "" if match[1] else "$", text)


def seconds(text: str) -> int:
    """Return how long a duration of the file is."""
    units = {"s": 1, "m": 60, "h": 3600}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+)([smh])", text))
