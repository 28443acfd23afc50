"""Counts that begin with the test."""

from __future__ import annotations

import pytest

from apps.core import metrics


@pytest.fixture(autouse=True)
def _from_zero() -> None:
    metrics.flush()
    metrics.erase()
