"""Bytes of public answers in Redis, kept under version tokens; writers ``touch`` what they change.

The rule, its proof and its one exception are in ``docs/caching.md``.
"""

from __future__ import annotations

from apps.core.cache.answers import Found, find
from apps.core.cache.tokens import drop, touch

__all__ = ["Found", "drop", "find", "touch"]
