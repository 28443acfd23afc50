"""An open socket brings nothing of what its person may no longer see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.companies.enums import MemberRole
from apps.companies.selectors import members_of
from apps.companies.services.members import change_role, remove_member
from apps.companies.tests.factories import MembershipFactory
from apps.notifications.enums import NotificationKind
from apps.notifications.tests.factories import told
from apps.notifications.tests.sockets.calls import answers, in_database, is_silent, push_all, tell
from apps.users.errors import InvalidToken
from apps.users.services import passwords, sessions
from apps.users.tests.factories import PASSWORD, SessionFactory

pytestmark = pytest.mark.django_db(transaction=True)

HUNG_UP = {"type": "websocket.close", "code": 4401}


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

        assert await socket.receive_output(5) == HUNG_UP


class TestASessionThatIsOver:
    """A socket is of the session that asked for its ticket, and not of its person only."""

    @pytest.fixture(params=["cookie", "tokens"])
    def session(self, request, candidate, now):
        if request.param == "cookie":
            return sessions.open_browser_session(user=candidate, ip=None, user_agent="", now=now)
        return sessions.open_session(user=candidate, ip=None, user_agent="", now=now).session

    @pytest.fixture
    def elsewhere(self, candidate):
        return SessionFactory(user=candidate)

    async def test_is_hung_up_on_by_a_frame_of_its_own(self, candidate, session, opened, now):
        socket = await opened(candidate, session=session)
        await in_database(sessions.log_out)(session_id=session.pk, refresh=None, now=now)

        await socket.send({"type": "resume", "after_id": None})

        assert await socket.receive_output(5) == HUNG_UP

    async def test_is_not_told_what_its_person_is_told_elsewhere(
        self, candidate, session, elsewhere, opened, now
    ):
        over, stays = (
            await opened(candidate, session=session),
            await opened(candidate, session=elsewhere),
        )
        await in_database(sessions.end_session)(actor=candidate, session_id=session.pk, now=now)
        (notification_id,) = await tell(candidate)

        await push_all()

        assert await over.receive_output(5) == HUNG_UP
        assert (await stays.receive())["id"] == notification_id

    async def test_ends_with_the_password_except_where_it_was_changed(
        self, candidate, session, elsewhere, opened, now
    ):
        here, other = (
            await opened(candidate, session=session),
            await opened(candidate, session=elsewhere),
        )
        await in_database(passwords.change)(
            actor=candidate,
            session_id=session.pk,
            old_password=PASSWORD,
            new_password="another-horse-battery",
            now=now,
        )
        (notification_id,) = await tell(candidate)

        await push_all()

        assert await other.receive_output(5) == HUNG_UP
        assert (await here.receive())["id"] == notification_id

    async def test_ends_when_a_refresh_token_is_used_again(self, candidate, opened, now):
        signed_in = await in_database(sessions.open_session)(
            user=candidate, ip=None, user_agent="", now=now
        )
        socket = await opened(candidate, session=signed_in.session)
        await in_database(sessions.refresh)(token=signed_in.refresh, now=now)
        with pytest.raises(InvalidToken):
            await in_database(sessions.refresh)(
                token=signed_in.refresh, now=now + timedelta(seconds=11)
            )
        await tell(candidate)

        await push_all()

        assert await socket.receive_output(5) == HUNG_UP

    async def test_is_over_when_its_time_is_up(self, candidate, session, opened, now):
        socket = await opened(candidate, session=session)
        await in_database(expire)(session, now)

        await socket.send({"type": "resume", "after_id": None})

        assert await socket.receive_output(5) == HUNG_UP

    async def test_opens_no_socket(self, candidate, session, dial, now):
        socket = await dial(candidate, session=session)
        await in_database(sessions.log_out)(session_id=session.pk, refresh=None, now=now)

        assert not await socket.connect()


def expire(session, now):
    """Let a session's cookie, or its last refresh token, have run out."""
    session.refresh_tokens.update(issued_at=now - timedelta(days=1), expires_at=now)
    session.expires_at = session.expires_at and now
    session.save()
