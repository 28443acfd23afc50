"""Publishing under an ``Idempotency-Key``, as the tests of keys do it, and what a client sees of the answers."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from apps.jobs.models import Job
from apps.payments.selectors import credit_balance

JOBS = "/api/v1/jobs/"
KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"
# Headers that tell of the request, not of what was asked for.
OF_THE_REQUEST = {"X-Request-ID", "Idempotency-Replayed", "Server-Timing"}


def publish(client, job: Job, key: str | None = KEY, body: Any = None, **headers: str) -> Any:
    if key is not None:
        headers["HTTP_IDEMPOTENCY_KEY"] = key
    return client.post(f"{JOBS}{job.id}/publish/", body, format="json", **headers)


def told(answer) -> tuple[int, dict[str, str], bytes]:
    """Return what a client sees of an answer."""
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in OF_THE_REQUEST and not name.startswith("RateLimit")
    }
    return answer.status_code, headers, answer.content


def is_replay(answer) -> bool:
    return answer.headers.get("Idempotency-Replayed") == "true"


def credits_of(job: Job) -> int:
    return credit_balance(company_id=job.company_id, now=timezone.now())
