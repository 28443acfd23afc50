"""What `./run` asks a database before it starts Django: is there anything to migrate, is anybody in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from onetop_backend.local.folders import ROOT


@dataclass(frozen=True)
class Schema:
    """The migrations that the code has and those that a database has had."""

    code: str
    applied: str


def schema_of(url: str, root: Path = ROOT) -> Schema:
    """Return fingerprints of the migrations in the code and of those applied to a database."""
    code = hashlib.sha256()
    sources = sorted(root.glob("apps/*/migrations/*.py"))
    # Other packages' migrations change with the lock, and with the list of installed apps.
    sources += [
        root / "requirements" / "local.txt",
        *sorted(root.glob("onetop_backend/settings/*.py")),
    ]
    for source in sources:
        code.update(f"{source.relative_to(root)}\0".encode())
        code.update(source.read_bytes())
    with psycopg.connect(url, connect_timeout=5) as connection:
        rows = []
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() != (None,):
            rows = connection.execute(
                "SELECT app, name FROM django_migrations ORDER BY app, name"
            ).fetchall()
    return Schema(
        code=code.hexdigest(), applied=hashlib.sha256(json.dumps(rows).encode()).hexdigest()
    )


def is_migrated(schema: Schema, stamp: Path) -> bool:
    """Return whether the stamp of an earlier migration describes exactly this code and this database."""
    try:
        return bool(json.loads(stamp.read_text()) == asdict(schema))
    except (OSError, ValueError):
        return False


def remember(schema: Schema, stamp: Path) -> None:
    """Write the stamp after a migration."""
    stamp.write_text(json.dumps(asdict(schema)))


def is_empty(url: str) -> bool:
    """Return whether a migrated database has no account yet."""
    with psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute("SELECT EXISTS (SELECT FROM users_user)").fetchone()
    return row == (False,)
