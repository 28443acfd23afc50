"""The authorisation matrix: for every route who may, with what, and what they are answered.

Whoever a line does not name is refused. Bodies are good ones, so that a refusal is about the person.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.applications.tests.factories import pdf_bytes
from apps.payments.tests.factories import notice_of, signed
from apps.users.services import credentials
from apps.users.tests.factories import PASSWORD, SECRET, code_of
from onetop_backend.tests.house.lines import (
    PERSONAS,
    PUBLIC,
    SIGNED_IN,
    Line,
    always,
    answers,
)
from onetop_backend.tests.house.matrix_identity import IDENTITY

if TYPE_CHECKING:
    from onetop_backend.tests.house.world import World

RECRUITERS = ("recruiter", "other_recruiter")
CANDIDATES = ("candidate", "other_candidate")


def company_id(world: World) -> dict[str, Any]:
    return {"company_id": world.company.id}


def company_ref(world: World) -> dict[str, Any]:
    return {"ref": world.company.id}


def membership(world: World) -> dict[str, Any]:
    return {"company_id": world.company.id, "membership_id": world.colleague.id}


def draft(world: World) -> dict[str, Any]:
    return {"job_id": world.draft.id, "ref": world.draft.id}


def live_job(world: World) -> dict[str, Any]:
    return {"job_id": world.live.id, "ref": world.live.id}


def application(world: World) -> dict[str, Any]:
    return {"id": world.application.id}


def notification(world: World) -> dict[str, Any]:
    return {"id": world.notification.id}


def waiting_operation(world: World) -> dict[str, Any]:
    return {"id": world.waiting.id}


def finished_operation(world: World) -> dict[str, Any]:
    return {"id": world.finished.id}


def session_of_candidate(world: World) -> dict[str, Any]:
    return {"id": world.sessions["candidate"].session.id}


def posting(world: World, persona: str) -> dict[str, Any]:
    return {
        "title": "Kỹ sư dữ liệu",
        "company": str(world.company.id),
        "location": "da nang",
        "job_type": "FULL_TIME",
        "salary_min": 25_000_000,
        "salary_max": 40_000_000,
        "is_negotiable": False,
        "description": "Xây kho dữ liệu cho bộ phận bán hàng.",
        "requirements": "Hai năm làm việc với SQL và Python.",
        "benefits": "Thưởng tháng 13.",
        "deadline": (world.now + timedelta(days=30)).date().isoformat(),
        "status": "DRAFT",
    }


def job_application(world: World, persona: str) -> dict[str, Any]:
    return {
        "job": str(world.live.id),
        "cv_file": SimpleUploadedFile("cv.pdf", pdf_bytes(), content_type="application/pdf"),
        "cover_letter": "Tôi đã làm kế toán tổng hợp bốn năm.",
    }


def package(world: World) -> dict[str, Any]:
    return {"id": world.payment.order.package_id}


def transaction(world: World) -> dict[str, Any]:
    return {"id": world.payment.id}


def purchase(world: World, persona: str) -> dict[str, Any]:
    return {
        "package_id": str(world.payment.order.package_id),
        "company": str(world.company.id),
        "gateway": "vnpay",
    }


def notice(world: World, persona: str) -> dict[str, Any]:
    return dict(parse_qsl(signed(notice_of(world.payment))))


def own_refresh_token(world: World, persona: str) -> dict[str, Any]:
    return {"refresh": world.sessions[persona].refresh} if persona in SIGNED_IN else {}


def company_profile(world: World, persona: str) -> dict[str, Any]:
    return {
        "name": "Công ty Cổ phần Hoa Sen Trắng",
        "description": "Phần mềm cho nhà hàng.",
        "address": "12 Lê Lợi, Huế",
        "website": "https://hoasentrang.example.vn",
    }


def second_step(world: World, persona: str) -> dict[str, Any]:
    return {
        "mfa_token": credentials.mfa_token(user=world.guarded),
        "code": code_of(SECRET, world.now),
    }


DECISION = {"status": "INTERVIEW_SCHEDULED", "reason": "Hồ sơ rất phù hợp.", "version": 1}

APPLICATIONS: dict[str, Line] = {
    "GET {}": Line(may=answers(200, *SIGNED_IN)),
    "POST {}": Line(may=answers(201, *CANDIDATES), body=job_application, format="multipart"),
    "GET {}stats/": Line(may=answers(200, *SIGNED_IN)),
    "GET {}{{id}}/": Line(may=answers(200, "candidate", "recruiter"), ids=application),
    "POST {}{{id}}/move/": Line(
        may=answers(200, "recruiter"), ids=application, body=always(**DECISION)
    ),
    "PATCH {}{{id}}/update-status/": Line(
        may=answers(200, "recruiter"), ids=application, body=always(**DECISION)
    ),
    "POST {}{{id}}/withdraw/": Line(
        may=answers(200, "candidate"), ids=application, body=always(version=1)
    ),
    "GET {}{{id}}/timeline/": Line(may=answers(200, "candidate", "recruiter"), ids=application),
}

V1: dict[str, Line] = {
    # accounts
    "POST auth/register/": Line(
        may=answers(201, *PERSONAS),
        body=always(
            email="someone@example.vn",
            password="a-long-passphrase-7",
            full_name="Hoàng Thị Mai",
            user_type="CANDIDATE",
            phone_number="091 234 5678",
        ),
    ),
    "POST auth/login/": Line(
        may=answers(200, *PERSONAS),
        body=always(email="candidate@example.vn", password=PASSWORD),
    ),
    "POST auth/login/mfa/": Line(may=answers(200, *PERSONAS), body=second_step),
    "POST auth/refresh/": Line(
        may=answers(200, *PERSONAS),
        body=lambda world, persona: {"refresh": world.sessions["candidate"].refresh},
    ),
    "POST auth/logout/": Line(may=answers(204, *SIGNED_IN), body=own_refresh_token),
    "GET auth/sessions/": Line(may=answers(200, *SIGNED_IN)),
    "DELETE auth/sessions/{id}/": Line(may=answers(204, "candidate"), ids=session_of_candidate),
    "POST auth/email/verify/": Line(
        may=answers(204, *PERSONAS), body=lambda world, persona: {"key": world.verification_key}
    ),
    "POST auth/email/verify/resend/": Line(may=answers(204, *SIGNED_IN)),
    "POST auth/password/change/": Line(
        may=answers(204, *SIGNED_IN),
        body=always(old_password=PASSWORD, new_password="a-long-passphrase-7"),
    ),
    "POST auth/password/reset/": Line(
        may=answers(204, *PERSONAS), body=always(email="candidate@example.vn")
    ),
    "POST auth/password/reset/confirm/": Line(
        may=answers(204, *PERSONAS),
        body=lambda world, persona: {
            "uid": str(world.people["candidate"].id),
            "token": world.reset_token,
            "new_password": "a-long-passphrase-7",
        },
    ),
    "GET auth/me/": Line(may=answers(200, *SIGNED_IN)),
    "PATCH auth/me/": Line(may=answers(200, *SIGNED_IN), body=always(full_name="Trần Thị Bình An")),
    # what everybody's clients need
    "GET config/": Line(may=answers(200, *PERSONAS)),
    "GET metrics/": Line(may=answers(200, "staff")),
    "DELETE metrics/": Line(may=answers(204, "staff")),
    "POST ws-ticket/": Line(may=answers(200, *SIGNED_IN)),
    "GET places/": Line(may=answers(200, *PUBLIC)),
    # companies
    "GET companies/": Line(may=answers(200, *PUBLIC)),
    "POST companies/": Line(may=answers(201, *RECRUITERS), body=company_profile),
    "GET companies/stats/": Line(may=answers(200, *RECRUITERS)),
    "GET companies/{ref}/": Line(may=answers(200, *PUBLIC), ids=company_ref),
    "PATCH companies/{ref}/": Line(
        may=answers(200, "recruiter"), ids=company_ref, body=always(address="1 Tràng Tiền, Hà Nội")
    ),
    "DELETE companies/{ref}/": Line(may=answers(204, "recruiter"), ids=company_ref),
    "GET companies/{company_id}/members/": Line(may=answers(200, "recruiter"), ids=company_id),
    "POST companies/{company_id}/members/": Line(
        may=answers(201, "recruiter"),
        ids=company_id,
        body=lambda world, persona: {"email": world.newcomer.email, "role": "RECRUITER"},
    ),
    "PATCH companies/{company_id}/members/{membership_id}/": Line(
        may=answers(200, "recruiter"), ids=membership, body=always(role="FINANCE")
    ),
    "DELETE companies/{company_id}/members/{membership_id}/": Line(
        may=answers(204, "recruiter"), ids=membership
    ),
    "GET payments/credits/": Line(
        may=answers(200, "recruiter"),
        body=lambda world, persona: {"company": str(world.company.id)},
    ),
    "GET payments/packages/": Line(may=answers(200, *PUBLIC)),
    "GET payments/packages/{id}/": Line(may=answers(200, *PUBLIC), ids=package),
    "GET payments/transactions/": Line(may=answers(200, *SIGNED_IN)),
    "GET payments/transactions/{id}/": Line(may=answers(200, "recruiter"), ids=transaction),
    **{
        f"POST {path}create_payment/": Line(may=answers(200, "recruiter"), body=purchase)
        for path in ("payments/", "payments/transactions/")
    },
    "GET payments/vnpay_ipn/": Line(may=answers(200, *PERSONAS), body=notice),
    "GET payments/vnpay_return/": Line(may=answers(302, *PERSONAS), body=notice),
    # postings
    "GET jobs/": Line(may=answers(200, *PUBLIC)),
    "POST jobs/": Line(may=answers(201, "recruiter"), body=posting),
    "GET jobs/search/": Line(may=answers(200, *PUBLIC)),
    "GET jobs/{ref}/": Line(may=answers(200, "recruiter"), ids=draft),
    "PATCH jobs/{ref}/": Line(
        may=answers(200, "recruiter"), ids=live_job, body=always(benefits="Xe đưa đón.", version=1)
    ),
    "DELETE jobs/{ref}/": Line(may=answers(204, "recruiter"), ids=live_job),
    "POST jobs/{job_id}/publish/": Line(
        may=answers(200, "recruiter"), ids=draft, body=always(version=1)
    ),
    "POST jobs/{job_id}/close/": Line(
        may=answers(200, "recruiter"), ids=live_job, body=always(version=1)
    ),
    # applications, under both of their addresses
    **{route.format("applications/"): line for route, line in APPLICATIONS.items()},
    **{route.format("applications/applications/"): line for route, line in APPLICATIONS.items()},
    "GET media/application/{id}/download/": Line(
        may=answers(200, "candidate", "recruiter"), ids=application
    ),
    "POST applications/export/": Line(
        may=answers(202, "recruiter"),
        body=lambda world, persona: {"job": str(world.draft.id)},
    ),
    # work in the background
    "GET operations/": Line(may=answers(200, *SIGNED_IN)),
    "GET operations/{id}/": Line(may=answers(200, "recruiter", "staff"), ids=waiting_operation),
    "POST operations/{id}/cancel/": Line(
        may=answers(200, "recruiter", "staff"), ids=waiting_operation
    ),
    "GET operations/{id}/result/": Line(
        may=answers(200, "recruiter", "staff"), ids=finished_operation
    ),
    # notifications
    "GET notifications/": Line(may=answers(200, *SIGNED_IN)),
    "GET notifications/unread-count/": Line(may=answers(200, *SIGNED_IN)),
    "POST notifications/mark-all-read/": Line(may=answers(200, *SIGNED_IN)),
    "PATCH notifications/read-all/": Line(may=answers(200, *SIGNED_IN)),
    "GET notifications/{id}/": Line(may=answers(200, "candidate"), ids=notification),
    "POST notifications/{id}/mark-read/": Line(may=answers(200, "candidate"), ids=notification),
    "PATCH notifications/{id}/read/": Line(may=answers(200, "candidate"), ids=notification),
}

MATRIX: dict[str, Line] = {
    **{route.replace(" ", " /api/v1/", 1): line for route, line in V1.items()},
    **IDENTITY,
    "GET /api/schema/": Line(may=answers(200, *PERSONAS)),
    "GET /api/docs/": Line(may=answers(200, *PERSONAS)),
    "GET /api/redoc/": Line(may=answers(200, *PERSONAS)),
    "GET /health/live/": Line(may=answers(200, *PERSONAS)),
    "GET /health/ready/": Line(may=answers(200, *PERSONAS)),
    "GET /metrics": Line(may=answers(200, *PERSONAS)),
}
