"""What the audit trail tells of accounts, by the ways that people use."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from rest_framework.test import APIClient

from apps.core import audit
from apps.core.models import Audit
from apps.users.models import RefreshToken, Session
from apps.users.tests.factories import PASSWORD, UserFactory
from apps.users.tests.pages import act, page

pytestmark = pytest.mark.django_db

AUTH = "/api/v1/auth/"
NEW_PASSWORD = "a-long-passphrase-7"


@pytest.fixture
def visitor():
    return APIClient(REMOTE_ADDR="198.51.100.7", HTTP_X_REQUEST_ID="req-12345678")


def sign_in(client, user, password=PASSWORD):
    answer = client.post(
        f"{AUTH}login/", {"email": user.email, "password": password}, format="json"
    )
    if answer.status_code == 200:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {answer.json()['access']}")
    return answer


def trail():
    """Return the entries: kind, verb, actor, subject, details."""
    return [
        (row.kind, row.verb, row.actor_id, row.subject_id, json.loads(json.dumps(row.data)))
        for row in Audit.objects.order_by("id")
    ]


class TestSigningIn:
    def test_tells_who_from_where_and_in_which_request(self, visitor, candidate):
        assert sign_in(visitor, candidate).status_code == 200

        session = Session.objects.get()
        assert trail() == [
            ("security", "logged_in", candidate.pk, candidate.pk, {"session": str(session.pk)})
        ]
        row = Audit.objects.get()
        assert (row.ip, row.request_id, row.subject_type) == (
            "198.51.100.7",
            "req-12345678",
            "users.user",
        )

    @pytest.mark.django_db(transaction=True)
    def test_a_wrong_password_is_told_of_although_it_is_refused(self, visitor, candidate):
        assert sign_in(visitor, candidate, "wrong").status_code == 401

        assert trail() == [
            ("security", "login_failed", None, candidate.pk, {"reason": "invalid_credentials"})
        ]
        assert Audit.objects.get().ip == "198.51.100.7"

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize(
        ("kind", "reason"),
        [
            ({"pending": True}, "account_pending_approval"),
            ({"is_active": False}, "account_inactive"),
        ],
    )
    def test_so_is_an_account_that_may_not_enter(self, visitor, kind, reason):
        user = UserFactory(**kind)

        assert sign_in(visitor, user).status_code == 401

        assert trail() == [("security", "login_failed", None, user.pk, {"reason": reason})]
        assert not Session.objects.exists()

    def test_an_address_without_an_account_is_kept_as_a_hash(self, visitor):
        stranger = UserFactory.build(email="stranger@example.vn")

        sign_in(visitor, stranger)

        (entry,) = trail()
        assert entry[3:] == (
            None,
            {"reason": "invalid_credentials", "address": audit.disguise(" Stranger@Example.vn")},
        )
        assert "stranger" not in json.dumps(entry, cls=DjangoJSONEncoder)


class TestSigningOut:
    def test_is_told_of_with_the_session_that_asked(self, visitor, candidate):
        sign_in(visitor, candidate)
        session = Session.objects.get()

        assert visitor.post(f"{AUTH}logout/").status_code == 204
        assert visitor.get(f"{AUTH}sessions/").status_code == 401

        assert trail()[1:] == [
            ("security", "logged_out", candidate.pk, candidate.pk, {"sessions": [str(session.pk)]})
        ]
        assert Audit.objects.latest("id").session_id == session.pk

    def test_twice_is_told_of_once(self, visitor, candidate):
        refresh = sign_in(visitor, candidate).json()["refresh"]
        visitor.credentials()

        for _ in range(2):
            visitor.post(f"{AUTH}logout/", {"refresh": refresh}, format="json")

        assert [entry[1] for entry in trail()] == ["logged_in", "logged_out"]

    def test_from_elsewhere(self, visitor, candidate):
        sign_in(visitor, candidate)
        other = Session.objects.get()
        sign_in(visitor, candidate)

        assert visitor.delete(f"{AUTH}sessions/{other.pk}/").status_code == 204

        assert trail()[2:] == [
            ("security", "session_ended", candidate.pk, candidate.pk, {"session": str(other.pk)})
        ]

    def test_by_the_staff(self, visitor, candidate, staff, admin):
        sign_in(visitor, candidate)
        session = Session.objects.get(user=candidate)

        act(admin, "end_sessions", session, path="/admin/users/session/")

        assert trail()[-1] == (
            "security", "session_revoked", staff.pk, candidate.pk,
            {"session": str(session.pk), "way": "admin"},
        )  # fmt: skip


class TestRefreshing:
    def refresh(self, client, token):
        return client.post(f"{AUTH}refresh/", {"refresh": token}, format="json")

    def test_is_told_of_once_however_often_the_pair_is_answered(self, visitor, candidate):
        token = sign_in(visitor, candidate).json()["refresh"]
        session = {"session": str(Session.objects.get().pk)}

        first, second = self.refresh(visitor, token), self.refresh(visitor, token)

        assert first.json() == second.json()
        assert trail()[1:] == [("security", "refreshed", candidate.pk, candidate.pk, session)]

    @pytest.mark.django_db(transaction=True)
    def test_with_a_spent_token_is_told_of_although_it_is_refused(self, visitor, candidate):
        token = sign_in(visitor, candidate).json()["refresh"]
        session = {"session": str(Session.objects.get().pk)}
        self.refresh(visitor, token)
        RefreshToken.objects.exclude(used_at=None).update(
            used_at=timezone.now() - timedelta(minutes=1)
        )

        for _ in range(2):
            assert self.refresh(visitor, token).status_code == 401

        assert trail()[2:] == [("security", "refresh_reused", None, candidate.pk, session)]
        assert Session.objects.get().end_reason == "TOKEN_REUSED"


class TestPasswords:
    def test_a_change_is_told_of_without_the_password(self, visitor, candidate):
        sign_in(visitor, candidate)
        body = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}

        assert visitor.post(f"{AUTH}password/change/", body, format="json").status_code == 204

        assert trail()[1:] == [("security", "password_changed", candidate.pk, candidate.pk, {})]

    def test_a_refused_change_is_not(self, visitor, candidate):
        sign_in(visitor, candidate)
        body = {"old_password": "wrong", "new_password": NEW_PASSWORD}

        assert visitor.post(f"{AUTH}password/change/", body, format="json").status_code == 400

        assert [entry[1] for entry in trail()] == ["logged_in"]

    def test_asking_for_a_link_is_told_of_alike_for_those_who_have_no_account(
        self, visitor, candidate
    ):
        for email in (candidate.email, "stranger@example.vn"):
            visitor.post(f"{AUTH}password/reset/", {"email": email}, format="json")

        asked, ignored = trail()
        assert asked == ("security", "password_reset_requested", None, candidate.pk, {})
        assert ignored[1:4] == ("password_reset_ignored", None, None)
        assert ignored[4] == {"address": audit.disguise("stranger@example.vn")}


class TestAccounts:
    def test_registering(self, visitor):
        body = {
            "email": "somebody@example.vn",
            "password": NEW_PASSWORD,
            "full_name": "Hoàng Thị Mai",
            "user_type": "CANDIDATE",
        }

        user_id = visitor.post(f"{AUTH}register/", body, format="json").json()["id"]

        ((kind, verb, actor, subject, details),) = trail()
        assert (kind, verb, details) == ("change", "registered", {"user_type": "CANDIDATE"})
        assert str(actor) == str(subject) == user_id

    def test_a_profile_names_the_fields_that_changed_and_not_their_values(self, visitor, candidate):
        sign_in(visitor, candidate)
        body = {"full_name": "Tên Mới", "phone_number": candidate.phone_number}

        for _ in range(2):
            assert visitor.patch(f"{AUTH}me/", body, format="json").status_code == 200

        assert trail()[1:] == [
            ("change", "updated", candidate.pk, candidate.pk, {"fields": ["full_name"]})
        ]
        assert Audit.objects.latest("id").session_id == Session.objects.get().pk

    def test_rights_name_what_was_given_and_taken(self, admin, staff, candidate):
        old, new = Group.objects.create(name="cũ"), Group.objects.create(name="mới")
        candidate.groups.add(old)
        form = {
            "full_name": candidate.full_name,
            "phone_number": candidate.phone_number,
            "language": candidate.language,
            "is_staff": "on",
            "groups": [new.pk],
        }

        for _ in range(2):
            assert admin.post(page(candidate), form).status_code == 302

        changed = {
            "is_staff": True,
            "groups_given": [new.pk],
            "groups_taken": [old.pk],
            "way": "admin",
        }
        assert [entry[1] for entry in trail()] == ["logged_in", "rights_changed"]
        assert trail()[-1] == ("security", "rights_changed", staff.pk, candidate.pk, changed)

    def test_a_page_that_is_saved_unchanged_is_no_correction(self, admin, candidate):
        form = {
            "full_name": candidate.full_name,
            "phone_number": candidate.phone_number,
            "language": candidate.language,
        }

        assert admin.post(page(candidate), form).status_code == 302

        assert [entry[1] for entry in trail()] == ["logged_in"]
