"""Signing in by cookie, as a browser does: pages of trusted origins act, all others do not."""

from __future__ import annotations

import pytest

from apps.users.tests.factories import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]

FETCH = """
async ([url, method, body, withToken]) => {
  const token = document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? '';
  const headers = {'Content-Type': 'application/json', ...(withToken ? {'X-CSRFToken': token} : {})};
  try {
    const answer = await fetch(url, {
      method, headers, credentials: 'include', ...(body ? {body: JSON.stringify(body)} : {})
    });
    return [answer.status, JSON.parse(await answer.text() || 'null')];
  } catch (error) {
    return [error.name, null];
  }
}
"""
# What needs no asking beforehand, sent with whatever cookies the browser has for the platform.
SEND_FORM = """
async ([url, fields]) => {
  const token = document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? '';
  const body = new URLSearchParams({...fields, csrfmiddlewaretoken: token});
  await fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include', body});
}
"""


class Visitor:
    """Somebody with one browser profile who opens pages of several origins."""

    def __init__(self, page, site):
        self.page = page
        self.site = site

    def goto(self, origin):
        self.page.goto(origin)

    def call(self, method, path, body=None, *, with_token=True):
        url = f"{self.site}/api/v1/{path}"
        return tuple(self.page.evaluate(FETCH, [url, method, body, with_token]))

    def send_form(self, path, **fields):
        """Return the status of an answer that the page itself may not read."""
        url = f"{self.site}{path}"
        with self.page.expect_response(lambda answer: answer.url == url) as answer:
            self.page.evaluate(SEND_FORM, [url, fields])
        return answer.value.status

    def sign_in(self, user, *, with_token=True):
        # Where the token comes from.
        assert self.call("GET", "identity/browser/v1/config")[0] == 200
        body = {"email": user.email, "password": PASSWORD}
        return self.call("POST", "identity/browser/v1/auth/login", body, with_token=with_token)

    @property
    def name(self):
        status, body = self.call("GET", "auth/me/")
        return body["full_name"] if status == 200 else status


@pytest.fixture
def as_visitor(chromium, site):
    """Give ``as_visitor(act)``: what ``act(visitor)`` returns."""
    return lambda act: chromium.visit(lambda page: act(Visitor(page, site)))


def test_a_page_of_a_listed_origin_signs_in_and_acts(as_visitor, listed, candidate):
    def act(visitor):
        visitor.goto(listed)
        before = visitor.name
        signed_in = visitor.sign_in(candidate)[0]
        readable = visitor.page.evaluate("document.cookie")
        changed = visitor.call("PATCH", "auth/me/", {"full_name": "Tên Mới"})
        return before, signed_in, readable, changed[0], visitor.name

    before, signed_in, readable, changed, name = as_visitor(act)

    assert (before, signed_in, changed, name) == (401, 200, 200, "Tên Mới")
    assert "csrftoken=" in readable
    assert "sessionid" not in readable


def test_without_the_token_nothing_is_changed(as_visitor, listed, candidate):
    def act(visitor):
        visitor.goto(listed)
        refused_login = visitor.sign_in(candidate, with_token=False)
        visitor.sign_in(candidate)
        edit = visitor.call("PATCH", "auth/me/", {"full_name": "Tên Khác"}, with_token=False)
        return refused_login, edit, visitor.name

    *refusals, name = as_visitor(act)

    assert [(status, problem["code"]) for status, problem in refusals] == [(403, "csrf_failed")] * 2
    assert name == "Trần Thị Bình"


def test_signing_out_ends_the_cookie_at_once(as_visitor, listed, candidate):
    def act(visitor):
        visitor.goto(listed)
        visitor.sign_in(candidate)
        return visitor.name, visitor.call("POST", "auth/logout/")[0], visitor.name

    assert as_visitor(act) == ("Trần Thị Bình", 204, 401)


def test_another_origin_cannot_act_for_somebody_who_is_signed_in(
    as_visitor, listed, stranger, candidate
):
    """Also not with the token, which pages of the same host can read: its origin gives it away."""

    def act(visitor):
        visitor.goto(listed)
        visitor.sign_in(candidate)
        visitor.goto(stranger)
        asked = visitor.call("PATCH", "auth/me/", {"full_name": "Tên Khác"})[0]
        read = visitor.call("GET", "auth/me/")[0]
        sent = visitor.send_form("/api/v1/auth/logout/")
        visitor.goto(listed)
        return asked, read, sent, visitor.name

    asked, read, sent, name = as_visitor(act)

    assert (asked, read) == ("TypeError", "TypeError")
    assert sent == 403
    assert name == "Trần Thị Bình"


def test_another_origin_cannot_sign_anybody_in(as_visitor, listed, stranger, candidate, staff):
    """Or a victim would act in the attacker's account without noticing."""

    def act(visitor):
        visitor.goto(listed)
        visitor.call("GET", "identity/browser/v1/config")
        visitor.goto(stranger)
        asked = visitor.call(
            "POST",
            "identity/browser/v1/auth/login",
            {"email": candidate.email, "password": PASSWORD},
        )[0]
        door = visitor.send_form("/admin/login/", username=staff.email, password=PASSWORD)
        visitor.goto(listed)
        return asked, door, visitor.name

    asked, door, name = as_visitor(act)

    assert (asked, door, name) == ("TypeError", 403, 401)
