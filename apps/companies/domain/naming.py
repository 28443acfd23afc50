"""How a company is named: its name, the slug that is made of it, and what stands for it in an address."""

from __future__ import annotations

from uuid import UUID

from apps.companies.errors import CompanyNotFound, name_blank
from apps.core.text import fold, nfc, slug_suffix, slugify

SLUG_STEM_LENGTH = 240
FALLBACK_STEM = "cong-ty"


def tidy_name(name: str) -> str:
    """Return a name in composed form with single spaces.

    :raises InvalidInput: nothing would be left to compare
    """
    tidy = " ".join(nfc(name).split())
    if not name_key(tidy):
        raise name_blank()
    return tidy


def name_key(name: str) -> str:
    """Return what two names are compared by: "Cty Một" and "CTY  MOT" are one name."""
    return fold(name)


def new_slug(name: str) -> str:
    """Return a fresh slug; its six random characters keep it from equalling another one or a route."""
    stem = slugify(name, max_length=SLUG_STEM_LENGTH) or FALLBACK_STEM
    return f"{stem}-{slug_suffix()}"


def id_in(ref: str) -> UUID | None:
    """Return the id that a reference is, or None for a slug."""
    try:
        company_id = UUID(ref)
    except ValueError:
        return None
    # UUID() also reads spellings without hyphens, which a slug of hexadecimal letters could have.
    return company_id if str(company_id) == ref.lower() else None


def require_id(ref: str) -> UUID:
    """Return the id that a reference is, where a slug is not enough.

    :raises CompanyNotFound: it is something else
    """
    company_id = id_in(ref)
    if company_id is None:
        raise CompanyNotFound
    return company_id
