"""Whether the process of a role works, asked from beside it: what a container's health check runs."""

from __future__ import annotations

import os
import socket
import time
from http.client import HTTPConnection, HTTPException

from onetop_backend.processes.roles import QUEUES, WEB_PORT, WS_PORT, UnknownRole, schedule

_SECONDS = 5
# Beat writes its memory every three minutes.
_BEAT_SILENCE = 600

_HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "b25ldG9wLWhlYWx0aC0wMQ==",
}


class Unhealthy(Exception):
    """The process does not do what it is there for; the text says what was seen."""


def check(role: str, *, port: int | None = None) -> None:
    """Return when the process of a role works; a server's port need not be the usual one.

    :raises Unhealthy: it does not
    :raises UnknownRole: there is no such role, or it ends by itself
    """
    if role == "web":
        # Ready and not only alive: what starts after this one sends it requests.
        _expect(200, port=port or WEB_PORT, path="/health/ready/", headers={})
    elif role == "ws":
        # Nobody gets in without a ticket, and only a working application says so.
        _expect(403, port=port or WS_PORT, path="/ws/", headers=_HANDSHAKE)
    elif role in QUEUES:
        _ping(f"{role}@{socket.gethostname()}")
    elif role == "beat":
        _look_at_schedule()
    else:
        raise UnknownRole(role)


def _expect(status: int, *, port: int, path: str, headers: dict[str, str]) -> None:
    hosts = os.environ.get("ALLOWED_HOSTS") or "localhost"
    connection = HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request(
            "GET", path, headers={"Host": hosts.split(",")[0].strip().lstrip("."), **headers}
        )
        answer = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise Unhealthy(f"port {port}: {error!r}") from error
    finally:
        connection.close()
    if answer != status:
        raise Unhealthy(f"{path} answers {answer}, not {status}")


def _ping(node: str) -> None:
    # Imported here: the other checks do without the settings, and take a tenth of the time.
    from celery import Celery  # noqa: PLC0415
    from kombu.exceptions import OperationalError  # noqa: PLC0415

    app = Celery("health", set_as_current=False)
    app.config_from_object("onetop_backend.settings", namespace="CELERY")
    try:
        answers = app.control.ping(destination=[node], timeout=_SECONDS)
    except (OSError, OperationalError) as error:
        raise Unhealthy(f"broker: {error}") from error
    if not answers:
        raise Unhealthy(f"{node} does not answer")


def _look_at_schedule() -> None:
    # The library that keeps it chooses the ending.
    written = [file.stat().st_mtime for file in schedule().parent.glob(f"{schedule().name}*")]
    if not written:
        raise Unhealthy(f"there is no {schedule()}")
    silence = time.time() - max(written)
    if silence > _BEAT_SILENCE:
        raise Unhealthy(f"{schedule()} was written {silence:.0f} s ago")
