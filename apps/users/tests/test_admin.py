"""The staff's list and pages of accounts, through the pages themselves."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.users.enums import Approval, SessionEnd
from apps.users.models import Session, User
from apps.users.services import sessions
from apps.users.tests.factories import PASSWORD, UserFactory
from apps.users.tests.pages import ADD, LIST, SESSION_LIST, browser_of, columns, page

pytestmark = pytest.mark.django_db


class TestSigningIn:
    def test_is_by_address_and_password_however_the_address_is_typed(self, staff):
        client = Client()

        client.post("/admin/login/", {"username": " Staff@Example.vn", "password": PASSWORD})

        assert client.get(LIST).status_code == 200

    @pytest.mark.parametrize(
        "account", [{}, {"recruiter": True}, {"staff": True, "is_active": False}]
    )
    def test_is_for_active_staff(self, account):
        client = Client()
        user = UserFactory(**account)

        client.post("/admin/login/", {"username": user.email, "password": PASSWORD})

        assert client.get(LIST).status_code == 302

    def test_ends_with_a_ban(self, admin, staff):
        assert admin.get(LIST).status_code == 200

        User.objects.update(is_active=False)

        assert admin.get(LIST).status_code == 302

    def test_lets_staff_change_their_own_password_by_the_policy(self, admin, staff, now):
        elsewhere = sessions.open_session(user=staff, ip=None, user_agent="", now=now).session
        url = "/admin/password_change/"
        weak = {"old_password": PASSWORD, "new_password1": "1234", "new_password2": "1234"}
        new = "a-quite-different-phrase"
        strong = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}

        assert admin.post(url, weak).status_code == 200
        assert User.objects.get(pk=staff.pk).check_password(PASSWORD)

        assert admin.post(url, strong).status_code == 302
        assert User.objects.get(pk=staff.pk).check_password(new)
        assert dict(Session.objects.values_list("pk", "end_reason")) == {
            elsewhere.pk: SessionEnd.PASSWORD_CHANGED,
            Session.objects.exclude(pk=elsewhere.pk).get().pk: "",
        }
        assert admin.get(LIST).status_code == 200


class TestList:
    @pytest.mark.parametrize(
        ("search", "found"),
        [
            ("binh@", {"binh@example.vn"}),
            ("Trần Thị", {"binh@example.vn"}),
            ("0987", {"cuong@example.vn"}),
            ("nobody", set()),
        ],
    )
    def test_is_searched_by_address_name_and_phone(self, admin, search, found):
        UserFactory(email="binh@example.vn", full_name="Trần Thị Bình", phone_number="0912000111")
        UserFactory(email="cuong@example.vn", full_name="Lê Cường", phone_number="0987000111")

        response = admin.get(LIST, {"q": search})

        assert {user.email for user in response.context["cl"].queryset} == found

    @pytest.mark.parametrize(
        ("filters", "found"),
        [
            ({"approval__exact": "PENDING"}, {"pending@example.vn"}),
            ({"user_type__exact": "CANDIDATE"}, {"banned@example.vn"}),
            ({"is_active__exact": "0"}, {"banned@example.vn"}),
            ({"is_staff__exact": "1"}, {"staff@example.vn"}),
        ],
    )
    def test_is_filtered(self, admin, pending_recruiter, filters, found):
        UserFactory(email="banned@example.vn", is_active=False)

        response = admin.get(LIST, filters)

        assert {user.email for user in response.context["cl"].queryset} == found

    @pytest.mark.parametrize("path", [LIST, SESSION_LIST])
    def test_costs_the_same_for_two_rows_and_for_fifty(self, path, admin, now):
        costs = []
        for rows in (2, 48):
            for user in UserFactory.create_batch(rows, recruiter=True):
                sessions.open_session(user=user, ip=None, user_agent="", now=now)
            with CaptureQueriesContext(connection) as captured:
                assert admin.get(path).status_code == 200
            costs.append(len(captured))

        assert costs[0] == costs[1]

    @pytest.mark.parametrize("path", [LIST, SESSION_LIST, ADD])
    def test_is_for_staff_with_the_right(self, path, desk, candidate):
        assert browser_of(candidate).get(path).status_code == 302
        assert desk("decide_recruiter").get(path).status_code == 403


class TestPage:
    def test_shows_no_password(self, admin, candidate):
        html = admin.get(page(candidate)).content.decode()

        assert candidate.email in html
        assert candidate.password not in html
        assert 'type="password"' not in html

    def test_corrects_an_account(self, admin, candidate):
        before = columns(candidate)

        response = admin.post(
            page(candidate),
            {"full_name": " Trần  Bình ", "phone_number": "0912 999 888", "language": "en"},
        )

        assert response.status_code == 302
        after = columns(candidate)
        changed = {name for name in after if after[name] != before[name]}
        assert changed == {"full_name", "phone_number", "language", "updated_at"}
        assert (after["full_name"], after["phone_number"]) == ("Trần Bình", "0912999888")

    def test_refuses_bad_values_and_changes_nothing(self, admin, candidate):
        before = columns(candidate)

        response = admin.post(
            page(candidate), {"full_name": "Tên", "phone_number": "x", "language": "vi"}
        )

        assert response.status_code == 200
        assert list(response.context["adminform"].form.errors) == ["phone_number"]
        assert columns(candidate) == before

    def test_lets_a_superuser_give_rights(self, admin, candidate):
        group = Group.objects.create(name="support")
        values = {"full_name": "Bình", "phone_number": "", "language": "vi"}

        admin.post(page(candidate), values | {"is_staff": "on", "groups": [group.pk]})
        assert columns(candidate)["is_staff"] is True
        assert list(candidate.groups.all()) == [group]

        admin.post(page(candidate), values)
        assert columns(candidate)["is_staff"] is False
        assert list(candidate.groups.all()) == []

    def test_lets_nobody_leave_the_staff_by_themselves(self, admin, staff):
        admin.post(page(staff), {"full_name": "Tên Mới", "phone_number": "", "language": "vi"})

        after = columns(staff)
        assert (after["full_name"], after["is_staff"], after["is_superuser"]) == (
            "Tên Mới",
            True,
            True,
        )

    def test_lets_other_staff_give_no_rights(self, desk, candidate):
        group = Group.objects.create(name="support")
        values = {"full_name": "Bình", "phone_number": "", "language": "vi"}

        response = desk("view_user", "change_user").post(
            page(candidate),
            values | {"is_staff": "on", "is_superuser": "on", "groups": [group.pk]},
        )

        after = columns(candidate)
        assert response.status_code == 302
        assert (after["full_name"], after["is_staff"], after["is_superuser"]) == (
            "Bình",
            False,
            False,
        )
        assert not candidate.groups.exists()

    def test_lets_other_staff_change_no_superuser(self, desk, staff):
        before = columns(staff)

        response = desk("view_user", "change_user").post(
            page(staff), {"full_name": "Tên Sai", "phone_number": "", "language": "vi"}
        )

        assert response.status_code == 403
        assert columns(staff) == before

    def test_keeps_a_history_of_who_corrected_what(self, admin, staff, candidate):
        admin.post(page(candidate), {"full_name": "Tên", "phone_number": "", "language": "vi"})

        page_of_history = admin.get(f"{LIST}{candidate.pk}/history/", follow=True)
        (entry,) = page_of_history.context["cl"].result_list
        assert (entry.verb, entry.actor_id) == ("corrected", staff.pk)
        assert entry.data == {"fields": ["full_name", "phone_number"], "way": "admin"}
        assert staff.email in page_of_history.content.decode()

    def test_deletes_nobody(self, admin, candidate):
        assert admin.post(f"{LIST}{candidate.pk}/delete/", {"post": "yes"}).status_code == 403
        assert User.objects.filter(pk=candidate.pk).exists()


class TestAdding:
    VALUES = {
        "email": "New@Example.vn",
        "full_name": "Người  Mới",
        "user_type": "RECRUITER",
        "phone_number": "0912 345 678",
        "language": "en",
        "password": "mot-mat-khau-dai",
    }

    def test_makes_an_account_with_a_hashed_password(self, desk):
        client = desk("view_user", "add_user", "change_user")

        response = client.post(ADD, self.VALUES)

        user = User.objects.get(email="new@example.vn")
        assert response.status_code == 302
        assert (user.full_name, user.phone_number, user.language) == (
            "Người Mới",
            "0912345678",
            "en",
        )
        assert user.approval == Approval.APPROVED
        assert user.password != self.VALUES["password"]
        assert user.check_password(self.VALUES["password"])
        assert str(user.pk) in client.get("/admin/").content.decode()

    @pytest.mark.parametrize(
        ("changed", "at"),
        [
            ({"email": "STAFF@example.vn"}, "email"),
            ({"email": "x"}, "email"),
            ({"password": "1234567"}, "password"),
            ({"password": "nguoi moi"}, "password"),
            ({"password": ""}, "password"),
            ({"user_type": "ADMIN"}, "user_type"),
            ({"phone_number": "x"}, "phone_number"),
            ({"full_name": ""}, "full_name"),
        ],
    )
    def test_refuses_at_the_field(self, admin, changed, at):
        response = admin.post(ADD, self.VALUES | changed)

        assert response.status_code == 200
        assert list(response.context["adminform"].form.errors) == [at]
        assert User.objects.count() == 1

    def test_offers_no_administrators(self, admin):
        html = admin.get(ADD).content.decode()

        assert re.findall(r'<option value="([A-Z]+)"', html) == ["CANDIDATE", "RECRUITER"]


class TestFinding:
    @pytest.mark.parametrize(
        "asked",
        [
            "nguyen DAN",
            "Đan",
            "nguyễn đan",
            "dan.nguyen@",
            "dan nguyen@EXAMPLE",
            "0912 345 678",
            "+84912345678",
            "345.678",
            "{id}",
        ],
    )
    def test_a_person_by_what_staff_know(self, admin, asked):
        wanted = UserFactory(
            full_name="Nguyễn Thị Đan", email="dan.nguyen@example.vn", phone_number="+84912345678"
        )
        UserFactory(full_name="Nguyễn Thị Tằng", email="tang@example.vn", phone_number="0999888777")

        found = admin.get(LIST, {"q": asked.format(id=wanted.pk)}).context["cl"].result_list

        assert list(found) == [wanted]

    @pytest.mark.parametrize("asked", ["nguyen dung", "d.n", "[a-z]", "(", "%"])
    def test_nobody_by_what_is_no_part_of_them(self, admin, asked):
        UserFactory(full_name="Nguyễn Thị Đan", email="dan@example.vn")

        assert list(admin.get(LIST, {"q": asked}).context["cl"].result_list) == []
