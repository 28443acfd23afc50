"""The one table that a person sees when everything works."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from onetop_backend.local.stores import Stores


def render(
    *,
    url: str,
    state: Path,
    seconds: float,
    proof: Mapping[str, Any],
    stores: Stores,
    workers: Mapping[str, Sequence[str]],
) -> str:
    """Return addresses, backends, what was proven, logs and demo accounts, a line each."""
    rows = [*_addresses(url), *_backends(proof, stores, workers), *_proven(proof)]
    rows += [("Logs", f"{state / 'logs'}"), *_accounts(proof)]
    lines = [f"  {name:<10}{value}" for name, value in rows]
    return "\n".join(["", f"OneTop is ready after {seconds:.1f} s", "", *lines, ""])


def _addresses(url: str) -> Iterator[tuple[str, str]]:
    yield "API", f"{url}/api/v1/"
    yield "Docs", f"{url}/api/docs/"
    yield "Admin", f"{url}/admin/"


def _backends(
    proof: Mapping[str, Any], stores: Stores, workers: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str]]:
    backends = proof.get("backends", {})
    for label, key, service in (("Database", "database", "postgres"), ("Redis", "redis", "valkey")):
        data = stores.data_of(service)
        origin = "given" if data is None else f"embedded, data in {data}"
        yield label, f"{backends.get(key, service)} ({origin})"
    for label, key in (("Search", "search"), ("Mail", "mail"), ("Files", "files")):
        if key in backends:
            yield label, backends[key]
    for worker, queues in workers.items():
        yield "Worker", f"{worker}: {' '.join(queues)}"


def _proven(proof: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    said = ""
    for check in proof.get("checks", ()):
        word = "Not tried" if check["state"] == "skipped" else "Proven"
        yield "" if word == said else word, f"{check['name']}: {check['detail']}"
        said = word


def _accounts(proof: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    accounts = proof.get("accounts", ())
    for number, account in enumerate(accounts):
        yield "" if number else "Accounts", f"{account['email']:<30} {account['role']}"
    if accounts:
        yield "", f"password of each: {proof['password']}"
