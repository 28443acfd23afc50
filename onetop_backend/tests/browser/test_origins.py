"""What pages of other origins may ask of the API, as a browser enforces it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from apps.jobs.enums import JobState
from apps.jobs.tests.factories import JobFactory
from apps.payments.tests.factories import grant
from apps.users.selectors import sessions_of
from apps.users.services import sessions
from apps.users.tests.factories import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

FETCH = """
async ([url, options]) => {
  try {
    const answer = await fetch(url, options);
    return {status: answer.status, body: await answer.text(), headers: Object.fromEntries(answer.headers)};
  } catch (error) {
    return {refused: error.name};
  }
}
"""
REFUSED = {"refused": "TypeError"}


@pytest.fixture
def fetch(chromium, site):
    """Give ``fetch(origin, path, **options)``: what a script of a page of that origin gets."""

    def call(origin, path, **options):
        def act(page):
            page.goto(origin)
            return page.evaluate(FETCH, [f"{site}/api/v1/{path}", options])

        return chromium.visit(act)

    return call


@pytest.fixture
def bearer(now):
    """Give ``bearer(user)``: the header of somebody who is signed in."""

    def header(user):
        signed_in = sessions.log_in(
            email=user.email, password=PASSWORD, ip=None, user_agent="tests", now=now
        )
        return {"Authorization": f"Bearer {signed_in.access}"}

    return header


def login(user):
    return {
        "method": "POST",
        "credentials": "include",
        "headers": {"Content-Type": "application/json"},
        "body": f'{{"email": "{user.email}", "password": "{PASSWORD}"}}',
    }


class TestAListedOrigin:
    def test_signs_in_and_reads_the_answer(self, fetch, listed, candidate):
        answer = fetch(listed, "auth/login/", **login(candidate))

        assert answer["status"] == 200
        assert "access" in answer["body"]
        assert answer["headers"]["ratelimit"] == '"login_address";r=60;t=0, "login";r=5;t=0'

    def test_sends_every_header_of_the_contract(self, fetch, listed, candidate, bearer):
        request_id = uuid4().hex
        headers = {
            **bearer(candidate),
            "Content-Type": "application/json",
            "X-CSRFToken": "x",
            "Idempotency-Key": str(uuid4()),
            "If-Match": '"v1"',
            "If-None-Match": '"v2"',
            "X-Request-ID": request_id,
        }

        answer = fetch(
            listed, "auth/me/", method="PATCH", headers=headers, body='{"full_name": "Tên Mới"}'
        )

        assert answer["status"] == 200
        assert answer["headers"]["x-request-id"] == request_id
        candidate.refresh_from_db()
        assert candidate.full_name == "Tên Mới"

    def test_sends_no_other_header(self, fetch, listed):
        assert fetch(listed, "config/", headers={"X-Forwarded-For": "203.0.113.7"}) == REFUSED

    def test_reads_replays_and_waits(self, fetch, listed, company, recruiter, bearer, settings):
        grant(company, 1)
        draft = JobFactory(company=company, posted_by=recruiter, state=JobState.DRAFT)
        headers = {**bearer(recruiter), "Idempotency-Key": str(uuid4())}
        publish = {"method": "POST", "headers": headers}
        settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "register": (1, 60)}
        register = {
            "method": "POST",
            "headers": {"Content-Type": "application/json"},
            "body": "{}",
        }

        first, again = (fetch(listed, f"jobs/{draft.pk}/publish/", **publish) for _ in range(2))
        _, throttled = (fetch(listed, "auth/register/", **register) for _ in range(2))

        assert (first["status"], "idempotency-replayed" in first["headers"]) == (200, False)
        assert again["headers"]["idempotency-replayed"] == "true"
        assert again["body"] == first["body"]
        assert throttled["status"] == 429
        assert throttled["headers"]["retry-after"] == "60"
        assert throttled["headers"]["ratelimit-policy"] == '"register";q=1;w=60'

    def test_reads_an_etag_and_asks_whether_it_still_holds(self, fetch, listed, company, recruiter):
        job = JobFactory(company=company, posted_by=recruiter)

        read = fetch(listed, f"jobs/{job.pk}/")
        again = fetch(listed, f"jobs/{job.pk}/", headers={"If-None-Match": read["headers"]["etag"]})

        assert (read["status"], again["status"], again["body"]) == (200, 304, "")

    def test_reads_a_version_and_sends_it_back(self, fetch, listed, company, recruiter, bearer):
        job = JobFactory(company=company, posted_by=recruiter)
        headers = bearer(recruiter)

        read = fetch(listed, f"jobs/{job.pk}/", headers=headers)
        edit = {
            "method": "PATCH",
            "headers": {
                **headers,
                "Content-Type": "application/json",
                "If-Match": read["headers"]["etag"],
            },
            "body": '{"benefits": "Mới."}',
        }
        edits = [fetch(listed, f"jobs/{job.pk}/", **edit)["status"] for _ in range(2)]

        assert edits == [200, 412]


class TestAnyOtherOrigin:
    def test_reads_nothing_not_even_what_is_public(self, fetch, stranger):
        assert fetch(stranger, "config/") == REFUSED

    def test_cannot_sign_anybody_in(self, fetch, stranger, candidate, now):
        assert fetch(stranger, "auth/login/", **login(candidate)) == REFUSED
        # The browser asked first and was told no, so nothing was sent.
        assert not sessions_of(viewer=candidate, now=now).exists()

    def test_gains_nothing_by_a_body_that_needs_no_asking(self, fetch, stranger, candidate, now):
        simple = {**login(candidate), "headers": {"Content-Type": "text/plain"}}

        assert fetch(stranger, "auth/login/", **simple) == REFUSED
        # It was sent, as browsers do, and refused for its form.
        assert not sessions_of(viewer=candidate, now=now).exists()

    def test_sends_no_token_it_may_have_found(self, fetch, stranger, candidate, bearer):
        edit = {
            "method": "PATCH",
            "headers": {**bearer(candidate), "Content-Type": "application/json"},
            "body": '{"full_name": "Tên Khác"}',
        }

        assert fetch(stranger, "auth/me/", **edit) == REFUSED
        candidate.refresh_from_db()
        assert candidate.full_name == "Trần Thị Bình"
