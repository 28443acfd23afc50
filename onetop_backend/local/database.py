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


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What is not as it should be between migrations and tables; migrations are named ``app.name``."""

    applied: int
    pending: list[str]
    unknown: list[str]
    """Applied, and not in the code."""
    in_the_way: list[str]
    """Tables that a pending migration is about to make."""


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
        rows = _applied(connection)
    return Schema(
        code=code.hexdigest(), applied=hashlib.sha256(json.dumps(rows).encode()).hexdigest()
    )


def compare(url: str) -> Difference:
    """Return how the tables of a database differ from what the code's migrations make; Django has been set up."""
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415 - `./run` knows without Django
    from django.db.migrations.operations import CreateModel  # noqa: PLC0415

    loader = MigrationLoader(None, ignore_no_migrations=True)
    code = loader.disk_migrations
    replaced = {name for migration in code.values() for name in migration.replaces}
    with psycopg.connect(url, connect_timeout=5) as connection:
        applied = set(_applied(connection))
        tables = {
            str(row[0])
            for row in connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false))"
            )
        }
    pending = sorted(name for name in code if name not in applied and not code[name].replaces)
    made = {
        str(operation.options.get("db_table") or f"{app}_{operation.name_lower}")
        for app, name in pending
        for operation in code[app, name].operations
        if isinstance(operation, CreateModel) and operation.options.get("managed", True)
    }
    return Difference(
        applied=len(applied),
        pending=[f"{app}.{name}" for app, name in pending],
        unknown=[f"{app}.{name}" for app, name in sorted(applied - set(code) - replaced)],
        in_the_way=sorted(made & tables),
    )


def _applied(connection: psycopg.Connection) -> list[tuple[str, str]]:
    if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
        return []
    return connection.execute(
        "SELECT app, name FROM django_migrations ORDER BY app, name"
    ).fetchall()


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
