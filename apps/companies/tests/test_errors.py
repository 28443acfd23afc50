from __future__ import annotations

import pytest

from apps.companies.errors import SlugTaken
from apps.core.errors import InvalidInput, constraint_error


class TestConstraints:
    @pytest.mark.parametrize(
        ("constraint", "field", "code"),
        [
            ("companies_company_live_name_unique", "name", "taken"),
            ("companies_company_name_present", "name", "blank"),
            ("companies_membership_once_at_a_time", "email", "already_member"),
            ("companies_membership_role_known", "role", "invalid_choice"),
        ],
    )
    def test_point_at_the_field_that_violates_them(self, constraint, field, code):
        refusal = constraint_error(constraint)

        assert isinstance(refusal, InvalidInput)
        assert [(error.pointer, error.code) for error in refusal.errors] == [(field, code)]

    def test_of_slugs_is_nobodys_fault(self):
        assert isinstance(constraint_error("companies_company_slug_unique"), SlugTaken)
