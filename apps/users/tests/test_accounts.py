"""Opening, describing and closing accounts: the services, on real rows."""

from __future__ import annotations

import unicodedata

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, connection, transaction

from apps.core.errors import InvalidInput
from apps.core.ids import uuid7
from apps.core.models import Work
from apps.users.enums import Approval, Language, SessionEnd, UserType
from apps.users.errors import (
    AccountAlreadyActive,
    AccountAlreadyInactive,
    AccountNotFound,
    InvalidToken,
    OwnAccount,
    RoleNotAllowed,
)
from apps.users.models import Session, User
from apps.users.services import accounts, sessions
from apps.users.tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def register(now, **changed):
    values = {
        "email": "An.Nguyen@Example.vn",
        "password": "mot-mat-khau-dai",
        "full_name": "Nguyễn Văn An",
        "user_type": UserType.CANDIDATE,
        "phone_number": "0912 345 678",
        "language": Language.ENGLISH,
    }
    return accounts.register(**values | changed, now=now)


def refusals(refused):
    return {(error.pointer, error.code) for error in refused.value.errors}


def columns(user):
    return User.objects.filter(pk=user.pk).values().get()


def staff_with(*rights):
    """Return a member of the staff whose group has these rights and no others."""
    group = Group.objects.create(name="desk")
    group.permissions.set(Permission.objects.filter(codename__in=rights))
    member = UserFactory(user_type=UserType.ADMIN, is_staff=True)
    member.groups.add(group)
    return User.objects.get(pk=member.pk)


class TestRegister:
    def test_opens_a_candidates_account(self, now):
        user = register(now)

        stored = User.objects.get()
        assert stored == user
        assert stored.email == "an.nguyen@example.vn"
        assert stored.full_name == "Nguyễn Văn An"
        assert stored.phone_number == "0912345678"
        assert (stored.user_type, stored.approval) == (UserType.CANDIDATE, Approval.NOT_REQUIRED)
        assert stored.language == Language.ENGLISH
        assert (stored.is_active, stored.is_staff, stored.is_superuser) == (True, False, False)
        assert stored.check_password("mot-mat-khau-dai")
        assert stored.is_candidate

    def test_lets_a_recruiter_wait(self, now):
        user = register(now, user_type=UserType.RECRUITER)

        assert user.approval == Approval.PENDING
        assert user.approval_decided_at is None
        assert (user.is_recruiter, user.is_candidate) == (False, False)

    def test_tells_the_other_apps_once(self, now):
        user = register(now, user_type=UserType.RECRUITER)

        told = {
            tuple(sorted(work.args["fields"].items()))
            for work in Work.objects.filter(args__event="users.user_registered")
        }
        assert told == {
            (
                ("occurred_at", now.isoformat()),
                ("user_id", str(user.pk)),
                ("user_type", "RECRUITER"),
            )
        }

    def test_refuses_administrators(self, now):
        with pytest.raises(InvalidInput) as refused:
            register(now, user_type=UserType.ADMIN)

        assert refusals(refused) == {("user_type", "not_allowed")}
        assert not User.objects.exists()

    @pytest.mark.parametrize(
        "email",
        ["an.nguyen@example.vn", "AN.NGUYEN@EXAMPLE.VN", "  An.Nguyen@example.vn "],
    )
    def test_refuses_an_address_that_is_taken_however_it_is_typed(self, email, now):
        register(now)

        with pytest.raises(InvalidInput) as refused:
            register(now, email=email)

        assert refusals(refused) == {("email", "taken")}
        assert User.objects.count() == 1

    def test_takes_decomposed_and_composed_addresses_for_the_same(self, now):
        register(now, email="an@đại-việt.vn")

        with pytest.raises(InvalidInput):
            register(now, email=unicodedata.normalize("NFD", "an@đại-việt.vn"))

    @pytest.mark.parametrize(
        ("changed", "refused_for"),
        [
            ({"email": "an.example.vn"}, {("email", "invalid")}),
            ({"email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 20}.vn"}, {("email", "invalid")}),
            ({"full_name": " \t "}, {("full_name", "invalid")}),
            ({"full_name": "x" * 256}, {("full_name", "invalid")}),
            ({"phone_number": "call me"}, {("phone_number", "invalid")}),
            ({"language": "fr"}, {("language", "invalid")}),
            (
                {"email": "", "full_name": "", "phone_number": "1"},
                {("email", "invalid"), ("full_name", "invalid"), ("phone_number", "invalid")},
            ),
            ({"password": "nguyen van an"}, {("password", "password_too_similar")}),
        ],
    )  # fmt: skip
    def test_names_every_value_that_is_not_accepted(self, changed, refused_for, now):
        with pytest.raises(InvalidInput) as refused:
            register(now, **changed)

        assert refusals(refused) == refused_for
        assert not User.objects.exists()
        assert not Work.objects.exists()


class TestCreateAccount:
    def values(self, **changed):
        return {
            "email": "New@Example.vn",
            "password": "mot-mat-khau-dai",
            "full_name": "Người Mới",
            "user_type": UserType.CANDIDATE,
        } | changed

    def test_lets_the_shell_make_administrators(self, now):
        user = accounts.create_account(actor=None, **self.values(user_type=UserType.ADMIN), now=now)

        assert (user.user_type, user.is_staff, user.is_superuser) == (UserType.ADMIN, True, True)
        assert user.approval == Approval.NOT_REQUIRED

    def test_approves_the_recruiters_that_it_makes(self, staff, now):
        user = accounts.create_account(
            actor=staff, **self.values(user_type=UserType.RECRUITER), now=now
        )

        assert (user.approval, user.approval_decided_at) == (Approval.APPROVED, now)
        assert user.is_recruiter

    def test_lets_staff_with_the_right_make_accounts(self, now):
        user = accounts.create_account(actor=staff_with("add_user"), **self.values(), now=now)

        assert (user.email, user.is_staff) == ("new@example.vn", False)
        assert User.objects.get(pk=user.pk).check_password("mot-mat-khau-dai")

    @pytest.mark.parametrize("right", ["change_user", "decide_recruiter"])
    def test_refuses_staff_with_another_right(self, right, now):
        actor = staff_with(right)

        with pytest.raises(RoleNotAllowed):
            accounts.create_account(actor=actor, **self.values(), now=now)
        assert User.objects.get() == actor

    def test_refuses_people_who_hold_the_right_without_being_staff(self, now):
        actor = staff_with("add_user")
        actor.is_staff = False

        with pytest.raises(RoleNotAllowed):
            accounts.create_account(actor=actor, **self.values(), now=now)

    def test_refuses_administrators_to_everybody_but_the_shell(self, staff, now):
        with pytest.raises(RoleNotAllowed):
            accounts.create_account(actor=staff, **self.values(user_type=UserType.ADMIN), now=now)
        assert User.objects.get() == staff


class TestUpdateProfile:
    def test_changes_what_is_given(self, candidate, now):
        before = columns(candidate)

        user = accounts.update_profile(
            actor=candidate, full_name=" Trần  Thị Bình An ", language="en", now=now
        )

        changed = {"full_name": "Trần Thị Bình An", "language": "en", "updated_at": now}
        assert columns(candidate) == before | changed
        assert (user.full_name, user.language) == ("Trần Thị Bình An", "en")

    def test_takes_a_phone_number_away(self, candidate, now):
        accounts.update_profile(actor=candidate, phone_number="", now=now)

        assert columns(candidate)["phone_number"] == ""

    def test_overwrites_nothing_that_was_written_meanwhile(self, candidate, now):
        read_before = User.objects.get(pk=candidate.pk)
        User.objects.update(password="set-by-somebody-else")

        accounts.update_profile(actor=read_before, full_name="Tên Mới", now=now)

        assert columns(candidate)["password"] == "set-by-somebody-else"

    def test_refused_changes_nothing(self, candidate, now):
        before = columns(candidate)

        with pytest.raises(InvalidInput) as refused:
            accounts.update_profile(actor=candidate, full_name="Tên Mới", phone_number="x", now=now)

        assert refusals(refused) == {("phone_number", "invalid")}
        assert columns(candidate) == before


class TestCorrectAccount:
    def test_changes_somebody_elses(self, candidate, now):
        accounts.correct_account(
            actor=staff_with("change_user"), user_id=candidate.pk, full_name="Tên Đúng", now=now
        )

        assert columns(candidate)["full_name"] == "Tên Đúng"

    def test_refuses_those_without_the_right(self, candidate, other_candidate, now):
        before = columns(candidate)

        for actor in (other_candidate, staff_with("view_user")):
            with pytest.raises(RoleNotAllowed):
                accounts.correct_account(
                    actor=actor, user_id=candidate.pk, full_name="Tên Sai", now=now
                )
        assert columns(candidate) == before

    def test_refuses_staff_a_superusers_account(self, staff, now):
        before = columns(staff)

        with pytest.raises(RoleNotAllowed):
            accounts.correct_account(
                actor=staff_with("change_user"), user_id=staff.pk, full_name="Tên Sai", now=now
            )
        assert columns(staff) == before

    def test_does_not_find_what_is_not_there(self, staff, now):
        with pytest.raises(AccountNotFound):
            accounts.correct_account(actor=staff, user_id=uuid7(), full_name="x", now=now)


class TestSetStaffRights:
    def test_gives_and_takes_rights(self, candidate, staff, now):
        group = Group.objects.create(name="support")

        accounts.set_staff_rights(
            actor=staff, user_id=candidate.pk, is_staff=True, group_ids=[group.pk], now=now
        )
        assert columns(candidate)["is_staff"] is True
        assert list(candidate.groups.all()) == [group]

        accounts.set_staff_rights(
            actor=staff, user_id=candidate.pk, is_staff=False, group_ids=[], now=now
        )
        assert columns(candidate)["is_staff"] is False
        assert list(candidate.groups.all()) == []

    def test_is_for_superusers(self, now):
        actor = staff_with("change_user", "add_user")

        with pytest.raises(RoleNotAllowed):
            accounts.set_staff_rights(
                actor=actor, user_id=actor.pk, is_staff=True, group_ids=[], now=now
            )
        assert actor.groups.count() == 1

    def test_refuses_to_leave_the_staff(self, staff, now):
        with pytest.raises(OwnAccount):
            accounts.set_staff_rights(
                actor=staff, user_id=staff.pk, is_staff=False, group_ids=[], now=now
            )
        assert columns(staff)["is_staff"] is True


class TestDeactivate:
    def test_shuts_an_account_out_at_once(self, candidate, now):
        opened = sessions.open_session(user=candidate, ip=None, user_agent="", now=now)

        user = accounts.deactivate(
            actor=staff_with("deactivate_user"), user_id=candidate.pk, now=now
        )

        assert not user.is_active
        assert columns(candidate)["is_active"] is False
        session = Session.objects.get()
        assert (session.ended_at, session.end_reason) == (now, SessionEnd.DEACTIVATED)

        accounts.reactivate(actor=UserFactory(staff=True), user_id=candidate.pk, now=now)
        with pytest.raises(InvalidToken):
            sessions.authenticate(access=opened.access, now=now)

    def test_refuses_what_was_done_before(self, candidate, staff, now):
        with pytest.raises(AccountAlreadyActive):
            accounts.reactivate(actor=staff, user_id=candidate.pk, now=now)
        accounts.deactivate(actor=staff, user_id=candidate.pk, now=now)
        with pytest.raises(AccountAlreadyInactive):
            accounts.deactivate(actor=staff, user_id=candidate.pk, now=now)

    def test_refuses_ones_own_account(self, staff, now):
        with pytest.raises(OwnAccount):
            accounts.deactivate(actor=staff, user_id=staff.pk, now=now)
        assert columns(staff)["is_active"] is True

    def test_refuses_those_without_the_right(self, candidate, now):
        for actor in (UserFactory(), staff_with("change_user")):
            with pytest.raises(RoleNotAllowed):
                accounts.deactivate(actor=actor, user_id=candidate.pk, now=now)
            with pytest.raises(RoleNotAllowed):
                accounts.reactivate(actor=actor, user_id=candidate.pk, now=now)
        assert columns(candidate)["is_active"] is True

    def test_refuses_staff_a_superusers_account(self, staff, now):
        with pytest.raises(RoleNotAllowed):
            accounts.deactivate(actor=staff_with("deactivate_user"), user_id=staff.pk, now=now)
        assert columns(staff)["is_active"] is True


class TestReactivate:
    def test_lets_the_owner_sign_in_again(self, staff, now):
        banned = UserFactory(is_active=False)

        assert accounts.reactivate(actor=staff, user_id=banned.pk, now=now).is_active

        sessions.log_in(email=banned.email, password=PASSWORD, ip=None, user_agent="", now=now)


class TestTheTable:
    """The database refuses what no service writes."""

    @pytest.mark.parametrize(
        ("values", "constraint"),
        [
            ({"email": "An@example.vn"}, "users_user_email_lower_case"),
            ({"email": ""}, "users_user_email_lower_case"),
            ({"user_type": "ROOT"}, "users_user_type_known"),
            ({"language": "fr"}, "users_user_language_known"),
            ({"approval": "PENDING"}, "users_user_approval_fits_type"),
            ({"user_type": "RECRUITER"}, "users_user_approval_fits_type"),
            ({"user_type": "RECRUITER", "approval": "APPROVED"}, "users_user_approval_decided"),
        ],
    )
    def test_refuses(self, values, constraint):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            UserFactory(**values)

    def test_has_no_second_record_of_sign_ins(self):
        with connection.cursor() as cursor:
            names = {
                column.name
                for column in connection.introspection.get_table_description(cursor, "users_user")
            }

        assert "last_login" not in names
