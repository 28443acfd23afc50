"""Two companies, their people and applicants, each with secrets that are recognised wherever they turn up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from rest_framework.test import APIClient

from apps.applications.enums import ApplicationState
from apps.applications.services import exporting, pipeline, submitting
from apps.applications.tests.factories import pdf_bytes
from apps.companies.enums import MemberRole
from apps.companies.selectors import members_of
from apps.companies.services.members import remove_member
from apps.companies.tests.factories import CompanyFactory, MembershipFactory
from apps.jobs.enums import JobState
from apps.jobs.services import publishing
from apps.jobs.tests.factories import JobFactory
from apps.payments.services import credits
from apps.users.services import sessions
from apps.users.tests.factories import PASSWORD, UserFactory

CANDIDATES = ("applicant", "leaver", "rival")
MEMBERS = {
    "owner": MemberRole.OWNER,
    "manager": MemberRole.HIRING_MANAGER,
    "interviewer": MemberRole.INTERVIEWER,
    "finance": MemberRole.FINANCE,
    "former": MemberRole.RECRUITER,
}
PEOPLE = (*CANDIDATES, *MEMBERS, "other_owner", "staff")
EVERYBODY = ("anonymous", "pending", *PEOPLE)


@dataclass
class World:
    """The people with their clients, what may stand in an address, and the secrets by their names."""

    people: dict[str, Any] = field(default_factory=dict)
    clients: dict[str, APIClient] = field(default_factory=dict)
    companies: list[Any] = field(default_factory=list)
    jobs: list[Any] = field(default_factory=list)
    applications: list[Any] = field(default_factory=list)
    operations: list[Any] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)


def build(work: Any) -> World:
    """Let everything happen that leaves traces; ``work`` does what follows from it."""
    world, now = World(), timezone.now()
    _people(world)
    company, other = world.companies = [
        CompanyFactory(owner=world.people["owner"], name="Công ty Một"),
        CompanyFactory(owner=world.people["other_owner"], name="Công ty Hai"),
    ]
    for name, role in MEMBERS.items():
        if name != "owner":
            MembershipFactory(company=company, user=world.people[name], role=role)
    live, _draft, gone = _postings(world, "company", company, "owner")
    other_live, _other_draft, other_gone = _postings(world, "other", other, "other_owner")
    credits.grant(
        actor=world.people["staff"],
        company_id=company.pk,
        amount=3,
        reason=_secret(world, "grant reason"),
        now=now,
    )
    _applications(world, work, live=live, gone=gone, other_live=other_live)
    _exports(world, work, live)
    publishing.delete_job(actor=world.people["owner"], job_id=gone.pk, now=now)
    publishing.delete_job(actor=world.people["other_owner"], job_id=other_gone.pk, now=now)
    owner = world.people["owner"]
    membership = members_of(viewer=owner, company_id=company.pk).get(user=world.people["former"])
    remove_member(
        actor=owner, company_id=company.pk, membership_id=membership.pk, now=timezone.now()
    )
    work.run()
    _sign_in(world, now)
    return world


def _secret(world: World, name: str) -> str:
    """Return a text that stands nowhere else, and remember it under a name."""
    world.secrets[name] = text = f"zq{len(world.secrets):03d}secret"
    return text


def _people(world: World) -> None:
    traits: dict[str, dict[str, Any]] = {
        **{name: {} for name in CANDIDATES},
        **{name: {"recruiter": True} for name in (*MEMBERS, "other_owner")},
        "pending": {"pending": True},
        "staff": {"staff": True},
    }
    for number, (name, trait) in enumerate(traits.items()):
        world.secrets[f"{name} phone"] = phone = f"0977123{number:03d}"
        world.people[name] = UserFactory(
            email=f"{_secret(world, f'{name} email')}@example.vn",
            full_name=f"Nguyễn {_secret(world, f'{name} name')}",
            phone_number=phone,
            **trait,
        )


def _postings(world: World, name: str, company: Any, owner: str) -> Iterator[Any]:
    """Yield a live posting, a draft and one that will be deleted."""
    given = {"company": company, "posted_by": world.people[owner]}
    made = [
        JobFactory(**given),
        JobFactory(**given, description=_secret(world, f"{name} draft"), state=JobState.DRAFT),
        JobFactory(**given, description=_secret(world, f"{name} deleted posting")),
    ]
    world.jobs += made
    yield from made


def _applications(world: World, work: Any, *, live: Any, gone: Any, other_live: Any) -> None:
    for name, job in (("applicant", live), ("leaver", live), ("rival", other_live)):
        content = pdf_bytes(_secret(world, f"{name} CV"))
        upload = SimpleUploadedFile(f"{_secret(world, f'{name} CV name')}.pdf", content)
        world.applications.append(
            submitting.apply(
                actor=world.people[name],
                job_id=job.pk,
                cv_file=upload,
                cover_letter=_secret(world, f"{name} letter"),
                now=timezone.now(),
            )
        )
    work.run()
    of_applicant, of_leaver, of_rival = world.applications
    for actor, application, name in (
        ("manager", of_applicant, "company reason"),
        ("owner", of_leaver, "company reason about who left"),
        ("other_owner", of_rival, "other reason"),
    ):
        pipeline.move_application(
            actor=world.people[actor],
            application_id=application.pk,
            status=ApplicationState.INTERVIEW,
            reason=_secret(world, name),
            version=None,
            now=timezone.now(),
        )
    work.run()
    pipeline.withdraw_application(
        actor=world.people["leaver"], application_id=of_leaver.pk, now=timezone.now()
    )
    plain = SimpleUploadedFile("cv.pdf", pdf_bytes())
    to_deleted = submitting.apply(
        actor=world.people["applicant"],
        job_id=gone.pk,
        cv_file=plain,
        cover_letter="",
        now=timezone.now(),
    )
    world.applications.append(to_deleted)
    work.run()


def _exports(world: World, work: Any, live: Any) -> None:
    """Exports of the same posting by the owner and by the member who will be removed."""
    for name in ("owner", "former"):
        world.operations.append(
            exporting.request_export(actor=world.people[name], job_id=live.pk, language="en")
        )
    work.run()


def _sign_in(world: World, now: datetime) -> None:
    world.clients = {name: APIClient(HTTP_ACCEPT_LANGUAGE="en") for name in EVERYBODY}
    for name in PEOPLE:
        signed_in = sessions.log_in(
            email=world.people[name].email,
            password=PASSWORD,
            ip="127.0.0.1",
            user_agent=_secret(world, f"{name} device"),
            now=now + timedelta(seconds=1),
        )
        world.clients[name].credentials(HTTP_AUTHORIZATION=f"Bearer {signed_in.access}")
