"""Queues, which worker serves them, and how Celery behaves. Read by `./run` and compose as well as by Django."""

from __future__ import annotations

WORKERS: dict[str, tuple[str, ...]] = {
    "fast": ("celery", "critical", "relay", "mail", "search", "maintenance"),
    "heavy": ("heavy_tasks", "scrapers"),
}
QUEUES: tuple[str, ...] = tuple(queue for queues in WORKERS.values() for queue in queues)

CELERY_TASK_DEFAULT_QUEUE = "celery"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# However long the broker is away: workers and beat go on when it is back. (Celery's default gives up after 100.)
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # A net only, above every hard limit: one shared index of unacknowledged messages is restored by whichever
    # worker has the shortest timeout, so a short one would run live tasks twice.
    "visibility_timeout": 3600,
    # kombu looks for lost messages every interval × throttle seconds; its defaults make that 100.
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    # A publisher does not wait for a broker that is away: the row is written, and the sweep sends it later.
    # (kombu would try for six seconds a message, inside the request. Workers reconnect by settings of their own.)
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.2,
    "socket_connect_timeout": 2,
    # A broker that hangs, instead of refusing, would hang every request that publishes. Workers poll for a second.
    "socket_timeout": 3,
    "socket_keepalive": True,
}
