"""Which stores a stack uses: those that were given, and embedded ones for the rest."""

from __future__ import annotations

import os
from pathlib import Path

from onetop_backend.local.postgres import Postgres
from onetop_backend.local.valkey import Valkey


class Stores:
    """The addresses of both stores, and the services that have to be started for them."""

    def __init__(self, *, state: Path, logs: Path, durable: bool = True) -> None:
        """Choose; nothing is started."""
        self.embedded: list[Postgres | Valkey] = []
        self.redis_url = os.environ.get("REDIS_URL", "")
        if not self.redis_url:
            valkey = Valkey(state=state, log=logs / "valkey.log", durable=durable)
            self.embedded.append(valkey)
            self.redis_url = valkey.url
        self.database_url = os.environ.get("DATABASE_URL", "")
        if not self.database_url:
            postgres = Postgres(state=state, log=logs / "postgres.log", durable=durable)
            self.embedded.append(postgres)
            self.database_url = postgres.url

    def reach_given(self) -> None:
        """Ask the stores that are not ours for an answer, before anything depends on them.

        :raises StoreUnusable: one gives none, or is too old
        """
        # Imported here: embedded stores are waited for in their own way, which needs no driver.
        from onetop_backend.local.answers import ask_database, ask_redis  # noqa: PLC0415

        if not self.is_embedded("postgres"):
            ask_database(self.database_url)
        if not self.is_embedded("valkey"):
            ask_redis(self.redis_url)

    def claim(self) -> None:
        """Mark the Redis as that of this database.

        :raises StoreUnusable: it is another database's
        """
        from onetop_backend.local.answers import claim  # noqa: PLC0415

        claim(self.redis_url, self.database_url, exclusive=self.is_embedded("valkey"))

    def is_embedded(self, name: str) -> bool:
        """Return whether ``postgres`` or ``valkey`` is ours to start."""
        return self.data_of(name) is not None

    def data_of(self, name: str) -> Path | None:
        """Return where an embedded store keeps its data; None for one that was given."""
        return next((service.data for service in self.embedded if service.name == name), None)
