"""Fixtures that every app's tests share: personas, a signed-in client, the outbox run to its end.

Personas follow one rule: each is a real account made by its app's factory, and signs in through the token service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from threading import Barrier
from typing import TYPE_CHECKING, Any, TypeVar

import hypothesis
import pytest

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from apps.companies.models import Company
    from apps.core.models import Mail
    from apps.users.models import User

# A busy machine must not fail a property.
hypothesis.settings.register_profile("onetop", deadline=None)
hypothesis.settings.load_profile("onetop")

R = TypeVar("R")

PASSWORD = "correct-horse-battery"  # of factory accounts only


class OutboxRunner:
    """Does what relay and workers do, in this process: real rows, real handlers, real tasks, no broker."""

    def run(self) -> int:
        """Do everything that is due, and what follows from it; return the number of pieces."""
        from django.utils import timezone

        from apps.core import relay
        from apps.core.models import Work
        from apps.core.work import outbox

        done = 0
        while True:
            relayed = relay.drain()
            due = Work.objects.filter(dead_at__isnull=True, due_at__lte=timezone.now())
            ids = list(due.exclude(queue=outbox.RELAY).values_list("id", flat=True))
            for work_id in ids:
                outbox.execute(work_id)
            done += relayed + len(ids)
            if not relayed and not ids:
                return done


@pytest.fixture
def work(db: None) -> OutboxRunner:
    """Give the outbox to run."""
    return OutboxRunner()


@pytest.fixture
def now() -> datetime:
    """Give this moment."""
    from django.utils import timezone

    return timezone.now()


@pytest.fixture
def api() -> Callable[..., APIClient]:
    """Give ``api(as_=user)``: a client with a real access token, or an anonymous one."""
    from django.utils import timezone
    from rest_framework.test import APIClient

    from apps.users.services import sessions

    def client(*, as_: User | None = None) -> APIClient:
        made = APIClient(HTTP_ACCEPT_LANGUAGE="en")
        if as_ is not None:
            signed_in = sessions.log_in(
                email=as_.email,
                password=PASSWORD,
                ip="127.0.0.1",
                user_agent="tests",
                now=timezone.now(),
            )
            made.credentials(HTTP_AUTHORIZATION=f"Bearer {signed_in.access}")
        return made

    return client


@pytest.fixture
def candidate(db: None) -> User:
    """Give a candidate."""
    from apps.users.tests.factories import UserFactory

    return UserFactory(email="candidate@example.vn", full_name="Trần Thị Bình")


@pytest.fixture
def other_candidate(db: None) -> User:
    """Give a candidate who has nothing to do with the first."""
    from apps.users.tests.factories import UserFactory

    return UserFactory(email="other.candidate@example.vn", full_name="Lê Văn Cường")


@pytest.fixture
def recruiter(db: None) -> User:
    """Give an approved recruiter, the owner of ``company``."""
    from apps.users.tests.factories import UserFactory

    return UserFactory(recruiter=True, email="recruiter@example.vn", full_name="Phạm Thu Hà")


@pytest.fixture
def other_recruiter(db: None) -> User:
    """Give an approved recruiter of another company."""
    from apps.users.tests.factories import UserFactory

    return UserFactory(recruiter=True, email="other.recruiter@example.vn", full_name="Đỗ Minh Quân")


@pytest.fixture
def pending_recruiter(db: None) -> User:
    """Give a recruiter whom staff have not approved yet."""
    from apps.users.tests.factories import UserFactory

    return UserFactory(pending=True, email="pending@example.vn", full_name="Võ Thị Lan")


@pytest.fixture
def staff(db: None) -> User:
    """Give a superuser."""
    from apps.users.tests.factories import UserFactory

    return UserFactory(staff=True, email="staff@example.vn", full_name="Nguyễn Quản Trị")


@pytest.fixture
def company(recruiter: User) -> Company:
    """Give the recruiter's company."""
    from apps.companies.tests.factories import CompanyFactory

    return CompanyFactory(owner=recruiter, name="Công ty Đại Việt")


@pytest.fixture
def other_company(other_recruiter: User) -> Company:
    """Give the other recruiter's company."""
    from apps.companies.tests.factories import CompanyFactory

    return CompanyFactory(owner=other_recruiter, name="Công ty Nam Á")


@pytest.fixture
def queries(db: None) -> Callable[[int], AbstractContextManager[Any]]:
    """Give ``with queries(n):``, which fails unless exactly n queries ran."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def exactly(expected: int) -> Iterator[CaptureQueriesContext]:
        with CaptureQueriesContext(connection) as captured:
            yield captured
        seen = [query["sql"] for query in captured.captured_queries]
        assert len(seen) == expected, "\n".join(seen)

    return exactly


@pytest.fixture
def at_once(transactional_db: None) -> Callable[[int, Callable[[int], R]], list[R]]:
    """Give ``at_once(n, call)``: ``call(0)``, ``call(1)`` … together, each on a connection of its own."""
    from django.db import connections

    def run(calls: int, call: Callable[[int], R]) -> list[R]:
        start = Barrier(calls)

        def one(number: int) -> R:
            try:
                connections["default"].ensure_connection()
                start.wait(timeout=60)
                return call(number)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(calls) as pool:
            return list(pool.map(one, range(calls)))

    return run


@pytest.fixture(params=["compare-and-set", "row locks"])
def either_locking(request: pytest.FixtureRequest, settings: Any) -> None:
    """Run a test twice: with optimistic locking, and with row locks."""
    settings.USE_OPTIMISTIC_LOCKING = request.param == "compare-and-set"


@pytest.fixture
def others_wait(transactional_db: None) -> Callable[[int], list[int]]:
    """Give ``others_wait(n)``: wait until n other connections wait for a lock; return them, first come first."""
    from django.db import connection

    def wait(count: int = 1) -> list[int]:
        pids: list[int] = []
        with connection.cursor() as cursor:
            for _ in range(6_000):  # at least a minute: a busy machine starts threads late
                # Not pg_stat_activity, which is read once a transaction.
                cursor.execute("SELECT pid FROM pg_locks WHERE NOT granted ORDER BY waitstart")
                pids = [pid for (pid,) in cursor.fetchall()]
                if len(pids) >= count:
                    return pids
                cursor.execute("SELECT pg_sleep(0.01)")
        raise AssertionError(f"{len(pids)} connections wait for a lock, not {count}")

    return wait


@pytest.fixture
def mailbox(db: None) -> Callable[..., list[Mail]]:
    """Give ``mailbox(to=…)``: the mails written so far, oldest first."""

    def mails(*, to: str | None = None) -> list[Mail]:
        from apps.core.models import Mail

        rows = Mail.objects.order_by("id")
        return list(rows.filter(to=to) if to else rows)

    return mails


@pytest.fixture(autouse=True)
def _no_lazy_loads(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test over HTTP that loads rows one by one."""
    if "api" not in request.fixturenames:
        yield
        return
    from zeal import zeal_context  # type: ignore[import-untyped]

    with zeal_context():
        yield


@pytest.fixture(scope="session", autouse=True)
def _flush_may_empty_the_ledger() -> Iterator[None]:
    """Let Django's flush between tests empty tables whose triggers refuse TRUNCATE; nothing else may."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    original = DatabaseOperations.execute_sql_flush

    def flush(self: Any, sql_list: list[str]) -> Any:
        return original(self, ["SET LOCAL session_replication_role = replica", *sql_list])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush)
        yield


@pytest.fixture(autouse=True)
def _unused_turns() -> None:
    """Give each test every turn of every throttle, and a Redis that nobody found away."""
    from django_redis import get_redis_connection

    from apps.core.throttle import gcra

    gcra.store.forget_outage()
    redis = get_redis_connection("default")
    if used := list(redis.scan_iter("onetop:throttle:*", count=1000)):
        redis.delete(*used)


@pytest.fixture(autouse=True)
def _fresh_cache(request: pytest.FixtureRequest) -> None:
    """Forget the bytes of the test before: its rows were emptied without a word to the cache.

    Tests inside one transaction need no such thing: there nothing is kept or read.
    """
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction")
    if commits or "transactional_db" in request.fixturenames:
        from django_redis import get_redis_connection

        from apps.core.cache.store import circuit

        circuit.answered()
        get_redis_connection("public").flushdb()


@pytest.fixture(autouse=True)
def _platforms_language() -> None:
    """Begin in the platform's language: a request leaves its reader's behind in the thread."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture(autouse=True)
def _private_media(settings: Any, tmp_path: Any) -> None:
    """Keep each test's files and mails to itself."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
