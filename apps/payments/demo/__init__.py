"""The credits of the demo world: those of the two named companies, and those of its blocks."""

from __future__ import annotations

from apps.payments.demo.first import began_at, load
from apps.payments.demo.ledger import Spending, write

__all__ = ["Spending", "began_at", "load", "write"]
