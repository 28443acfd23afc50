"""The demo world's applications: two candidates, several stages, a small real CV with each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.applications.demo.pdf import pdf
from apps.applications.enums import ApplicationState, StepKind
from apps.applications.models import Application, ApplicationEvent
from apps.applications.services.submitting import FOLDER
from apps.core.demo import demo_id
from apps.core.files import KeptFile, check_document, record, storing
from apps.jobs.selectors import Posting, postings_unscoped

SUBMITTED, SEEN, INTERVIEW, OFFER, HIRED, REJECTED, WITHDRAWN = ApplicationState

_KINDS = {
    SUBMITTED: StepKind.SUBMITTED,
    SEEN: StepKind.SEEN,
    WITHDRAWN: StepKind.WITHDRAWN,
}
_RECRUITERS = {
    demo_id("company:anphu"): demo_id("user:recruiter"),
    demo_id("company:songhong"): demo_id("user:recruiter2"),
}
_CVS = {
    "candidate": (
        "CV Nguyễn Minh Anh.pdf",
        ("NGUYEN MINH ANH", "Backend developer, 4 years of Python and PostgreSQL", "Ha Noi"),
    ),
    "candidate2": (
        "CV Trần Quốc Bảo.pdf",
        ("TRAN QUOC BAO", "Tester and retail accountant", "Bien Hoa, Dong Nai"),
    ),
}


@dataclass(frozen=True, kw_only=True)
class _Demo:
    candidate: str
    job: str
    steps: tuple[tuple[ApplicationState, int], ...]
    """Each state with how many hours ago it was reached."""
    cover_letter: str = ""
    reason: str = ""
    """Of the last step."""

    @property
    def key(self) -> str:
        return f"{self.candidate}:{self.job}"


_APPLICATIONS = (
    _Demo(
        candidate="candidate",
        job="backend",
        steps=((SUBMITTED, 20), (SEEN, 11), (INTERVIEW, 2)),
        cover_letter="Tôi đã làm API cho hệ thống kho ba năm và muốn tiếp tục với An Phú.",
        reason="Kinh nghiệm PostgreSQL tốt",
    ),
    _Demo(candidate="candidate", job="frontend", steps=((SUBMITTED, 5),)),
    _Demo(
        candidate="candidate",
        job="supervisor",
        steps=((SUBMITTED, 200), (SEEN, 150), (REJECTED, 100)),
        reason="Chưa có kinh nghiệm bán lẻ",
    ),
    _Demo(candidate="candidate", job="driver", steps=((SUBMITTED, 400), (SEEN, 300))),
    _Demo(candidate="candidate2", job="backend", steps=((SUBMITTED, 3),)),
    _Demo(
        candidate="candidate2",
        job="tester",
        steps=((SUBMITTED, 80), (SEEN, 70), (INTERVIEW, 50), (OFFER, 8)),
        cover_letter="Tôi cẩn thận, quen viết kịch bản kiểm thử và làm việc từ xa.",
    ),
    _Demo(
        candidate="candidate2",
        job="accountant",
        steps=((SUBMITTED, 150), (SEEN, 120), (HIRED, 30)),
    ),
    _Demo(candidate="candidate2", job="parttime", steps=((SUBMITTED, 180), (WITHDRAWN, 90))),
)


def load(*, now: datetime) -> None:
    """Write the applications of the demo world as rows, and store their CVs."""
    postings = postings_unscoped({demo_id(f"job:{demo.job}") for demo in _APPLICATIONS})
    with ExitStack() as files:
        rows = [
            _row(
                demo,
                posting=postings[demo_id(f"job:{demo.job}")],
                kept=files.enter_context(_stored_cv(demo.candidate)),
                now=now,
            )
            for demo in _APPLICATIONS
        ]
        Application.objects.bulk_create(rows)
        ApplicationEvent.objects.bulk_create(
            step
            for demo, row in zip(_APPLICATIONS, rows, strict=True)
            for step in _history(demo, application=row, now=now)
        )


def _stored_cv(candidate: str) -> AbstractContextManager[KeptFile]:
    name, lines = _CVS[candidate]
    upload = SimpleUploadedFile(name, pdf(*lines), "application/pdf")
    return storing(check_document(upload, max_bytes=settings.MAX_CV_FILE_SIZE), folder=FOLDER)


def _row(demo: _Demo, *, posting: Posting, kept: KeptFile, now: datetime) -> Application:
    return Application(
        id=demo_id(f"application:{demo.key}"),
        job_id=posting.id,
        candidate_id=demo_id(f"user:{demo.candidate}"),
        company_id=posting.company_id,
        job_title=posting.title,
        job_slug=posting.slug,
        company_name=posting.company_name,
        cv=record(kept),
        cover_letter=demo.cover_letter,
        state=demo.steps[-1][0],
        version=len(demo.steps),
        applied_at=now - timedelta(hours=demo.steps[0][1]),
    )


def _history(demo: _Demo, *, application: Application, now: datetime) -> Iterator[ApplicationEvent]:
    before = ""
    for version, (state, hours) in enumerate(demo.steps, start=1):
        by_candidate = state in {SUBMITTED, WITHDRAWN}
        yield ApplicationEvent(
            id=demo_id(f"application-event:{demo.key}:{version}"),
            application=application,
            version=version,
            kind=_KINDS.get(state, StepKind.MOVED),
            from_state=before,
            to_state=state,
            reason=demo.reason if version == len(demo.steps) else "",
            actor_id=(
                application.candidate_id if by_candidate else _RECRUITERS[application.company_id]
            ),
            at=now - timedelta(hours=hours),
        )
        before = state
