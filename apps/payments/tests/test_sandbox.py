"""The page at which the local stack's customers pay."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from django.urls import clear_url_caches

from apps.payments.api.urls import sandbox_urlpatterns
from apps.payments.enums import AttemptState
from apps.payments.models import GatewayEvent, PaymentAttempt
from apps.payments.selectors import credit_balance
from apps.payments.tests.factories import VNPAY, begin_payment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def local_stack(settings, monkeypatch):
    for name, value in VNPAY.items():
        setattr(settings, name, value)
    urls = import_module(settings.ROOT_URLCONF)
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, *sandbox_urlpatterns])
    clear_url_caches()
    yield
    monkeypatch.undo()
    clear_url_caches()


@pytest.fixture
def page(recruiter, company):
    """The path at which a payment of the company waits."""
    return begin_payment(recruiter).payment_url.replace(VNPAY["VNPAY_URL"], "/sandbox/vnpay/")


@pytest.mark.parametrize(
    ("choice", "verdicts", "state", "credits"),
    [
        ("PAY", ["applied"], AttemptState.SUCCEEDED, 10),
        ("FAIL", ["applied"], AttemptState.FAILED, 0),
        ("CANCEL", ["applied"], AttemptState.FAILED, 0),
        ("SUSPECT", ["applied"], AttemptState.REVIEW, 0),
        ("REPEAT", ["applied", "nothing to change", "nothing to change"], "SUCCEEDED", 10),
        ("LOSE", ["the shop was told nothing"], AttemptState.PENDING, 0),
    ],
)
def test_does_what_its_button_says(client, company, page, choice, verdicts, state, credits):
    shown = client.get(page, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    pressed = client.post(page, {"choice": choice}, HTTP_ACCEPT_LANGUAGE="en").content.decode()

    assert "500,000 VND" in shown
    assert f'value="{choice}"' in shown
    [outcome] = re.findall(r'id="outcome">(.*?)</p>', pressed)
    assert outcome.split(" → ")[1:] == verdicts
    assert PaymentAttempt.objects.get().state == state
    assert credit_balance(company_id=company.id) == credits


def test_leads_back_by_the_shop_s_own_door(client, page, settings):
    settings.FRONTEND_URL = "https://www.example.vn"
    pressed = client.post(page, {"choice": "PAY"}).content.decode()
    [back] = re.findall(r'id="back" href="(.*?)"', pressed)

    answer = client.get(back.replace("&amp;", "&").removeprefix("https://api.example.vn"))

    [attempt] = PaymentAttempt.objects.all()
    assert answer.headers["Location"] == (
        f"https://www.example.vn/payments/result?result=success&transaction_code={attempt.ref}"
    )


def test_pays_after_it_was_cancelled(client, company, page):
    for choice in ("CANCEL", "LOSE", "PAY"):
        client.post(page, {"choice": choice})

    assert credit_balance(company_id=company.id) == 10
    assert GatewayEvent.objects.count() == 2


def test_takes_no_address_that_the_shop_did_not_sign(client, page):
    forged = page.replace("vnp_Amount=50000000", "vnp_Amount=500000")

    assert client.get(forged).status_code == 404
    assert client.post(forged, {"choice": "PAY"}).status_code == 404
    assert client.post(page, {"choice": "STEAL"}).status_code == 404
    assert not GatewayEvent.objects.exists()


def test_is_not_there_outside_the_local_stack(client, page, monkeypatch):
    monkeypatch.undo()
    clear_url_caches()

    assert client.get(page).status_code == 404
