from __future__ import annotations

import pytest

from apps.users import presenters

pytestmark = pytest.mark.django_db


class TestProfile:
    def test_shows_owners_what_they_said_and_where_they_stand(self, recruiter):
        assert presenters.present_profile(recruiter) == {
            "id": recruiter.pk,
            "email": "recruiter@example.vn",
            "full_name": "Phạm Thu Hà",
            "user_type": "RECRUITER",
            "phone_number": recruiter.phone_number,
            "approval": "APPROVED",
            "avatar": None,
            "language": "vi",
            "created_at": recruiter.created_at,
        }

    def test_has_the_members_that_its_documents_name(self, candidate):
        shown = presenters.present_profile(candidate)

        assert set(shown) == set(presenters.ProfileSerializer().fields)
        assert set(presenters.present_registered(candidate)) == set(
            presenters.RegisteredSerializer().fields
        )
