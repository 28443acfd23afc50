"""What the processes of the local stack are told: where the stores are, which port, which secret."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

_PORTS_TRIED = 50
_DEFAULT_PORT = 8000


class BadPort(Exception):
    """ONETOP_PORT is not a port, or none is free."""


def environment(*, state: Path, port: int, database_url: str, redis_url: str) -> dict[str, str]:
    """Return the environment of every process of the stack."""
    variables = dict(os.environ)
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    variables |= {
        "DJANGO_SETTINGS_MODULE": "onetop_backend.settings",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "ONETOP_LOCAL": "on",
        "ONETOP_PORT": str(port),
        "ONETOP_STATE": str(state),
        "PYTHONUNBUFFERED": "1",
    }
    if not (variables.get("SECRET_KEY") or variables.get("SECRET_KEY_FILE")):
        variables["SECRET_KEY_FILE"] = str(_secret(state / "secrets" / "secret_key"))
    return variables


def wanted_port(variables: Mapping[str, str] = os.environ) -> int:
    """Return the port that is asked for.

    :raises BadPort: it is not a port
    """
    text = variables.get("ONETOP_PORT") or str(_DEFAULT_PORT)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise BadPort(f"ONETOP_PORT={text} is not a port; use a number from 1 to 65535")
    return int(text)


def free_port(wanted: int) -> int:
    """Return the first port from the wanted one on that nobody listens on.

    :raises BadPort: there is none near
    """
    for port in range(wanted, min(wanted + _PORTS_TRIED, 65536)):
        with closing(socket.socket()) as probe:
            # The web server shares its port with others that ask for it: it would not notice one that is taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise BadPort(f"no port is free from {wanted} on; set ONETOP_PORT")


def _secret(path: Path) -> Path:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path
