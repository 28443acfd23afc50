"""What operators see of a platform that works, and of one whose worker died."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from onetop_backend.settings.queues import QUEUES, WORKERS
from onetop_backend.tests.management.running import Installation

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installation(tmp_path_factory, django_db_setup) -> Iterator[Installation]:
    running = Installation(tmp_path_factory.mktemp("installation"))
    try:
        yield running
    finally:
        for name in running.programs:
            running.kill(name)


def test_operators_see_who_works_and_who_died(installation):
    checked = installation.manage("check_stack", "--seconds", "90", "--json")

    assert checked.returncode == 0, checked.stdout + checked.stderr
    checks = {check["name"]: check for check in json.loads(checked.stdout)["checks"]}
    assert {name for name, check in checks.items() if check["state"] == "skipped"} == {
        "settings",
        "mail",
        "sentry",
    }
    assert {
        name.removeprefix("queue:"): check["detail"]
        for name, check in checks.items()
        if name.startswith("queue:")
    } == {queue: f"{name}@local answered" for name, queues in WORKERS.items() for queue in queues}
    assert checks["sockets"]["detail"] == "a message was sent and received"
    assert checks["beat"]["detail"].startswith("the last sweep was ")
    assert all(checks[name]["milliseconds"] > 0 for name in ("database", "broker", "cache"))

    inspected = installation.celery("inspect", "active_queues", "--json")
    assert inspected.returncode == 0, inspected.stderr
    assert {
        worker: sorted(queue["name"] for queue in queues)
        for worker, queues in json.loads(inspected.stdout).items()
    } == {f"{name}@local": sorted(queues) for name, queues in WORKERS.items()}

    status = installation.manage("queue_status", "--json")
    assert status.returncode == 0, status.stderr
    assert {row["name"]: row["workers"] for row in json.loads(status.stdout)["queues"]} == {
        queue: [f"{name}@local"] for name, queues in WORKERS.items() for queue in queues
    }

    installation.kill("heavy")

    checked = installation.manage(
        "check_stack", "--seconds", "8", "--only", "queue:heavy_tasks", "--only", "queue:mail"
    )
    assert checked.returncode == 1
    assert "queue:mail: fast@local answered" in checked.stdout
    assert "queue:heavy_tasks: no worker consumes it" in checked.stdout
    assert checked.stderr == "CommandError: failed: queue:heavy_tasks\n"

    status = installation.manage("queue_status")
    assert status.returncode == 1
    assert status.stderr == f"CommandError: no worker: {', '.join(WORKERS['heavy'])}\n"
    lines = {line.split()[0]: line for line in status.stdout.splitlines()}
    assert list(lines) == ["queue", *QUEUES]
    assert lines["scrapers"].endswith("– (no worker)")
    assert lines["mail"].endswith("fast@local")
