"""``/health/live/`` and ``/health/ready/``. Plain views: no authentication, no session, no page."""

from __future__ import annotations

import time

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core.health import checks

# Without these nothing works; without Redis tickets and live updates fail, and all else is slower.
_ESSENTIAL = (checks.DATABASE, checks.MIGRATIONS)
_ALL = (*_ESSENTIAL, checks.REDIS)


@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Answer that the process answers. It asks nothing else, or a lost store would restart every process."""
    return JsonResponse({"status": "ok", "checks": {}})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer whether requests can be served: 503 without database or migrations, ``degraded`` without Redis."""
    checks.known_migrations()
    deadline = time.monotonic() + checks.TIME_LIMIT
    asked = {check: check.begin() for check in _ALL}
    passed = {
        check: checks.passed(answer, within=deadline - time.monotonic())
        for check, answer in asked.items()
    }
    serves = all(passed[check] for check in _ESSENTIAL)
    status = "fail" if not serves else "ok" if all(passed.values()) else "degraded"
    return JsonResponse(
        {
            "status": status,
            "checks": {check.name: "ok" if good else "fail" for check, good in passed.items()},
        },
        status=200 if serves else 503,
    )
