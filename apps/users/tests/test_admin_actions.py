"""What the staff do to accounts and sessions, through the pages themselves."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from apps.core.models import Work
from apps.users.enums import Approval, SessionEnd
from apps.users.models import Session
from apps.users.services import sessions
from apps.users.tests.pages import LIST, SESSION_LIST, act, columns, messages

pytestmark = pytest.mark.django_db


class TestDeciding:
    def test_asks_before_it_approves(self, admin, pending_recruiter):
        response = act(admin, "approve_recruiters", pending_recruiter, confirmed=False)

        html = response.content.decode()
        assert response.status_code == 200
        assert pending_recruiter.email in html
        assert "Approve these recruiters?" in html
        assert columns(pending_recruiter)["approval"] == Approval.PENDING

        form = dict(re.findall(r'name="(action|confirmed|_selected_action)" value="([^"]+)"', html))
        admin.post(LIST, form)
        assert columns(pending_recruiter)["approval"] == Approval.APPROVED

    def test_approves_those_it_can_and_says_why_not_the_others(
        self, admin, pending_recruiter, recruiter, candidate
    ):
        response = act(admin, "approve_recruiters", pending_recruiter, recruiter, candidate)

        assert sorted(messages(response)) == [
            ("error", f"{candidate.email}: This step is not possible from the present state"),
            ("error", f"{recruiter.email}: This step is not possible from the present state"),
            ("success", "Recruiters approved: 1"),
        ]
        assert columns(pending_recruiter)["approval"] == Approval.APPROVED
        assert columns(candidate)["approval"] == Approval.NOT_REQUIRED
        assert Work.objects.filter(args__event="users.recruiter_approved").count() == 1

    def test_rejects(self, admin, pending_recruiter, recruiter, api):
        client = api(as_=recruiter)

        response = act(
            admin, "reject_recruiters", pending_recruiter, recruiter, reason="Không có mã số thuế."
        )

        assert messages(response) == [("success", "Recruiters rejected: 2")]
        assert columns(recruiter)["approval"] == Approval.REJECTED
        facts = Work.objects.filter(args__event="users.recruiter_rejected")
        assert {row.args["fields"]["reason"] for row in facts} == {"Không có mã số thuế."}
        assert client.get("/api/v1/auth/sessions/").json()["code"] == "account_rejected"

    def test_rejects_nobody_without_a_reason(self, admin, pending_recruiter):
        response = act(admin, "reject_recruiters", pending_recruiter, reason="  ")

        assert response.context["form"].errors == {"reason": ["This field is required."]}
        assert columns(pending_recruiter)["approval"] == Approval.PENDING

    def test_is_in_the_readers_language(self, staff, pending_recruiter):
        client = Client(HTTP_ACCEPT_LANGUAGE="vi")
        client.force_login(staff)

        html = act(client, "reject_recruiters", pending_recruiter, confirmed=False).content.decode()

        assert "Từ chối những nhà tuyển dụng này?" in html
        assert "Có, thực hiện" in html

    def test_is_for_staff_with_the_right(self, desk, pending_recruiter):
        client = desk("view_user", "change_user", "deactivate_user")

        assert "approve_recruiters" not in client.get(LIST).content.decode()
        act(client, "approve_recruiters", pending_recruiter)
        assert columns(pending_recruiter)["approval"] == Approval.PENDING

    def test_needs_no_other_right(self, desk, pending_recruiter):
        act(desk("view_user", "decide_recruiter"), "approve_recruiters", pending_recruiter)

        assert columns(pending_recruiter)["approval"] == Approval.APPROVED


class TestShuttingOut:
    def test_asks_then_deactivates_and_reactivates(self, admin, staff, candidate, api):
        client = api(as_=candidate)

        act(admin, "deactivate_accounts", candidate, confirmed=False)
        assert columns(candidate)["is_active"] is True

        response = act(admin, "deactivate_accounts", candidate, staff)
        assert sorted(messages(response)) == [
            ("error", f"{staff.email}: You cannot do this to your own account"),
            ("success", "Accounts deactivated: 1"),
        ]
        assert client.get("/api/v1/auth/sessions/").json()["code"] == "account_inactive"
        assert columns(staff)["is_active"] is True

        response = act(admin, "reactivate_accounts", candidate)
        assert messages(response) == [("success", "Accounts reactivated: 1")]
        assert columns(candidate)["is_active"] is True

    def test_is_for_staff_with_the_right_and_not_above_them(self, desk, staff, candidate):
        client = desk("view_user", "deactivate_user")

        response = act(client, "deactivate_accounts", staff, candidate)

        assert sorted(messages(response)) == [
            ("error", f"{staff.email}: Your account may not do this"),
            ("success", "Accounts deactivated: 1"),
        ]
        assert columns(staff)["is_active"] is True


class TestSessions:
    def test_are_ended(self, admin, candidate, other_candidate, now):
        theirs = sessions.open_session(user=candidate, ip=None, user_agent="", now=now).session
        other = sessions.open_session(user=other_candidate, ip=None, user_agent="", now=now).session

        response = act(admin, "end_sessions", theirs, path=SESSION_LIST)

        assert messages(response) == [("success", "Sessions ended: 1")]
        assert dict(Session.objects.filter(expires_at=None).values_list("pk", "end_reason")) == {
            theirs.pk: SessionEnd.ENDED_BY_STAFF,
            other.pk: "",
        }

    def test_are_found_by_person_and_filtered(self, admin, candidate, other_candidate, now):
        theirs = sessions.open_session(user=other_candidate, ip=None, user_agent="", now=now)
        over = sessions.open_session(user=other_candidate, ip=None, user_agent="", now=now)
        sessions.open_session(user=candidate, ip=None, user_agent="", now=now)
        sessions.end_session(actor=other_candidate, session_id=over.session.pk, now=now)

        for is_empty, found in (("1", theirs), ("0", over)):
            query = {"q": "other.candidate", "ended_at__isempty": is_empty}
            assert list(admin.get(SESSION_LIST, query).context["cl"].queryset) == [found.session]

    def test_are_read_only(self, admin, candidate, now):
        theirs = sessions.open_session(user=candidate, ip=None, user_agent="", now=now).session
        path = f"{SESSION_LIST}{theirs.pk}/change/"

        assert admin.get(path).status_code == 200
        assert admin.post(path, {"user_agent": "forged"}).status_code == 403
        assert admin.get(f"{SESSION_LIST}add/").status_code == 403
        assert Session.objects.get(pk=theirs.pk).user_agent == ""

    def test_are_ended_by_staff_with_the_right(self, desk, candidate, now):
        theirs = sessions.open_session(user=candidate, ip=None, user_agent="", now=now).session

        act(desk("view_session"), "end_sessions", theirs, path=SESSION_LIST)

        assert Session.objects.get(pk=theirs.pk).ended_at is None
