"""Applications for tests, made as rows with a history and a stored CV; and documents to send."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.applications.domain.lifecycle import SUBMITTED
from apps.applications.enums import ApplicationState, StepKind
from apps.applications.models import Application, ApplicationEvent
from apps.core.files import check_document, record, storing
from apps.core.models import StoredFile
from apps.jobs.tests.factories import JobFactory
from apps.users.tests.factories import UserFactory

MAX_BYTES = 5 * 1024 * 1024


def pdf_bytes(text: str = "Curriculum vitae") -> bytes:
    """Return a small document that every reader of PDF opens."""
    content = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 5 0 R"
            b"/Resources<</Font<</F1 4 0 R>>>>>>"
        ),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
    )
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 6\n0000000000 65535 f \n")
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def docx_bytes(text: str = "Curriculum vitae") -> bytes:
    """Return a small document that every reader of DOCX opens."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{word}"><w:body><w:p><w:r>'
        f"<w:t>{text}</w:t></w:r></w:p></w:body></w:document>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{xml}')
    return out.getvalue()


def pdf(name: str = "cv.pdf") -> SimpleUploadedFile:
    """Return a CV to send."""
    return SimpleUploadedFile(name, pdf_bytes(), "application/pdf")


def docx(name: str = "cv.docx") -> SimpleUploadedFile:
    """Return a CV to send, declared as something else: the content decides."""
    return SimpleUploadedFile(name, docx_bytes(), "application/octet-stream")


def stored(upload: SimpleUploadedFile) -> StoredFile:
    """Store a document and return its row."""
    with storing(check_document(upload, max_bytes=MAX_BYTES), folder="cvs") as kept:
        return record(kept)


class ApplicationFactory(factory.django.DjangoModelFactory[Application]):
    """An application that was just made; ``state`` makes one that took a single step from there."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    job = factory.SubFactory(JobFactory)
    candidate = factory.SubFactory(UserFactory)
    company = factory.SelfAttribute("job.company")
    job_title = factory.SelfAttribute("job.title")
    job_slug = factory.SelfAttribute("job.slug")
    company_name = factory.SelfAttribute("company.name")
    cv = factory.LazyFunction(lambda: stored(pdf()))
    state = ApplicationState.SUBMITTED
    version = factory.LazyAttribute(lambda made: 1 if made.state == SUBMITTED else 2)
    applied_at = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def history(application: Any, create: bool, extracted: Any, **_: Any) -> None:  # noqa: N805
        """Record the steps that lead to the state."""
        ApplicationEvent.objects.create(
            application=application,
            version=1,
            kind=StepKind.SUBMITTED,
            to_state=SUBMITTED,
            actor_id=application.candidate_id,
            at=application.applied_at,
        )
        if application.state != SUBMITTED:
            ApplicationEvent.objects.create(
                application=application,
                version=2,
                kind=StepKind.MOVED,
                from_state=SUBMITTED,
                to_state=application.state,
                actor_id=application.candidate_id,
                at=application.applied_at,
            )
