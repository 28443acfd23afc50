"""More rows of every kind, for proving that a list of many costs what a list of few costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from apps.applications.services import exporting, pipeline
from apps.applications.tests.factories import ApplicationFactory
from apps.companies.tests.factories import CompanyFactory, MembershipFactory
from apps.core import audit, idempotency, mail, operations, work
from apps.core.ids import uuid7
from apps.jobs.tests.factories import JobFactory
from apps.payments.tests.factories import begin_payment, grant, make_package, settle_payment
from apps.users.services import sessions
from apps.users.tests.factories import PASSWORD, UserFactory
from onetop_backend.tests.house.inventory import TABLES
from onetop_backend.tests.house.world import World, notify

Growth = Callable[[World, int], None]


def more_accounts(world: World, count: int) -> None:
    UserFactory.create_batch(count, recruiter=True)


def more_sessions(world: World, count: int) -> None:
    for _ in range(count):
        sessions.log_in(
            email=world.people["candidate"].email,
            password=PASSWORD,
            ip="127.0.0.1",
            user_agent="tests",
            now=world.now,
        )


def more_companies(world: World, count: int) -> None:
    for _ in range(count):
        CompanyFactory(owner=UserFactory(recruiter=True))


def more_members(world: World, count: int) -> None:
    MembershipFactory.create_batch(count, company=world.company)


def more_accounts_of_credits(world: World, count: int) -> None:
    for company in CompanyFactory.create_batch(count):
        grant(company, 2)


def more_credits(world: World, count: int) -> None:
    for _ in range(count):
        grant(world.company, 2)


def more_packages(world: World, count: int) -> None:
    for _ in range(count):
        make_package(name_en="Credits of a company")


def more_payments(world: World, count: int) -> None:
    """Begin and settle payments of the company."""
    package = make_package()
    for _ in range(count):
        settle_payment(begin_payment(world.people["recruiter"], package=package))


def more_places(world: World, count: int) -> None:
    place, alias = TABLES["jobs.Place"], TABLES["jobs.PlaceAlias"]
    for _ in range(count):
        name = uuid7().hex
        row = place.objects.create(
            code=name[-8:], name=f"Tỉnh {name}", full_name=f"Tỉnh {name}", kind="PROVINCE"
        )
        alias.objects.create(place=row, name=f"{name} cũ", folded=f"{name}cu", kind="OLD_PROVINCE")


def more_postings(world: World, count: int) -> None:
    """Postings of the recruiter's company, and of as many others."""
    for company in (*[world.company] * count, *CompanyFactory.create_batch(count)):
        posting(world, company=company)


def posting(world: World, **values: Any) -> Any:
    return JobFactory(
        title="Kỹ sư cầu đường",
        posted_by=world.people["recruiter"],
        place=world.live.place,
        **values,
    )


def more_applications_made(world: World, count: int) -> None:
    """Applications of the candidate, each to a posting of another company."""
    for company in CompanyFactory.create_batch(count):
        ApplicationFactory(candidate=world.people["candidate"], job=posting(world, company=company))


def more_applications_received(world: World, count: int) -> None:
    """Applications to the recruiter's company, each of another person to another posting."""
    for _ in range(count):
        ApplicationFactory(job=posting(world, company=world.company))


def more_steps(world: World, count: int) -> None:
    states = ["INTERVIEW", "OFFER"]
    for number in range(count):
        pipeline.move_application(
            actor=world.people["recruiter"],
            application_id=world.application.id,
            status=type(world.application.state)(states[number % 2]),
            reason="",
            version=None,
            now=world.now,
        )


def more_notifications(world: World, count: int) -> None:
    for _ in range(count):
        notify(
            world.people["candidate"],
            application=world.application,
            now=world.now,
            key=uuid7().hex,
        )


def more_work(world: World, count: int) -> None:
    with transaction.atomic():
        for _ in range(count):
            work.add("apps.core.tasks.deliver_mail", key=uuid7().hex, mail_id=uuid7())


def more_audit(world: World, count: int) -> None:
    with transaction.atomic():
        for _ in range(count):
            audit.record(world.people["staff"], "corrected", world.company)


def more_operations(world: World, count: int) -> None:
    with transaction.atomic():
        for _ in range(count):
            operations.start(
                actor=world.people["recruiter"],
                kind=exporting.EXPORT,
                subject_id=uuid7(),
                language="en",
            )


def more_mails(world: World, count: int) -> None:
    for _ in range(count):
        mail.send(key=uuid7().hex, to="somebody@example.vn", subject="Thư", text="Nội dung.")


def more_answered_requests(world: World, count: int) -> None:
    for _ in range(count):
        claim = idempotency.Claim(
            actor_id=world.people["candidate"].pk,
            route="POST api/v1/applications/",
            key=uuid7().hex,
            fingerprint=b"",
        )
        idempotency.once(claim, lambda: idempotency.Answer(status=204, headers={}, body=b""))


ROWS: Mapping[str, Growth] = {
    "applications.Application": more_applications_received,
    "companies.Company": more_companies,
    "companies.Membership": more_members,
    "core.Audit": more_audit,
    "core.IdempotencyKey": more_answered_requests,
    "core.Mail": more_mails,
    "core.Operation": more_operations,
    "core.Work": more_work,
    "jobs.Job": more_postings,
    "jobs.Place": more_places,
    "jobs.PlaceAlias": more_places,
    "notifications.Notification": more_notifications,
    "payments.CreditAccount": more_accounts_of_credits,
    "payments.CreditEntry": more_credits,
    "payments.CreditLot": more_credits,
    "payments.GatewayEvent": more_payments,
    "payments.Order": more_payments,
    "payments.Package": more_packages,
    "payments.PaymentAttempt": more_payments,
    "users.Session": more_sessions,
    "users.User": more_accounts,
}
"""How to make more rows of the tables that the admin shows."""
