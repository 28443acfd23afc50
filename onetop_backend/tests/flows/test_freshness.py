"""Random edits with readers running, through real web processes: nobody who asks after an answer sees older state."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django_redis import get_redis_connection

from apps.companies.tests.factories import CompanyFactory
from apps.jobs import selectors as jobs
from apps.jobs.tests.factories import JobFactory
from apps.users.services import sessions
from apps.users.tests.factories import PASSWORD, UserFactory
from onetop_backend.tests.flows.web import Browser, serving

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

JOBS = "/api/v1/jobs/"
WRITERS, READERS, EDITS, POSTINGS = 4, 6, 2_400, 6


@pytest.fixture
def web(transactional_db: None) -> Iterator[int]:
    """Give the port of two web processes."""
    with serving() as port:
        yield port


@dataclass
class Told:
    """What writers were answered so far: nobody may be shown less. Ids of postings and companies → numbers."""

    versions: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    closing: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)
    old: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)
    reads: int = 0

    def now(self) -> Told:
        with self.lock:
            return Told(dict(self.versions), dict(self.names), set(self.closing), set(self.closed))

    def check_card(self, card: Any, before: Told) -> None:
        name = int(card["company"]["name"].rpartition(" ")[2])
        if card["version"] < before.versions[card["id"]]:
            self.old.append(f"version {card['version']}, told {before.versions[card['id']]}")
        if name < before.names[card["company"]["id"]]:
            self.old.append(f"company {name}, told {before.names[card['company']['id']]}")
        if card["id"] in before.closed:
            self.old.append("a closed posting is shown")


def write(port: int, told: Told, recruiter: Any, company: Any, edits: int) -> None:
    """Edit one's own company and its postings at random; close a few."""
    token = sessions.log_in(
        email=recruiter.email, password=PASSWORD, ip=None, user_agent="", now=timezone.now()
    ).access
    connection.close()
    browser, dice = Browser(port, token), random.Random(recruiter.email)  # noqa: S311
    mine = list(company["jobs"])
    for number in range(1, edits + 1):
        if dice.random() < 0.2:
            status, answer = browser.send(
                "PATCH",
                f"/api/v1/companies/{company['id']}/",
                {"name": f"{recruiter.email} {number}"},
            )
            assert status == 200, answer
            with told.lock:
                told.names[company["id"]] = number
            continue
        job_id = dice.choice(mine)
        if len(mine) > 2 and dice.random() < 0.01:
            mine.remove(job_id)
            with told.lock:
                told.closing.add(job_id)
            status, answer = browser.send("POST", f"{JOBS}{job_id}/close/")
            assert status == 200, answer
            with told.lock:
                told.closed.add(job_id)
            continue
        status, answer = browser.send("PATCH", f"{JOBS}{job_id}/", {"benefits": f"Lần {number}"})
        assert status == 200, answer
        with told.lock:
            told.versions[job_id] = answer["version"]


def read(port: int, told: Told, over: Event) -> None:
    """Read details and lists until it is over, comparing each with what had been told before it was asked for."""
    browser, dice = Browser(port), random.Random()  # noqa: S311
    while not over.is_set():
        before = told.now()
        if dice.random() < 0.3:
            status, answer = browser.send("GET", f"{JOBS}?page_size=100")
            assert status == 200, answer
            for card in answer["results"]:
                told.check_card(card, before)
            missing = set(before.versions) - {card["id"] for card in answer["results"]}
            if missing - told.now().closing:
                told.old.append("a live posting is missing")
        else:
            job_id = dice.choice(list(before.versions))
            status, answer = browser.send("GET", f"{JOBS}{job_id}/")
            if status == 200:
                told.check_card(answer, before)
            elif job_id not in told.now().closing:
                told.old.append(f"{status} for a live posting")
        told.reads += 1


@contextmanager
def running(*jobs: Any) -> Iterator[None]:
    """Run callables in threads; an error of theirs is an error here."""
    errors: list[BaseException] = []

    def safely(job: Any) -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - raised again below
            errors.append(error)

    threads = [Thread(target=safely, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()
    if errors:
        raise errors[0]


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def crews(transactional_db: None, told: Told) -> list[tuple[Any, Any]]:
    """Give recruiters with their companies and postings."""
    made = []
    for number in range(WRITERS):
        recruiter = UserFactory(recruiter=True, email=f"writer{number}@example.vn")
        company = CompanyFactory(owner=recruiter, name=f"{recruiter.email} 0")
        postings = JobFactory.create_batch(POSTINGS, company=company, posted_by=recruiter)
        told.versions |= {str(job.id): 1 for job in postings}
        told.names[str(company.id)] = 0
        made.append((recruiter, {"id": str(company.id), "jobs": [str(job.id) for job in postings]}))
    return made


def test_no_reader_is_shown_less_than_writers_were_told(web, told, crews):
    """With Redis emptied every now and then."""
    over = Event()
    written = Lock()
    finished = []

    def write_all(recruiter: Any, company: Any) -> None:
        try:
            write(web, told, recruiter, company, EDITS // WRITERS)
        finally:
            with written:
                finished.append(recruiter)
                if len(finished) == WRITERS:
                    over.set()

    def empty_redis() -> None:
        while not over.wait(2):
            get_redis_connection("public").flushall()

    with running(
        *[lambda crew=crew: write_all(*crew) for crew in crews],
        *[lambda: read(web, told, over)] * READERS,
        empty_redis,
    ):
        pass

    assert told.old == []
    assert told.closed
    assert told.reads > EDITS / 4
    answered = {job_id: told.versions[job_id] for job_id in told.versions.keys() - told.closed}
    live = jobs.live_jobs(now=timezone.now()).values_list("id", "version")
    assert {str(job_id): version for job_id, version in live} == answered


@pytest.mark.nightly
def test_an_outage_of_redis_alone_is_over_when_its_events_are_handled(web, told, crews, work):
    """While Redis hangs, readers are answered from PostgreSQL; the exception begins when it comes back."""
    recruiter, company = crews[0]
    browsers = [Browser(web) for _ in range(4)]
    for browser in browsers:
        for job_id in company["jobs"]:
            assert browser.send("GET", f"{JOBS}{job_id}/")[0] == 200
    redis = get_redis_connection("public").info("server")["process_id"]

    os.kill(redis, signal.SIGSTOP)
    try:
        write(web, told, recruiter, company, 3)
    finally:
        os.kill(redis, signal.SIGCONT)
    work.run()

    before = told.now()
    for browser in browsers:
        for job_id in set(company["jobs"]) - before.closed:
            status, card = browser.send("GET", f"{JOBS}{job_id}/")
            assert status == 200
            told.check_card(card, before)
        for card in browser.send("GET", f"{JOBS}?page_size=100")[1]["results"]:
            told.check_card(card, before)
    assert told.old == []
