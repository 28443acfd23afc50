"""How fast the demo world is made: against a bare COPY of the same rows into tables without indexes and rules.

``./run bench demo`` prints seconds, rows a second, the seconds of the first 500 postings, and the ratio of a bare COPY
to ``manage.py seed_demo``, both measured in the same run.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.rig.figures import SHORT_MARGIN
from benchmarks.rig.servers import Servers, describe_machine
from onetop_backend.local.folders import ROOT

FIRST, WHOLE, SHORT = 500, 100_000, 10_000
AT_LEAST = 0.08
"""What the bare COPY takes of the time of the whole."""
TABLES = (
    "users_user", "account_emailaddress", "companies_company", "companies_membership", "payments_credit_account",
    "payments_credit_entry", "payments_credit_lot", "payments_lot_allocation", "jobs_job", "jobs_search_text",
    "applications_application", "applications_event", "notifications_feed", "notifications_notification",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Measure, print and return 0, or 1 when the limit is missed."""
    options = _options(arguments)
    postings = SHORT if options.short else WHOLE
    with Servers() as servers:
        seed = (str(ROOT / "manage.py"), "seed_demo", "--force", "--json", "--jobs")
        # The command on one core and the server on the others, as a machine at rest would have it.
        servers.cores.measured()
        first = json.loads(servers.run(*seed, str(FIRST)))
        whole = json.loads(servers.run(*seed, str(postings)))
        rows, bare = _bare_copy(servers.environment["DATABASE_URL"])
        machine = describe_machine(servers.cores)
    seconds = first["seconds"] + whole["seconds"]
    ratio = bare / seconds
    margin = SHORT_MARGIN if options.short else 1.0
    report = {
        "machine": machine,
        "postings": postings,
        "rows": rows,
        "first_seconds": first["seconds"],
        "seconds": round(seconds, 2),
        "rows_per_second": round(rows / seconds),
        "bare_seconds": round(bare, 2),
        "ratio": round(ratio, 3),
        "limit": AT_LEAST,
        "margin": margin,
        "holds": ratio >= AT_LEAST,
        "tolerated": ratio >= AT_LEAST * margin,
    }
    print(json.dumps(report, indent=2) if options.json else _table(report))
    return 0 if report["tolerated"] else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench demo", description=__doc__)
    parser.add_argument("--short", action="store_true", help="10,000 postings, with a wide margin")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser.parse_args(arguments)


def _bare_copy(url: str) -> tuple[int, float]:
    """Copy every row out, and in again into a table of the same columns and nothing else; time the way in."""
    rows, seconds = 0, 0.0
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for name in TABLES:
            table, bare = sql.Identifier(name), sql.Identifier(f"bare_{name}")
            with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(table)) as out:
                chunks = [bytes(chunk) for chunk in out]
            cursor.execute(sql.SQL("CREATE TABLE {} (LIKE {})").format(bare, table))
            began = time.perf_counter()
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(bare)) as into:
                into.write(b"".join(chunks))
            seconds += time.perf_counter() - began
            rows += cursor.rowcount
    return rows, seconds


def _table(report: dict[str, Any]) -> str:
    verdict = (
        ""
        if report["holds"]
        else "  missed, within the margin"
        if report["tolerated"]
        else "  missed"
    )
    return "\n".join(
        (
            f"{report['postings']:,} postings, {report['rows']:,} rows; load average {report['machine']['load']}",
            "",
            f"{'first 500 postings':<30}{report['first_seconds']:>10.2f} s",
            f"{'all of them':<30}{report['seconds']:>10.2f} s{report['rows_per_second']:>12,} rows/s",
            f"{'bare COPY of the same rows':<30}{report['bare_seconds']:>10.2f} s",
            f"{'bare COPY ÷ demo world':<30}{report['ratio']:>10.3f}   at least {report['limit']:g}{verdict}",
        )
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
