"""Wherever a request breaks off, the same request again ends where an unbroken one ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.core import mail as django_mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.utils import timezone
from rest_framework.test import APIClient

from apps.applications.tests.factories import ApplicationFactory, pdf_bytes
from apps.companies.tests.factories import CompanyFactory
from apps.core.files import orphans
from apps.jobs.enums import JobState
from apps.jobs.tests.factories import JobFactory
from apps.payments.tests.factories import (
    VNPAY,
    begin_payment,
    grant,
    make_package,
    notice_of,
    signed,
)
from apps.users.services import sessions
from apps.users.tests.factories import PASSWORD, UserFactory
from onetop_backend.tests.crashes import cutting, ends
from onetop_backend.tests.house.inventory import TABLES

pytestmark = pytest.mark.django_db(transaction=True)

worlds = count(1)


@dataclass(frozen=True)
class World:
    """A company with credits, its recruiter and a candidate, all of one request."""

    mark: str
    address: str
    names: dict[UUID, str]
    recruiter: Any
    candidate: Any
    company: Any
    job: Any


def make_world(*, draft: bool) -> World:
    number = next(worlds)
    mark = f"zq{number:04}zq"
    recruiter = UserFactory(recruiter=True, email=f"r.{mark}@example.vn", full_name="Phạm Thu Hà")
    candidate = UserFactory(email=f"c.{mark}@example.vn", full_name="Trần Thị Bình")
    company = CompanyFactory(owner=recruiter, name=f"Công ty {mark}", slug=mark)
    lot = grant(company, 3)
    state = JobState.DRAFT if draft else JobState.PUBLISHED
    job = JobFactory(
        company=company, posted_by=recruiter, title="Kỹ sư", slug=f"job-{mark}", state=state
    )
    told = (recruiter, candidate, company, lot, job)
    names = {row.pk: row._meta.label for row in told} | {job.place_id: "place"}
    return World(
        mark, f"10.7.{number // 250}.{number % 250}", names, recruiter, candidate, company, job
    )


def client_of(world: World, person: Any, now: datetime) -> APIClient:
    client = APIClient(
        HTTP_ACCEPT_LANGUAGE="en", REMOTE_ADDR=world.address, raise_request_exception=False
    )
    if person is not None:
        signed_in = sessions.log_in(
            email=person.email, password=PASSWORD, ip=world.address, user_agent="tests", now=now
        )
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {signed_in.access}")
    return client


Send = Callable[[], Any]


def register(world: World, now: datetime) -> Send:
    client = client_of(world, None, now)
    body = {
        "email": f"new.{world.mark}@example.vn",
        "password": "mot-mat-khau-dai-va-la",
        "full_name": "Nguyễn Văn An",
        "user_type": "RECRUITER",
    }
    return lambda: client.post("/api/v1/auth/register/", body, format="json")


def publish(world: World, now: datetime) -> Send:
    client = client_of(world, world.recruiter, now)
    return lambda: client.post(f"/api/v1/jobs/{world.job.id}/publish/")


def publish_by_key(world: World, now: datetime) -> Send:
    client = client_of(world, world.recruiter, now)
    path = f"/api/v1/jobs/{world.job.id}/publish/"
    return lambda: client.post(path, headers={"Idempotency-Key": world.mark})


def apply(world: World, now: datetime, **headers: str) -> Send:
    client = client_of(world, world.candidate, now)

    def send() -> Any:
        upload = SimpleUploadedFile("cv.pdf", pdf_bytes(), "application/pdf")
        body = {"job": str(world.job.id), "cover_letter": "Kính gửi", "cv_file": upload}
        return client.post("/api/v1/applications/", body, format="multipart", headers=headers)

    return send


def apply_by_key(world: World, now: datetime) -> Send:
    return apply(world, now, **{"Idempotency-Key": world.mark})


def move(world: World, now: datetime) -> Send:
    application = ApplicationFactory(job=world.job, candidate=world.candidate)
    world.names[application.pk] = "application"
    client = client_of(world, world.recruiter, now)
    path = f"/api/v1/applications/{application.id}/move/"
    return lambda: client.post(path, {"status": "INTERVIEW_SCHEDULED"}, format="json")


def buy_by_key(world: World, now: datetime) -> Send:
    package = make_package()
    world.names[package.pk] = "package"
    client = client_of(world, world.recruiter, now)
    body, headers = {"package_id": str(package.id)}, {"Idempotency-Key": world.mark}
    return lambda: client.post(
        "/api/v1/payments/create_payment/", body, format="json", headers=headers
    )


def settle(world: World, now: datetime) -> Send:
    attempt = begin_payment(world.recruiter)
    rows = {"attempt": attempt, "order": attempt.order, "package": attempt.order.package}
    world.names.update({row.pk: name for name, row in rows.items()})
    client = client_of(world, None, now)
    return lambda: client.get(f"/api/v1/payments/vnpay_ipn/?{signed(notice_of(attempt))}")


@dataclass(frozen=True)
class Case:
    """A request, and what it answers the first time and when it was done already."""

    prepare: Callable[[World, datetime], Send]
    done: int
    again: tuple[int, str]
    mails: int
    places: int
    """At least so many statements and commits; fewer would mean that they are not seen."""
    draft: bool = False
    keyed: bool = False


CASES = {
    "register": Case(register, 201, (400, "invalid_input"), mails=2, places=5),
    "publish": Case(publish, 200, (409, "transition_refused"), mails=0, places=12, draft=True),
    "apply": Case(apply, 201, (409, "already_applied"), mails=1, places=11),
    "publish by key": Case(
        publish_by_key, 200, (200, ""), mails=0, places=12, draft=True, keyed=True
    ),
    "apply by key": Case(apply_by_key, 201, (201, ""), mails=1, places=11, keyed=True),
    "buy by key": Case(buy_by_key, 200, (200, ""), mails=0, places=14, keyed=True),
    # A gateway is told with status 200 what became of its notice, and tells it again until it was taken.
    "settle": Case(settle, 200, (200, ""), mails=0, places=14),
    "move": Case(move, 200, (409, "transition_refused"), mails=1, places=9),
}


SLOW = {"buy by key", "settle"}


@dataclass(frozen=True)
class End:
    """What is left of a request: rows, mails, kept files and files that no row knows."""

    rows: list[str]
    mails: int
    files: int
    orphans: int


def kept_files() -> set[str]:
    root = Path(django_settings.MEDIA_ROOT)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def told_once(rows: ends.Rows) -> ends.Rows:
    """Return the rows without the log of notices: one that is told again is written down again."""
    return Counter(
        {row: number for row, number in rows.items() if row[0] != "payments_gateway_event"}
    )


class Trial:
    """One request in a world of its own, and what it leaves."""

    def __init__(self, case: Case, work: Any, now: datetime) -> None:
        self.work = work
        self.world = make_world(draft=case.draft)
        self.send = case.prepare(self.world, now)
        work.run()
        self.rows, self.files = told_once(ends.rows()), kept_files()

    def end(self) -> End:
        """Do the work that is left over and sweep up, and tell what became of everything."""
        django_mail.outbox.clear()
        self.work.run()
        tomorrow = timezone.now() + orphans.UNRECORDED_AFTER + timedelta(minutes=1)
        for folder in {str(Path(path).parent) for path in kept_files() - self.files}:
            orphans.sweep_folder(folder=folder, now=tomorrow)
        new = kept_files() - self.files
        known = set(TABLES["core.StoredFile"].objects.values_list("path", flat=True))
        return End(
            rows=ends.difference(self.rows, told_once(ends.rows()), self.world.names),
            mails=len(django_mail.outbox),
            files=len(new & known),
            orphans=len(new - known),
        )


@pytest.fixture(autouse=True)
def _surroundings(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Collect mails in memory; point a second connection at the database of the tests."""
    for name, value in VNPAY.items():
        setattr(settings, name, value)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    base = settings.DATABASES["default"]
    told = {"host": base["HOST"], "user": base["USER"], "password": base["PASSWORD"]}
    told |= {"port": base["PORT"], "dbname": connection.settings_dict["NAME"]}
    url = " ".join(f"{name}={value}" for name, value in told.items() if value)
    monkeypatch.setenv("DATABASE_URL", url)
    yield
    connections.close_all()


@pytest.mark.parametrize("end", [cutting.die, pytest.param(cutting.cut, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in CASES],
)
def test_a_broken_request_sent_again_ends_as_an_unbroken_one(name, end, work, now):
    case = CASES[name]
    whole = Trial(case, work, now)
    # No request has a moment 0.
    answer = cutting.ended_at(0, end, whole.send)
    assert (answer.status, answer.moment) == (case.done, "")
    unbroken = whole.end()
    assert (unbroken.mails, unbroken.orphans) == (case.mails, 0)

    for number in count(1):
        trial = Trial(case, work, now)
        answer = cutting.ended_at(number, end, trial.send)
        if not answer.moment:
            break
        assert answer.status is None or answer.status >= 500 or answer.status == case.done
        again = trial.send()
        told = (again.status_code, again.json().get("code", ""))
        assert again.status_code == case.done or told == case.again, (answer.moment, told)
        if case.keyed:
            replayed = trial.send()
            assert (replayed.status_code, replayed.content) == (case.done, again.content)
        left = trial.end()
        assert left.rows == unbroken.rows, answer.moment
        assert left == unbroken, answer.moment
    assert number > case.places
