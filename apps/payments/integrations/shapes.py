"""What the core and every way to pay tell each other. A gateway touches no table; who asks decides what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from apps.payments.enums import Outcome, Verdict


@dataclass(frozen=True, kw_only=True)
class Payment:
    """What a customer is sent to a gateway for."""

    ref: str
    amount: int
    """Whole đồng."""
    ip: str
    language: str
    """``vi`` or ``en``."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where the customer goes, until when, and by which words the gateway knows the start."""

    url: str
    started_as: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a gateway says of a payment, after its signature was checked."""

    ref: str
    amount: int | None
    """Whole đồng; None where it is no number of them."""
    outcome: Outcome
    gateway_ref: str
    gateway_code: str
    payload: Mapping[str, str]


class Gateway(Protocol):
    """A way to pay."""

    def start(self, payment: Payment, *, now: datetime) -> Start:
        """Return where to pay; asks nobody."""
        ...

    def read(self, query: str) -> Notice:
        """Return what a notice says.

        :raises BadSignature: the gateway did not sign it, or not for us
        """
        ...

    @staticmethod
    def acknowledge(verdict: Verdict) -> dict[str, str]:
        """Return the answer that the gateway expects to a notice."""
        ...
