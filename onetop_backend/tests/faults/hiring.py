"""People who hire and are hired whatever fails meanwhile: they send again what was not answered, as clients do."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from threading import Event
from typing import Any

import httpx

from onetop_backend.tests.flows.client import Person, Staff, pdf
from onetop_backend.tests.flows.test_journey import approve_recruiter, grant_credits

PASSWORD = "a-long-enough-secret"
PATIENCE = 90.0
CREDITS = 3

numbers = count(1)


@dataclass(frozen=True)
class Hire:
    """What was answered with success: each of it must still be there, once, whatever was killed."""

    recruiter: str
    candidate: str
    recruiter_id: str
    candidate_id: str
    company: str
    job: str
    application: str


def insist(
    send: Callable[[], httpx.Response], *, done: int, again: Collection[tuple[int, str]] = ()
) -> httpx.Response:
    """Send until there is an answer: ``done``, or one of ``again`` once an earlier try may have been done."""
    broken = False
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answer = send()
        except httpx.TransportError as error:
            told = repr(error)
        else:
            told = f"{answer.status_code} {answer.text[:500]}"
            if answer.status_code == done:
                return answer
            if answer.status_code < 500:
                code = answer.json().get("code")
                assert code == "idempotency_key_running" or broken, told
                if code != "idempotency_key_running":
                    assert (answer.status_code, code) in again, told
                    return answer
        broken = True
        assert time.monotonic() < deadline, f"no answer in time, the last was {told}"
        time.sleep(0.2)


def persist(act: Callable[[], Any], achieved: Callable[[], bool]) -> None:
    """Have the staff do something until it is done; they look before they do it again."""
    deadline = time.monotonic() + PATIENCE
    while not achieved():
        assert time.monotonic() < deadline, "the staff did not succeed in time"
        try:
            act()
        except (httpx.TransportError, AssertionError):
            time.sleep(0.5)


def hire(url: str) -> Hire:
    """Go the whole way once, from two registrations to an interview."""
    number = next(numbers)
    recruiter, candidate = person(url), person(url)
    addresses = f"recruiter{number}@hire.example", f"candidate{number}@hire.example"
    ids = [
        registered(who, address, kind)
        for who, address, kind in zip(
            (recruiter, candidate), addresses, ("RECRUITER", "CANDIDATE"), strict=True
        )
    ]
    recruiter_id = ids[0] or found_by_staff(url, addresses[0])
    persist(
        lambda: approve_recruiter(staff(url), recruiter_id),
        lambda: signs_in(recruiter, addresses[0]),
    )
    persist(lambda: None, lambda: signs_in(candidate, addresses[1]))
    candidate_id = insist(lambda: candidate.get("auth/me/"), done=200).json()["id"]

    name = f"Công ty {number}"
    insist(
        lambda: recruiter.post("companies/", {"name": name, "address": "Đà Nẵng"}),
        done=201,
        again={(400, "invalid_input")},
    )
    draft = insist(lambda: keyed(recruiter, f"draft-{number}", "jobs/", posting()), done=201).json()
    company = draft["company"]["id"]
    persist(
        lambda: grant_credits(staff(url), company, CREDITS, "Welcome gift"),
        lambda: credits_of(recruiter) == CREDITS,
    )
    insist(
        lambda: keyed(recruiter, f"publish-{number}", f"jobs/{draft['id']}/publish/", {}), done=200
    )
    application = insist(
        lambda: candidate.http.post(
            "applications/",
            data={"job": draft["id"], "cover_letter": "Kính gửi"},
            files={"cv_file": ("cv.pdf", pdf())},
            headers={"Idempotency-Key": f"apply-{number}"},
        ),
        done=201,
    ).json()
    insist(
        lambda: recruiter.post(
            f"applications/{application['id']}/move/", {"status": "INTERVIEW_SCHEDULED"}
        ),
        done=200,
        again={(409, "transition_refused")},
    )
    return Hire(*addresses, recruiter_id, candidate_id, company, draft["id"], application["id"])


@contextmanager
def hiring(url: str, *, people: int) -> Iterator[list[Hire]]:
    """Hire side by side for as long as the block lasts, and at least once each; give what was achieved."""
    achieved: list[Hire] = []
    enough = Event()

    def work(_: int) -> None:
        achieved.append(hire(url))
        while not enough.is_set():
            achieved.append(hire(url))

    with ThreadPoolExecutor(people) as pool:
        running = [pool.submit(work, number) for number in range(people)]
        try:
            yield achieved
        finally:
            enough.set()
        for each in running:
            each.result()


def person(url: str) -> Person:
    made = Person(url)
    made.http.timeout = httpx.Timeout(30)
    return made


def staff(url: str) -> Staff:
    return Staff(url, "admin@demo.onetop.vn", "onetop-demo-pass")


def registered(who: Person, address: str, kind: str) -> str:
    """Return the id that the answer tells; none when a try without an answer had registered already."""
    body = {"email": address, "password": PASSWORD, "full_name": "Trần An", "user_type": kind}
    answer = insist(
        lambda: who.post("auth/register/", body), done=201, again={(400, "invalid_input")}
    )
    told: str = answer.json().get("id", "")
    return told


def found_by_staff(url: str, address: str) -> str:
    """Return the id of an account by its address, from the admin's list."""
    found: list[str] = []

    def look() -> None:
        page = staff(url).get("/admin/users/user/", q=address).text
        found.append(page.partition('name="_selected_action" value="')[2].partition('"')[0])

    persist(look, lambda: bool(found))
    return found[0]


def signs_in(who: Person, address: str) -> bool:
    try:
        return who.sign_in(address, PASSWORD).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def credits_of(who: Person) -> int:
    told: int = insist(lambda: who.get("auth/me/"), done=200).json()["job_posting_credits"]
    return told


def keyed(who: Person, key: str, path: str, body: dict[str, Any]) -> httpx.Response:
    return who.http.post(path, json=body, headers={"Idempotency-Key": key})


def posting() -> dict[str, Any]:
    return {
        "title": "Kỹ sư Điện tử",
        "location": "da nang",
        "job_type": "FULL_TIME",
        "salary_min": 15_000_000,
        "salary_max": 20_000_000,
        "description": "Thiết kế mạch cho thiết bị đo.",
        "deadline": "2031-12-31",
        "status": "DRAFT",
    }
