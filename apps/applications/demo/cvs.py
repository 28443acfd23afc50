"""The CVs of the blocks: one for each kind of work and each of three careers, shared by all who apply with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.applications.demo.pdf import pdf
from apps.applications.services.submitting import FOLDER
from apps.core.demo import demo_id
from apps.core.models import StoredFile

KINDS = 3
_WORK: Mapping[str, tuple[str, ...]] = {
    "it": ("Software developer, Ha Noi University of Science and Technology", "Java, Python, PostgreSQL, Docker"),
    "retail": ("Sales assistant, convenience store and supermarket", "Cashier, display of goods, stocktaking"),
    "factory": ("Technician, electronics assembly", "5S, measuring, maintenance of machines"),
    "logistics": ("Warehouse and delivery", "Forklift licence, barcode scanning, driving licence C"),
    "food": ("Barista and waiter", "Coffee, table service, food safety certificate"),
    "accounting": ("Accountant, Academy of Finance", "MISA, VAT returns, payroll, reconciliation"),
    "health": ("Nurse, College of Medicine", "Injections, wound care, patient records"),
    "teaching": ("English teacher, University of Education", "IELTS 7.0, young learners, lesson planning"),
    "construction": ("Civil engineer", "AutoCAD, site supervision, quantity take-off"),
    "hotel": ("Hotel receptionist", "Opera, English and Korean, guest relations"),
    "banking": ("Bank teller and credit officer", "Retail banking, loan appraisal"),
    "marketing": ("Content and digital marketing", "Facebook and Google ads, SEO, Canva"),
    "office": ("Human resources and administration", "Recruitment, payroll, labour law"),
    "agriculture": ("Agronomist, Can Tho University", "VietGAP, greenhouses, fruit trees"),
    "security": ("Security guard and building service", "Fire prevention certificate, patrols, CCTV"),
    "sales": ("Sales executive", "Negotiation, CRM, new markets"),
}  # fmt: skip
_CAREERS = (
    ("New graduate, available at once", "2025 - 2026: internship of six months"),
    ("Three years of experience", "2023 - 2026: full time, promoted once"),
    (
        "Eight years of experience, led a team of six",
        "2018 - 2026: two employers, last as team leader",
    ),
)


@dataclass(frozen=True, slots=True)
class _Cv:
    id: UUID
    name: str
    content: bytes


def cv_id(family: str, career: int) -> UUID:
    """Return the stored file for a kind of work and a career, of which there are ``KINDS``."""
    return demo_id(f"cv:{family}:{career}")


def store() -> None:
    """Store the CVs that are not there yet; their paths are fixed, so that a broken start leaves nothing twice."""
    there = set(
        StoredFile.objects.filter(id__in=[cv.id for cv in _cvs()]).values_list("id", flat=True)
    )
    StoredFile.objects.bulk_create(_stored(cv) for cv in _cvs() if cv.id not in there)


def _cvs() -> Iterator[_Cv]:
    for family, lines in _WORK.items():
        for career, past in enumerate(_CAREERS):
            content = pdf("CURRICULUM VITAE", *lines, *past)
            yield _Cv(cv_id(family, career), f"CV-{family}-{career + 1}.pdf", content)


def _stored(cv: _Cv) -> StoredFile:
    token = hashlib.sha256(cv.id.bytes).hexdigest()[:32]
    path = f"{FOLDER}/{token[:2]}/{token}.pdf"
    # Bytes of an earlier attempt may be those of an earlier release.
    default_storage.delete(path)
    return StoredFile(
        id=cv.id,
        folder=FOLDER,
        path=default_storage.save(path, ContentFile(cv.content)),
        original_name=cv.name,
        content_type="application/pdf",
        size=len(cv.content),
        sha256=hashlib.sha256(cv.content).hexdigest(),
    )
