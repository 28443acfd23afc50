"""An open socket brings nothing of what its person may no longer see."""

from __future__ import annotations

import pytest
from django.utils import timezone

from apps.companies.enums import MemberRole
from apps.companies.selectors import members_of
from apps.companies.services.members import change_role, remove_member
from apps.companies.tests.factories import MembershipFactory
from apps.notifications.enums import NotificationKind
from apps.notifications.tests.factories import told
from apps.notifications.tests.sockets.calls import answers, in_database, is_silent, push_all, tell

pytestmark = pytest.mark.django_db(transaction=True)


class TestLosingAccess:
    @pytest.fixture
    def team(self, application, company):
        """A member who recruits, told of an application, and the application."""
        return MembershipFactory(company=company, role=MemberRole.RECRUITER).user, application

    @in_database
    def submitted(self, person, application) -> str:
        params = {"job": "Kế toán", "company": "Đại Việt", "candidate": "Trần Thị Bình"}
        kind = NotificationKind.APPLICATION_SUBMITTED
        return str(told(person, kind=kind, target_id=application.pk, params=params).pk)

    @in_database
    def end_membership(self, person, recruiter, company):
        membership = members_of(viewer=recruiter, company_id=company.pk).get(user=person)
        remove_member(
            actor=recruiter,
            company_id=company.pk,
            membership_id=membership.pk,
            now=timezone.now(),
        )

    @in_database
    def make_finance(self, person, recruiter, company):
        membership = members_of(viewer=recruiter, company_id=company.pk).get(user=person)
        change_role(
            actor=recruiter,
            company_id=company.pk,
            membership_id=membership.pk,
            role=MemberRole.FINANCE,
        )

    async def test_a_member_who_recruits_is_told(self, team, opened):
        person, application = team
        socket = await opened(person)

        notification_id = await self.submitted(person, application)
        await push_all(notification_id)

        assert (await socket.receive())["id"] == notification_id

    async def test_a_former_member_is_not_told_what_was_on_its_way(
        self, team, opened, recruiter, company
    ):
        person, application = team
        socket = await opened(person)
        notification_id = await self.submitted(person, application)

        await self.end_membership(person, recruiter, company)
        await push_all(notification_id)

        assert await is_silent(socket)
        assert (await answers(socket, {"type": "resume", "after_id": None}))[0] == []

    async def test_a_former_member_goes_on_from_a_place_that_is_hidden(
        self, team, opened, recruiter, company
    ):
        person, application = team
        hidden = await self.submitted(person, application)
        await self.end_membership(person, recruiter, company)
        (own,) = await tell(person, kind=NotificationKind.RECRUITER_APPROVED)
        socket = await opened(person)

        assert await answers(socket, {"type": "resume", "after_id": hidden}) == (
            [own],
            {"type": "resumed", "last_id": own, "has_more": False},
        )

    async def test_a_member_with_a_smaller_role_is_not_told(self, team, opened, recruiter, company):
        person, application = team
        socket = await opened(person)
        notification_id = await self.submitted(person, application)

        await self.make_finance(person, recruiter, company)
        await push_all(notification_id)

        assert await is_silent(socket)

    async def test_an_account_that_was_switched_off_is_hung_up_on(self, candidate, opened):
        socket = await opened(candidate)
        await tell(candidate)
        candidate.is_active = False
        await in_database(candidate.save)()

        await push_all()

        assert await socket.receive_output(5) == {
            "type": "websocket.close",
            "code": 4401,
        }
