"""The staff's pages of accounts and sessions, and their way in."""

from __future__ import annotations

from apps.users.admin import accounts, doors, sessions, verbs

__all__ = ["accounts", "doors", "sessions", "verbs"]
