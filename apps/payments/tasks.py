"""Work that payments do in the background."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from apps.core.work import task
from apps.payments.services import credits


@task(queue="maintenance", soft_limit=240, hard_limit=270)
def expire_credit_lots(**_: Any) -> None:
    """Book what is left of expired lots; the ledger then says what spending has counted all along."""
    credits.expire_lots(now=timezone.now())
