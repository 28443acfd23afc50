"""The catalogue and the record of payments in the admin."""

from __future__ import annotations

import pytest
from django.urls import reverse

from apps.payments.models import Order, Package
from apps.payments.tests.factories import begin_payment, make_package, settle_payment

pytestmark = pytest.mark.django_db

TERMS = {
    "name_vi": "Gói nhỏ",
    "name_en": "Small",
    "price": "99000",
    "credits": "1",
    "days": "30",
    "position": "3",
    "is_active": "on",
}


@pytest.fixture
def office(client, staff):
    client.force_login(staff)
    return client


def url(model, page, *args):
    return reverse(f"admin:payments_{model}_{page}", args=args)


class TestPackages:
    @pytest.mark.parametrize(("language", "price"), [("vi", "2.200.000"), ("en", "2,200,000")])
    def test_show_prices_as_people_read_them(self, office, language, price):
        make_package(price=2_200_000)

        page = office.get(url("package", "changelist"), HTTP_ACCEPT_LANGUAGE=language)

        assert f'<td class="field-costs">{price}</td>' in page.content.decode()

    def test_are_added_changed_and_removed(self, office):
        office.post(url("package", "add"), TERMS)
        package = Package.objects.get()
        assert (package.name_vi, package.price, package.is_active) == ("Gói nhỏ", 99_000, True)

        office.post(url("package", "change", package.id), {**TERMS, "price": "120000"})
        package.refresh_from_db()
        assert package.price == 120_000

        office.post(url("package", "delete", package.id), {"post": "yes"})
        package.refresh_from_db()
        assert package.deleted_at is not None
        assert office.post(url("package", "change", package.id), TERMS).status_code == 403

    @pytest.mark.parametrize(
        "change", [{"price": "4999"}, {"price": "1000000000"}, {"credits": "0"}, {"days": "0"}]
    )
    def test_that_nobody_can_pay_or_that_give_nothing_are_refused(self, office, change):
        package = make_package()

        for page in (url("package", "add"), url("package", "change", package.id)):
            assert office.post(page, {**TERMS, **change}).status_code in {200, 302}

        assert list(Package.objects.values_list("price", "credits", "days")) == [(500_000, 10, 90)]


class TestTheRecord:
    def test_shows_an_order_with_how_it_was_paid(self, office, recruiter, company):
        attempt = begin_payment(recruiter)
        settle_payment(attempt)

        order = office.get(url("order", "change", attempt.order_id)).content.decode()
        shown = office.get(url("paymentattempt", "change", attempt.id)).content.decode()

        assert attempt.ref in order
        assert "vnp_TransactionNo" in shown

    @pytest.mark.parametrize("model", ["order", "paymentattempt", "gatewayevent"])
    def test_is_written_by_nobody(self, office, recruiter, company, model):
        attempt = begin_payment(recruiter)
        settle_payment(attempt)
        row = {
            "order": attempt.order,
            "paymentattempt": attempt,
            "gatewayevent": attempt.events.get(),
        }[model]

        assert office.get(url(model, "add")).status_code == 403
        assert office.post(url(model, "change", row.pk), {"state": "PAID"}).status_code == 403
        assert office.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        assert Order.objects.count() == 1
