"""The audit trail: each service that changes something writes exactly one entry of its own."""

from __future__ import annotations

from apps.core.audit.trail import disguise, record, security

__all__ = ["disguise", "record", "security"]
