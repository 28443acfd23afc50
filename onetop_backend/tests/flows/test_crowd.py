"""A thousand readers of a posting that nobody has read yet, through real web processes."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from pathlib import Path

import pytest

from apps.jobs.tests.factories import JobFactory
from onetop_backend.tests.flows.web import serving

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

READERS = 1_000
PATIENCE = 60


TELLING = "-c log_statement=all"
"""Makes PostgreSQL log what a connection asks."""


def log_of_postgres() -> Path:
    log = Path(os.environ["ONETOP_STATE"]).parent / "logs" / "postgres.log"
    if not log.exists():
        pytest.skip("a PostgreSQL that was given keeps its log elsewhere")
    return log


def queries(log: Path) -> list[str]:
    """Return the logged statements that read tables, without those that open and try a connection."""
    logged = log.read_text(encoding="utf-8").splitlines()
    statements = [line.partition("LOG:  statement: ")[2] for line in logged]
    return [statement for statement in statements if ' FROM "' in statement]


async def read_together(port: int, path: str) -> list[tuple[bytes, bytes]]:
    """Open every connection, then ask on all of them, then read all answers: their status lines and bodies."""
    connected = await asyncio.gather(
        *[asyncio.open_connection("127.0.0.1", port) for _ in range(READERS)]
    )
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    for _, writer in connected:
        writer.write(request)
    answers = await asyncio.gather(*[reader.read() for reader, _ in connected])
    for _, writer in connected:
        writer.close()
    heads = [answer.partition(b"\r\n\r\n") for answer in answers]
    return [(head.partition(b"\r\n")[0], body) for head, _, body in heads]


def test_a_thousand_readers_of_a_cold_posting_are_one_query(transactional_db):
    """Eight threads of two fresh processes answer: one asks PostgreSQL, seven and so a whole process wait for it."""
    job = JobFactory(title="Kỹ sư cầu đường")
    log = log_of_postgres()
    before = len(queries(log))

    with serving(PGOPTIONS=TELLING) as port:
        together = read_together(port, f"/api/v1/jobs/{job.id}/")
        answers = asyncio.run(asyncio.wait_for(together, PATIENCE))

    assert Counter(status for status, _ in answers) == {b"HTTP/1.1 200 OK": READERS}
    (body,) = {body for _, body in answers}
    assert json.loads(body)["title"] == "Kỹ sư cầu đường"
    asked = queries(log)[before:]
    assert len(asked) == 1, asked
    assert job.id.hex in asked[0]
