"""Refusals of the jobs app, and what its database constraints mean."""

from __future__ import annotations

from typing import Self

from apps.core.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    register_constraint,
)
from apps.core.errors import mark as _


class JobNotFound(NotFound):
    """There is no such posting, or not for this viewer."""

    code = "job_not_found"
    title = _("Posting not found")


class JobEditForbidden(Forbidden):
    """The posting is public, but belongs to a company that the actor does not recruit for."""

    code = "job_edit_forbidden"
    title = _("You may not change this posting")


class JobClosed(Conflict):
    """The posting takes no more applications and no more changes."""

    code = "job_closed"
    title = _("This posting is closed")


class JobExpired(Conflict):
    """The posting's deadline has passed."""

    code = "job_expired"
    title = _("The deadline of this posting has passed")


class DeadlinePassed(Conflict):
    """A draft whose deadline is over cannot be published; it needs a new one first."""

    code = "deadline_passed"
    title = _("The deadline has passed; set a new one before publishing")


class JobNotDeleted(Conflict):
    """Only a deleted posting can be restored."""

    code = "job_not_deleted"
    title = _("This posting is not deleted")


class CompanyDeleted(Conflict):
    """A posting cannot come back before its company does."""

    code = "company_deleted"
    title = _("The company of this posting is deleted; restore it first")


class PlaceUnknown(InvalidInput):
    """No place has this name; ``suggestions`` lists the five that come closest."""

    code = "place_unknown"
    title = _("This place is not known")
    members = {"suggestions": [{"code": "48", "name": "Đà Nẵng"}]}

    @classmethod
    def example(cls) -> Self:
        """Return the refusal of a name that was mistyped."""
        detail = _("This place is not known; choose one of the suggestions")
        return cls.field("location", cls.code, detail, **cls.members)


class AliasNotFound(NotFound):
    """There is no such other name."""

    code = "alias_not_found"
    title = _("This name was not found")


class JobSlugTaken(Conflict):
    """Two postings drew the same random slug in the same instant."""

    code = "job_slug_taken"
    title = _("The posting could not be saved; please try again")


def alias_taken() -> InvalidInput:
    """Return the refusal of a name under which a place is found already."""
    return InvalidInput.field("name", "taken", _("This name already leads to a place"))


def alias_blank() -> InvalidInput:
    """Return the refusal of a name without a letter or a digit."""
    return InvalidInput.field("name", "blank", _("A place needs a name with letters"))


def salary_not_positive() -> InvalidInput:
    """Return the refusal of pay that is nothing, or less."""
    return InvalidInput.field(
        "salary_min", "range", _("Pay is a whole amount above zero and at most 1,000 billion")
    )


def salary_not_ordered() -> InvalidInput:
    """Return the refusal of a range of pay that runs backwards."""
    return InvalidInput.field(
        "salary_max", "range", _("The highest pay must not be below the lowest")
    )


register_constraint("jobs_job_slug_unique", JobSlugTaken)
register_constraint("jobs_job_salary_positive", salary_not_positive)
register_constraint("jobs_job_salary_ordered", salary_not_ordered)
register_constraint("jobs_place_alias_folded_unique", alias_taken)
