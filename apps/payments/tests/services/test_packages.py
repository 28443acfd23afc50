"""The catalogue: what staff put in, change and take out."""

from __future__ import annotations

import pytest

from apps.core.errors import InvalidInput
from apps.payments.domain.pricing import LARGEST_TOTAL, LEAST_TOTAL
from apps.payments.errors import PackageNotFound
from apps.payments.models import Package
from apps.payments.services import packages
from apps.payments.tests.factories import make_package
from apps.users.errors import RoleNotAllowed

pytestmark = pytest.mark.django_db

TERMS = {"name_vi": "Gói nhỏ", "name_en": "Small", "price": 99_000, "credits": 1, "days": 30}
REFUSED = [
    ({"price": LEAST_TOTAL - 1}, "price"),
    ({"price": LARGEST_TOTAL + 1}, "price"),
    ({"credits": 0}, "credits"),
    ({"days": 0}, "credits"),
]


@pytest.mark.parametrize("price", [LEAST_TOTAL, LARGEST_TOTAL])
def test_takes_what_a_gateway_takes(staff, price):
    package = packages.add_package(actor=staff, terms={**TERMS, "price": price})

    assert Package.objects.get() == package
    assert (package.price, package.credits, package.days) == (price, 1, 30)


@pytest.mark.parametrize(("change", "field"), REFUSED)
def test_refuses_what_nobody_can_pay_or_what_gives_nothing(staff, change, field):
    package = make_package()

    for refused in (
        lambda: packages.add_package(actor=staff, terms={**TERMS, **change}),
        lambda: packages.change_package(actor=staff, package_id=package.id, terms=change),
    ):
        with pytest.raises(InvalidInput) as caught:
            refused()
        assert [error.pointer for error in caught.value.errors] == [field]
    assert list(Package.objects.values_list("price", "credits", "days")) == [(500_000, 10, 90)]


def test_changes_nothing_without_a_difference(staff):
    package = make_package()
    before = package.updated_at

    packages.change_package(actor=staff, package_id=package.id, terms={"price": package.price})

    package.refresh_from_db()
    assert package.updated_at == before


def test_finds_no_package_that_was_removed(staff, now):
    package = make_package()
    packages.remove_package(actor=staff, package_id=package.id, now=now)

    with pytest.raises(PackageNotFound):
        packages.change_package(actor=staff, package_id=package.id, terms={"price": 99_000})
    with pytest.raises(PackageNotFound):
        packages.remove_package(actor=staff, package_id=package.id, now=now)
    package.refresh_from_db()
    assert (package.price, package.deleted_at) == (500_000, now)


def test_is_kept_by_staff_only(recruiter, now):
    package = make_package()

    for refused in (
        lambda: packages.add_package(actor=recruiter, terms=TERMS),
        lambda: packages.change_package(actor=recruiter, package_id=package.id, terms=TERMS),
        lambda: packages.remove_package(actor=recruiter, package_id=package.id, now=now),
    ):
        with pytest.raises(RoleNotAllowed):
            refused()
    assert Package.objects.get().price == 500_000
