"""Simultaneous calls on real connections, whichever way edits are guarded."""

from __future__ import annotations

from collections import Counter
from threading import Event

import pytest
from django.db import transaction

from apps.companies.enums import MemberRole
from apps.companies.models import Company, Membership
from apps.companies.services import companies, members, verification
from apps.companies.tests.factories import CompanyFactory, MembershipFactory
from apps.core.errors import DomainError

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("either_locking"),
]


def outcome(call) -> str:
    try:
        call()
    except DomainError as refusal:
        return refusal.code
    return "done"


class TestEditing:
    def test_edits_of_one_version_are_taken_once(self, at_once, recruiter, company, now):
        outcomes = at_once(
            8,
            lambda n: outcome(
                lambda: companies.update_company(
                    actor=recruiter,
                    company_id=company.id,
                    changes={"description": f"Bản {n}"},
                    version=1,
                    now=now,
                )
            ),
        )

        assert Counter(outcomes) == {"done": 1, "stale_version": 7}
        assert Company.objects.get().version == 2

    def test_edits_without_a_version_and_of_staff_are_all_taken(
        self, at_once, recruiter, staff, company, now
    ):
        """Nothing that one of them wrote is reverted by another (D14)."""

        def edit(number: int) -> str:
            if number == 0:
                return outcome(
                    lambda: verification.verify_company(actor=staff, company_id=company.id, now=now)
                )
            field = ("name", "description", "address")[number % 3]
            return outcome(
                lambda: companies.update_company(
                    actor=recruiter,
                    company_id=company.id,
                    changes={field: f"Mới {number}"},  # type: ignore[misc]
                    now=now,
                )
            )

        outcomes = at_once(8, edit)

        company.refresh_from_db()
        assert Counter(outcomes) == {"done": 8}
        assert (company.version, company.verified_at) == (9, now)
        assert company.name in {"Mới 3", "Mới 6"}
        assert company.description in {"Mới 1", "Mới 4", "Mới 7"}
        assert company.address in {"Mới 2", "Mới 5"}

    def test_a_company_is_deleted_once(self, at_once, recruiter, company, now):
        outcomes = at_once(
            4,
            lambda _: outcome(
                lambda: companies.delete_company(actor=recruiter, company_id=company.id, now=now)
            ),
        )

        assert Counter(outcomes) == {"done": 1, "company_not_found": 3}


class TestMembers:
    def test_the_last_two_owners_do_not_both_leave(self, at_once, recruiter, company, now):
        """Memberships are guarded by the company's row lock whatever the mode of edits."""
        MembershipFactory(company=company, role=MemberRole.OWNER)
        owners = list(Membership.objects.filter(company=company).select_related("user"))

        outcomes = at_once(
            2,
            lambda n: outcome(
                lambda: members.remove_member(
                    actor=owners[n].user,
                    company_id=company.id,
                    membership_id=owners[n].id,
                    now=now,
                )
            ),
        )

        assert Counter(outcomes) == {"done": 1, "last_owner": 1}


class TestRestoring:
    def test_a_company_comes_back_once(self, at_once, staff, company, now):
        Company.objects.update(deleted_at=now)

        outcomes = at_once(
            4,
            lambda _: outcome(
                lambda: companies.restore_company(actor=staff, company_id=company.id)
            ),
        )

        assert Counter(outcomes) == {"done": 1, "company_not_deleted": 3}
        assert Company.objects.values_list("deleted_at", "version").get() == (None, 2)

    def test_of_two_deleted_companies_of_one_name_one_comes_back(self, at_once, staff, now):
        twins = CompanyFactory.create_batch(2, name="Đại Việt", deleted_at=now)

        outcomes = at_once(
            2,
            lambda n: outcome(
                lambda: companies.restore_company(actor=staff, company_id=twins[n].id)
            ),
        )

        assert Counter(outcomes) == {"done": 1, "company_name_taken": 1}
        assert Company.objects.alive().count() == 1

    def test_waits_for_whoever_is_taking_the_name_and_is_then_refused(
        self, at_once, others_wait, recruiter, staff, now
    ):
        gone, taken = CompanyFactory(name="Đại Việt", deleted_at=now), Event()

        def act(number: int) -> str:
            if number == 1:
                taken.wait(timeout=60)
                return outcome(lambda: companies.restore_company(actor=staff, company_id=gone.id))
            with transaction.atomic():
                companies.create_company(actor=recruiter, name="DAI VIET", now=now)
                taken.set()
                others_wait(1)
            return "created"

        assert at_once(2, act) == ["created", "company_name_taken"]
        assert [company.name for company in Company.objects.alive()] == ["DAI VIET"]
