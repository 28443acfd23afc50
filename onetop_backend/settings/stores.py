"""Where data lives: PostgreSQL for everything, Redis for what can be rebuilt, a private folder for files."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from psycopg.conninfo import conninfo_to_dict
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.retry import Retry

from onetop_backend.variables import BASE_DIR, current

_env = current()

STATE_DIR = Path(_env["ONETOP_STATE"])
if not STATE_DIR.is_absolute():
    STATE_DIR = BASE_DIR / STATE_DIR


def database(url: str, *, pool_size: int = 0) -> dict[str, Any]:
    """Return Django's description of the database at a libpq URL; sockets are given as ``?host=/folder``.

    A pool hands a connection out for as long as one call takes, and looks whether it is alive before that.
    """
    parts = dict(conninfo_to_dict(url)) if url else {}
    pool = {"min_size": 1, "max_size": pool_size, "timeout": 10}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", "onetop"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "")),
        "CONN_MAX_AGE": 0 if pool_size else 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            "application_name": "onetop",
            **parts,
            **({"pool": pool} if pool_size else {}),
        },
    }


def redis_database(url: str, number: int) -> str:
    """Return the URL of one numbered database on the server at ``url``, for redis-py."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={number}"
    return urlunsplit(parts._replace(path=f"/{number}"))


def celery_url(url: str) -> str:
    """Return the same address as kombu writes it, which has its own form for sockets."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"redis+socket://{parts.path}?virtual_host={parts.query.removeprefix('db=') or 0}"
    return url


_redis = _env["REDIS_URL"]
_cache = _env["REDIS_CACHE_URL"] or redis_database(_redis, 1)

DATABASES = {"default": database(_env["DATABASE_URL"], pool_size=_env["DATABASE_POOL_SIZE"])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": _cache,
        "KEY_PREFIX": "onetop",
        "TIMEOUT": 300,
        "OPTIONS": {
            "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
            "SOCKET_CONNECT_TIMEOUT": 1,
            "SOCKET_TIMEOUT": 2,
            # With Redis away a ticket is refused at once; redis-py would try for seconds.
            "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 1)},
        },
    },
    # Bytes of public answers, and throttles: what can do without Redis waits less for it; a connection that the server
    # closed is opened anew once, but a silence is not waited for twice.
    "public": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": _cache,
        "OPTIONS": {
            "SOCKET_CONNECT_TIMEOUT": 0.5,
            "SOCKET_TIMEOUT": 0.5,
            "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 1, (ConnectionLost,))},
        },
    },
}
CELERY_BROKER_URL = celery_url(_env["CELERY_BROKER_URL"] or redis_database(_redis, 0))
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [_env["CHANNELS_REDIS_URL"] or redis_database(_redis, 2)],
            "prefix": "onetop",
        },
    }
}

MEDIA_ROOT = STATE_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedStaticFilesStorage",
        # Unlike uploads: collected by one user, served by another.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STATIC_URL = "/static/"
# The image has them collected and compressed; elsewhere they are served from the packages that bring them.
_collected = BASE_DIR / "static"
STATIC_ROOT = _collected if _collected.is_dir() else None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
WHITENOISE_AUTOREFRESH = False
