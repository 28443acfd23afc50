"""What beat starts, and when (Asia/Ho_Chi_Minh)."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "lost-work": {
        "task": "apps.core.tasks.sweep_work",
        "schedule": 5.0,
        "options": {"queue": "relay", "expires": 5},
    },
    # Months are made three ahead; trying every day makes up for the days that nothing ran.
    "audit-partitions": {
        "task": "apps.core.tasks.make_audit_partitions",
        "schedule": crontab(hour="0", minute="20"),
        "options": {"queue": "maintenance"},
    },
    "expired-keys": {
        "task": "apps.core.tasks.reap_idempotency_keys",
        "schedule": crontab(minute="25"),
        "options": {"queue": "maintenance"},
    },
    "orphaned-files": {
        "task": "apps.core.tasks.sweep_orphaned_files",
        "schedule": crontab(hour="3", minute="40"),
        "options": {"queue": "maintenance"},
    },
    "lost-operations": {
        "task": "apps.core.tasks.settle_operations",
        "schedule": 10.0,
        "options": {"queue": "maintenance", "expires": 10},
    },
    "expired-operations": {
        "task": "apps.core.tasks.expire_operations",
        "schedule": crontab(minute="35"),
        "options": {"queue": "maintenance"},
    },
    "old-sessions": {
        "task": "apps.users.tasks.sweep_sessions",
        "schedule": crontab(hour="3", minute="40"),
        "options": {"queue": "maintenance"},
    },
    "expired-credits": {
        "task": "apps.payments.tasks.expire_credit_lots",
        "schedule": crontab(hour="0", minute="10"),
        "options": {"queue": "maintenance"},
    },
}
