"""The small world that routes are tried in, and how it is filled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from rest_framework.test import APIClient

from apps.applications.services import exporting
from apps.applications.tests.factories import ApplicationFactory
from apps.companies.enums import MemberRole
from apps.companies.tests.factories import MembershipFactory
from apps.jobs.enums import JobState
from apps.jobs.tests.factories import JobFactory
from apps.notifications import selectors as notifications
from apps.notifications.enums import NotificationKind, TargetType
from apps.notifications.services.telling import Fact, tell
from apps.payments.tests.factories import begin_payment, grant
from apps.users.enums import Approval
from apps.users.services import sessions
from apps.users.tests.factories import PASSWORD, UserFactory, give_totp
from onetop_backend.tests.house.lines import PERSONAS

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"


@dataclass(frozen=True)
class World:
    """Two companies and their people; everything below belongs to the first company or the candidate.

    Each persona signed in once. The pending recruiter did while approved, so that a token that is good by
    itself meets an account that may not enter.
    """

    now: datetime
    people: Mapping[str, Any]
    clients: Mapping[str, Any]
    browsers: Mapping[str, Any]
    """The same people with cookies instead of tokens."""
    sessions: Mapping[str, sessions.SignedIn]
    company: Any
    other_company: Any
    colleague: Any
    """The membership of a recruiter of the company, who is none of the personas."""
    newcomer: Any
    """An approved recruiter without a company."""
    guarded: Any
    """A candidate whose account asks for a code, and whose address is not verified yet."""
    draft: Any
    live: Any
    applied_to: Any
    application: Any
    notification: Any
    payment: Any
    """The company's, which waits for the gateway."""
    waiting: Any
    """The recruiter's export that no worker has begun."""
    finished: Any
    """An export of the recruiter's that has a result."""
    reset_token: str
    verification_key: str

    def client_for(self, path: str, persona: str) -> Any:
        """Return who asks for a path: somebody with a token, or a browser, which keeps what it is given to itself."""
        if not path.startswith("/api/v1/identity/browser/"):
            return self.clients[persona]
        browser = APIClient(HTTP_ACCEPT_LANGUAGE="en")
        browser.cookies = self.browsers[persona].cookies.copy()
        return browser


def build(
    *,
    api: Callable[..., Any],
    now: datetime,
    people: Mapping[str, Any],
    company: Any,
    other_company: Any,
) -> World:
    """Fill the world around the personas and their companies."""
    for person in people.values():
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    pending = people["pending_recruiter"]
    pending.approval, pending.approval_decided_at = Approval.APPROVED, now
    pending.save()
    signed_in = {
        name: sessions.log_in(
            email=person.email, password=PASSWORD, ip="203.0.113.7", user_agent=FIREFOX, now=now
        )
        for name, person in people.items()
    }
    clients = {name: api() for name in PERSONAS}
    for name, session in signed_in.items():
        clients[name].credentials(HTTP_AUTHORIZATION=f"Bearer {session.access}")
    browsers = {name: api() for name in PERSONAS}
    for name, person in people.items():
        browsers[name].force_login(person)
    pending.approval, pending.approval_decided_at = Approval.PENDING, None
    pending.save()
    grant(company, 3)
    guarded = UserFactory(email="guarded@example.vn", full_name="Lý Thị Hồng")
    give_totp(guarded)
    unverified = EmailAddress.objects.create(user=guarded, email=guarded.email, primary=True)
    applied_to = JobFactory(
        company=company, posted_by=people["recruiter"], title="Chuyên viên tuyển dụng"
    )
    posting = {"company": company, "posted_by": people["recruiter"], "place": applied_to.place}
    application = ApplicationFactory(job=applied_to, candidate=people["candidate"])
    live = JobFactory(**posting, title="Kế toán tổng hợp")
    finished = export(people["recruiter"], applied_to)
    exporting.run_export(operation_id=finished.id, language="en")
    return World(
        now=now,
        people=people,
        clients=clients,
        browsers=browsers,
        sessions=signed_in,
        company=company,
        other_company=other_company,
        colleague=MembershipFactory(
            company=company,
            role=MemberRole.INTERVIEWER,
            user__full_name="Bùi Anh Tuấn",
            user__email="colleague@example.vn",
        ),
        newcomer=UserFactory(
            recruiter=True, email="newcomer@example.vn", full_name="Đặng Thuỳ Dương"
        ),
        guarded=guarded,
        draft=JobFactory(**posting, state=JobState.DRAFT, title="Kỹ sư phần mềm Python"),
        live=live,
        applied_to=applied_to,
        application=application,
        notification=notify(people["candidate"], application=application, now=now),
        payment=begin_payment(people["recruiter"]),
        waiting=export(people["recruiter"], live),
        finished=finished,
        reset_token=default_token_generator.make_token(people["candidate"]),
        verification_key=EmailConfirmationHMAC.create(unverified).key,
    )


def export(person: Any, job: Any) -> Any:
    """Start an export of the applications to a posting."""
    return exporting.request_export(actor=person, job_id=job.id, language="en")


def notify(person: Any, *, application: Any, now: datetime, key: str = "seen") -> Any:
    """Tell a person that an application was seen, and return the notification."""
    fact = Fact(
        kind=NotificationKind.APPLICATION_SEEN,
        key=key,
        params={"job": application.job_title, "company": application.company_name},
        target_type=TargetType.APPLICATION,
        target_id=application.id,
        occurred_at=now,
    )
    with transaction.atomic():
        tell(recipient_ids=[person.pk], fact=fact)
    return notifications.notifications_of(viewer=person).first()
