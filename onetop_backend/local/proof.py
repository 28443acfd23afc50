"""Proof that a running stack works: every part is asked for an answer through the door that its users take."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, cast
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_redis import get_redis_connection
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from apps.core import tickets
from apps.core.demo import demo_id
from apps.core.realtime.auth import PURPOSE
from apps.core.text import fold
from apps.jobs.selectors import live_jobs
from apps.users import demo as users
from apps.users.selectors import active_account, find_account_by_email_unscoped
from apps.users.services import sessions
from onetop_backend.management.asking import (
    Check,
    NotShown,
    Questions,
    State,
    asking,
    patiently,
)
from onetop_backend.settings.queues import QUEUES

_TICKET_LIFE = timedelta(seconds=30)
_ANSWER_SECONDS = 5.0
_POLL_SECONDS = 0.1
_PAGE = 100
_ROLES: Mapping[str, str] = {
    "candidate@demo.onetop.vn": "candidate",
    "candidate2@demo.onetop.vn": "candidate",
    "recruiter@demo.onetop.vn": "recruiter, owner of a verified company with 20 credits",
    "recruiter2@demo.onetop.vn": "recruiter, owner of another company with 5 credits",
    "pending@demo.onetop.vn": "recruiter waiting for approval",
    "admin@demo.onetop.vn": "staff, for the admin",
}


def prove(*, url: str, seconds: float, now: datetime) -> Iterator[Check]:
    """Yield a check for HTTP, the queues, a socket and the search, each tried until the time is up."""
    deadline = time.monotonic() + seconds
    # Asked before and read after the rest: the workers start meanwhile.
    with asking("queues") as queues:
        questions = Questions.ask(QUEUES, seconds=seconds)
    with asking("http") as check:
        check.detail = _patiently(lambda: _http(url), deadline)
    yield check
    with asking("socket") as check:
        _socket(url, check, deadline)
    yield check
    with asking("search") as check:
        _search(url, check, deadline, now)
    yield check
    if queues.state is State.PASSED:
        with asking("queues") as queues:
            queues.detail = _answers(questions, deadline)
    yield queues


def backends() -> dict[str, str]:
    """Return what serves what, as the servers and the settings tell it."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    facts: Mapping[str, Any] = get_redis_connection("default").info("server")
    if facts.get("server_name") == "valkey":
        redis = f"Valkey {facts['valkey_version']}"
    else:
        redis = f"Redis {facts['redis_version']}"
    return {
        "database": f"PostgreSQL {version}",
        "redis": redis,
        "search": "PostgreSQL full text",
        "mail": settings.EMAIL_HOST or f"files in {settings.EMAIL_FILE_PATH}",
        "files": str(settings.MEDIA_ROOT),
    }


def accounts() -> list[dict[str, str]]:
    """Return the demo accounts that this database has."""
    return [
        {"email": email, "role": role}
        for email, role in _ROLES.items()
        if find_account_by_email_unscoped(email) is not None
    ]


def password() -> str:
    """Return the password of the demo accounts."""
    return users.PASSWORD


# --- the checks ----------------------------------------------------------------------------------


def _http(url: str) -> str:
    status, body = _get(f"{url}/health/ready/")
    if status != HTTPStatus.OK:
        raise NotShown(f"/health/ready/ answers {status} {json.dumps(body)}")
    return f"/health/ready/ answers {status} {body['status']}"


def _answers(questions: Questions, deadline: float) -> str:
    answered = [queue for queue, _ in questions.wait(deadline)]
    if questions.waiting:
        raise NotShown(f"no worker answers on {', '.join(questions.waiting)}")
    return f"a task went through each of {', '.join(sorted(answered))}"


def _socket(url: str, check: Check, deadline: float) -> None:
    account = active_account(demo_id("user:candidate"))
    if account is None:
        check.state, check.detail = State.SKIPPED, "no demo account to open one for"
        return
    session_id = sessions.open_session(
        user=account, ip=None, user_agent="proof", now=timezone.now()
    ).session.pk

    def ping() -> str:
        ticket = tickets.issue(purpose=PURPOSE, subject=str(session_id), ttl=_TICKET_LIFE)
        address = f"{url.replace('http', 'ws', 1)}/ws/?{urlencode({'ticket': ticket})}"
        with connect(address, open_timeout=_ANSWER_SECONDS, proxy=None) as socket:
            socket.send(json.dumps({"type": "ping"}))
            frame = json.loads(socket.recv(timeout=_ANSWER_SECONDS))
        if frame.get("type") != "pong":
            raise NotShown(f"ping is answered by {json.dumps(frame)}")
        return "ping was answered by pong, on a one-time ticket"

    try:
        check.detail = _patiently(ping, deadline)
    finally:
        sessions.log_out(session_id=session_id, refresh=None, now=timezone.now())


def _search(url: str, check: Check, deadline: float, now: datetime) -> None:
    jobs = live_jobs(now=now).order_by("id")[:_PAGE]
    # Only a title with accents can show that they are not needed.
    found = next((job for job in jobs if fold(job.title) != job.title.lower()), None)
    if found is None:
        check.state, check.detail = State.SKIPPED, "no live posting with an accent in its title"
        return
    wanted, title = found.pk, found.title
    words = fold(title)

    def find() -> str:
        # Among those of one company: in a large world a page would not hold all that have such a title.
        company = str(found.company_id)
        query = urlencode({"search": words, "company": company, "page_size": _PAGE})
        status, body = _get(f"{url}/api/v1/jobs/?{query}")
        if str(wanted) not in {item["id"] for item in body.get("results", ())}:
            raise NotShown(f"“{words}” does not find “{title}” ({status})")
        return f"“{words}” finds “{title}”"

    check.detail = _patiently(find, deadline)


def _get(address: str) -> tuple[int, dict[str, Any]]:
    try:
        with urlopen(address, timeout=_ANSWER_SECONDS) as response:  # noqa: S310 - our own address
            return response.status, cast("dict[str, Any]", json.load(response))
    except HTTPError as answer:
        text = answer.read().decode(errors="replace")
        try:
            return answer.code, cast("dict[str, Any]", json.loads(text))
        except ValueError:
            return answer.code, {"body": text[:200]}


def _patiently(ask: Callable[[], str], deadline: float) -> str:
    despite = (OSError, WebSocketException, tickets.TicketsUnavailable)
    return patiently(ask, deadline=deadline, despite=despite)
