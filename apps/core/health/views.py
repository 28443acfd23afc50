"""``/health/live/``, ``/health/ready/`` and ``/metrics``. Plain views: no account, no session, no page."""

from __future__ import annotations

import time

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core.health import checks
from apps.core.health.exposition import CONTENT_TYPE, exposition
from apps.core.health.gauges import gauges
from apps.core.health.measurements import counted

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


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the metrics of all processes, to whoever has ``METRICS_TOKEN``; scrape one address, not each process.

    Without a token there is no such page, except on a local stack.
    """
    token: str = settings.METRICS_TOKEN
    if not token and not (settings.LOCAL_STACK or settings.TESTING):
        raise Http404
    given = request.META.get("HTTP_AUTHORIZATION", "")
    if token and not constant_time_compare(given, f"Bearer {token}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    page = exposition(counts=counted(), gauges=gauges(now=timezone.now()))
    return HttpResponse(page, content_type=CONTENT_TYPE)
