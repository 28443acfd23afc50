"""Buying credits on the local stack: from an empty catalogue to a posting that they pay for."""

from __future__ import annotations

import html
import re
from typing import Any

import httpx
import pytest

from onetop_backend.tests.flows.client import Person, Staff
from onetop_backend.tests.flows.conftest import Stack
from onetop_backend.tests.flows.test_journey import (
    DEADLINE,
    DEMO_PASSWORD,
    PASSWORD,
    approve_recruiter,
    registered,
)

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket]


def press(address: str, button: str) -> str:
    """Open the page where a payment waits, press one of its buttons, and return what it then shows."""
    with httpx.Client(headers={"Accept-Language": "en"}) as browser:
        page = browser.get(address)
        assert page.status_code == httpx.codes.OK, page.text
        [token] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        values = dict(re.findall(r'value="(\w+)">(.*?)</button>', page.text))
        [choice] = [value for value, label in values.items() if label == button]
        pressed = browser.post(address, data={"csrfmiddlewaretoken": token, "choice": choice})
    assert pressed.status_code == httpx.codes.OK, pressed.text
    return html.unescape(pressed.text)


def test_from_a_package_to_a_posting(stack: Stack):
    staff = Staff(stack.url, "admin@demo.onetop.vn", DEMO_PASSWORD)
    buyer_id = registered(stack, "mua@example.vn", "Ngô Văn Mua", "RECRUITER")["id"]
    approve_recruiter(staff, buyer_id)
    buyer = Person(stack.url)
    assert buyer.sign_in("mua@example.vn", PASSWORD).status_code == 200
    buyer.post("companies/", {"name": "Công ty Mua Lượt"})
    staff.submit(
        "/admin/payments/package/add/",
        {
            "name_vi": "Gói hai lượt",
            "name_en": "Two postings",
            "price": 200_000,
            "credits": 2,
            "days": 30,
            "position": 0,
            "is_active": "on",
        },
    )

    packages = Person(stack.url).get("payments/packages/").json()["results"]
    [package] = [each for each in packages if each["name"] == "Two postings"]

    def pay(button: str) -> tuple[str, dict[str, Any]]:
        payment = buyer.post("payments/create_payment/", {"package_id": package["id"]}).json()
        shown = press(payment["payment_url"], button)
        found = buyer.get(f"payments/transactions/{payment['transaction_id']}/").json()
        return shown, found

    shown, found = pay("Cancel")
    assert (found["status"], "Cancel → applied" in shown) == ("FAILED", True)
    assert buyer.get("auth/me/").json()["job_posting_credits"] == 0

    shown, found = pay("Pay, and tell the shop three times")
    assert "→ applied → nothing to change → nothing to change" in shown
    assert (found["status"], found["amount"]) == ("SUCCESS", "200000.00")
    assert buyer.get("auth/me/").json()["job_posting_credits"] == 2

    # The browser goes back by our own address, which leads it to the web client.
    [back] = re.findall(r'id="back" href="(.*?)"', shown)
    answer = httpx.get(back)
    assert answer.status_code == httpx.codes.FOUND
    assert answer.headers["Location"].endswith(
        f"/payments/result?result=success&transaction_code={found['transaction_code']}"
    )

    posting = buyer.post(
        "jobs/",
        {
            "title": "Kỹ sư cầu đường",
            "location": "da nang",
            "job_type": "FULL_TIME",
            "deadline": DEADLINE,
            "description": "Giám sát thi công.",
            "status": "PUBLISHED",
        },
    )
    assert (posting.status_code, posting.json()["status"]) == (201, "PUBLISHED")
    assert buyer.get("auth/me/").json()["job_posting_credits"] == 1
