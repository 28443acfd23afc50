"""What is done to companies, credits, postings, applications and feeds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.applications.enums import ApplicationState
from apps.applications.services import exporting, pipeline, submitting
from apps.applications.tests.factories import pdf_bytes
from apps.companies.enums import MemberRole
from apps.companies.services import companies, members, verification
from apps.jobs.enums import AliasKind, JobStatusV1
from apps.jobs.services import drafting, publishing, taxonomy
from apps.jobs.tests.factories import job_terms
from apps.notifications.enums import NotificationKind, TargetType
from apps.notifications.services import mails, telling
from apps.payments.enums import GatewayCode
from apps.payments.services import credits, orders, packages
from apps.payments.tests.factories import grant, settle_payment
from onetop_backend.tests.house.deeds.shape import Deed, as_, by
from onetop_backend.tests.house.world import World


def cv() -> SimpleUploadedFile:
    return SimpleUploadedFile("cv.pdf", pdf_bytes(), content_type="application/pdf")


def alias(world: World) -> Any:
    return taxonomy.add_alias(
        **as_(world, "staff"),
        place_code=world.live.place_id,
        name="Thủ đô nghìn năm",
        kind=AliasKind.ABBREVIATION,
    )


COMPANIES: dict[str, Deed] = {
    "companies.create_company": Deed(
        lambda w: companies.create_company(**as_(w, "recruiter"), name="Công ty Mới Mở"), "created"
    ),
    "companies.update_company": Deed(
        lambda w: companies.update_company(
            **as_(w, "recruiter"), company_id=w.company.id, changes={"name": "Tên Mới"}
        ),
        "updated",
        idle_again=True,
    ),
    "companies.delete_company": Deed(
        lambda w: companies.delete_company(**as_(w, "recruiter"), company_id=w.company.id),
        "deleted",
    ),
    "companies.restore_company": Deed(
        lambda w: companies.restore_company(**by(w, "staff"), company_id=w.company.id),
        "restored",
        before=lambda w: companies.delete_company(**as_(w, "recruiter"), company_id=w.company.id),
    ),
    "members.add_member": Deed(
        lambda w: members.add_member(
            **as_(w, "recruiter"),
            company_id=w.company.id,
            email=w.newcomer.email,
            role=MemberRole.RECRUITER,
        ),
        "member_added",
    ),
    "members.change_role": Deed(
        lambda w: members.change_role(
            **by(w, "recruiter"),
            company_id=w.company.id,
            membership_id=w.colleague.id,
            role=MemberRole.FINANCE,
        ),
        "role_changed",
        idle_again=True,
    ),
    "members.remove_member": Deed(
        lambda w: members.remove_member(
            **as_(w, "recruiter"), company_id=w.company.id, membership_id=w.colleague.id
        ),
        "member_removed",
    ),
    "verification.verify_company": Deed(
        lambda w: verification.verify_company(**as_(w, "staff"), company_id=w.company.id),
        "verified",
    ),
    "verification.unverify_company": Deed(
        lambda w: verification.unverify_company(**by(w, "staff"), company_id=w.company.id),
        "unverified",
        before=lambda w: verification.verify_company(**as_(w, "staff"), company_id=w.company.id),
    ),
}

PACKAGE = {"name_vi": "Gói nhỏ", "name_en": "Small", "price": 99_000, "credits": 1, "days": 30}

PAYMENTS: dict[str, Deed] = {
    "credits.grant": Deed(
        lambda w: credits.grant(
            **as_(w, "staff"), company_id=w.company.id, amount=2, reason="Quà tặng", source="gift"
        ),
        "granted",
        idle_again=True,
    ),
    "credits.add_bought": Deed(
        lambda w: credits.add_bought(
            company_id=w.company.id,
            buyer_id=w.people["recruiter"].id,
            order_id=w.payment.order_id,
            amount=2,
            now=w.now,
            expires_at=w.now + timedelta(days=1),
        ),
        "bought",
    ),
    "orders.create_payment": Deed(
        lambda w: orders.create_payment(
            **as_(w, "recruiter"),
            package_id=w.payment.order.package_id,
            company_id=None,
            way=GatewayCode.VNPAY,
            ip=None,
            language="vi",
        ),
        "ordered",
    ),
    "packages.add_package": Deed(
        lambda w: packages.add_package(**by(w, "staff"), terms=PACKAGE), "added"
    ),
    "packages.change_package": Deed(
        lambda w: packages.change_package(
            **by(w, "staff"), package_id=w.payment.order.package_id, terms={"position": 7}
        ),
        "changed",
        idle_again=True,
    ),
    "packages.remove_package": Deed(
        lambda w: packages.remove_package(**as_(w, "staff"), package_id=w.payment.order.package_id),
        "removed",
    ),
    "settling.settle": Deed(
        lambda w: settle_payment(w.payment), "settled", others=("bought",), idle_again=True
    ),
    "credits.spend_for_posting": Deed(
        lambda w: credits.spend_for_posting(
            **as_(w, "recruiter"), company_id=w.company.id, source="job:1"
        ),
        "spent",
        idle_again=True,
    ),
    "credits.expire_lots": Deed(
        lambda w: credits.expire_lots(now=w.now + timedelta(days=2)),
        "expired",
        idle_again=True,
        before=lambda w: grant(w.company, 2, expires_at=w.now + timedelta(days=1)),
    ),
}

JOBS: dict[str, Deed] = {
    "drafting.create_job": Deed(
        lambda w: drafting.create_job(
            **as_(w, "recruiter"), terms=job_terms(), status=JobStatusV1.PUBLISHED
        ),
        "created",
        others=("spent",),
    ),
    "drafting.update_job": Deed(
        lambda w: drafting.update_job(
            **as_(w, "recruiter"), job_id=w.live.id, changes={"benefits": "Mới."}
        ),
        "updated",
        idle_again=True,
    ),
    "publishing.publish_job": Deed(
        lambda w: publishing.publish_job(**as_(w, "recruiter"), job_id=w.draft.id),
        "published",
        others=("spent",),
    ),
    "publishing.close_job": Deed(
        lambda w: publishing.close_job(**as_(w, "recruiter"), job_id=w.live.id), "closed"
    ),
    "publishing.take_down_job": Deed(
        lambda w: publishing.take_down_job(**as_(w, "staff"), job_id=w.live.id), "taken_down"
    ),
    "publishing.delete_job": Deed(
        lambda w: publishing.delete_job(**as_(w, "recruiter"), job_id=w.live.id), "deleted"
    ),
    "publishing.restore_job": Deed(
        lambda w: publishing.restore_job(**by(w, "staff"), job_id=w.live.id),
        "restored",
        before=lambda w: publishing.delete_job(**as_(w, "recruiter"), job_id=w.live.id),
    ),
    "taxonomy.add_alias": Deed(alias, "added"),
    "taxonomy.rename_alias": Deed(
        lambda w: taxonomy.rename_alias(
            **as_(w, "staff"),
            alias_id=w.live.place.aliases.get(name__in=["Thủ đô nghìn năm", "Thăng Long"]).id,
            name="Thăng Long",
            kind=AliasKind.ABBREVIATION,
        ),
        "renamed",
        idle_again=True,
        before=alias,
    ),
    "taxonomy.remove_alias": Deed(
        lambda w: taxonomy.remove_alias(
            **as_(w, "staff"), alias_id=w.live.place.aliases.get(name="Thủ đô nghìn năm").id
        ),
        "removed",
        before=alias,
    ),
}

APPLICATIONS: dict[str, Deed] = {
    "submitting.apply": Deed(
        lambda w: submitting.apply(
            **as_(w, "candidate"), job_id=w.live.id, cv_file=cv(), cover_letter="Kính gửi"
        ),
        "submitted",
    ),
    "pipeline.move_application": Deed(
        lambda w: pipeline.move_application(
            **as_(w, "recruiter"),
            application_id=w.application.id,
            status=ApplicationState.INTERVIEW,
            reason="Hồ sơ tốt",
            version=None,
        ),
        "moved",
    ),
    "pipeline.withdraw_application": Deed(
        lambda w: pipeline.withdraw_application(
            **as_(w, "candidate"), application_id=w.application.id
        ),
        "withdrawn",
    ),
    "pipeline.mark_seen": Deed(
        lambda w: pipeline.mark_seen(**as_(w, "recruiter"), application_id=w.application.id),
        "seen",
        idle_again=True,
    ),
    "pipeline.open_cv": Deed(
        lambda w: pipeline.open_cv(**as_(w, "recruiter"), application_id=w.application.id),
        "cv_read",
        others=("seen",),
    ),
    "pipeline.open_cv_as_staff": Deed(
        lambda w: pipeline.open_cv_as_staff(**by(w, "staff"), application_id=w.application.id),
        "cv_read",
    ),
    "exporting.request_export": Deed(
        lambda w: exporting.request_export(**by(w, "recruiter"), job_id=w.draft.id, language="en"),
        "applications_exported",
        idle_again=True,
    ),
}

NOTIFICATIONS: dict[str, Deed] = {
    "mails.write_mail": Deed(
        lambda w: mails.write_mail(
            name="welcome_candidate", key="welcome", to=w.people["candidate"], path="/jobs"
        ),
        "mailed",
        idle_again=True,
    ),
    "telling.tell": Deed(
        lambda w: telling.tell(
            recipient_ids=[w.people["candidate"].pk, w.people["recruiter"].pk],
            fact=telling.Fact(
                kind=NotificationKind.APPLICATION_SEEN,
                key="seen again",
                params={"job": "Kỹ sư", "company": "Công ty"},
                target_type=TargetType.APPLICATION,
                target_id=w.application.id,
                occurred_at=w.now,
            ),
        ),
        "told",
        idle_again=True,
    ),
}
