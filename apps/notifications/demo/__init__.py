"""The notifications of the demo world: what its named people and the people of its blocks were told."""

from __future__ import annotations

from apps.notifications.demo.first import load
from apps.notifications.demo.told import Decided, Told, write

__all__ = ["Decided", "Told", "load", "write"]
