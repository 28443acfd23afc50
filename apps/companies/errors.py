"""Refusals of the companies app, and what its database constraints mean."""

from __future__ import annotations

from apps.core.errors import Conflict, Forbidden, InvalidInput, NotFound, register_constraint
from apps.core.errors import mark as _


class CompanyNotFound(NotFound):
    """There is no such company, or it was deleted."""

    code = "company_not_found"
    title = _("Company not found")


class MemberNotFound(NotFound):
    """The company has no such member now."""

    code = "member_not_found"
    title = _("Member not found")


class CompanyRequired(Conflict):
    """The caller belongs to no company, and this is about the caller's company."""

    code = "company_required"
    title = _("Create a company or join one first")


class CompanyRoleNotAllowed(Forbidden):
    """The actor has no part in the company, or one that does not include this."""

    code = "company_role_not_allowed"
    title = _("Your role in this company does not allow this")


class LastOwner(Conflict):
    """A company always has an owner."""

    code = "last_owner"
    title = _("A company needs an owner: make another member owner first")


class VerificationUnchanged(Conflict):
    """The company already is what it was to become."""

    code = "verification_unchanged"
    title = _("The company already has this verification state")


class NotDeleted(Conflict):
    """Only a deleted company can be restored."""

    code = "company_not_deleted"
    title = _("The company is not deleted")


class CompanyNameTaken(Conflict):
    """While a company was deleted, another one took its name."""

    code = "company_name_taken"
    title = _("Another company has this name by now; one of the two needs another name first")


class SlugTaken(Conflict):
    """Two companies drew the same random slug in the same instant."""

    code = "slug_taken"
    title = _("The company could not be created; please try again")


def name_taken() -> InvalidInput:
    """Return the refusal of a name that a live company has, whatever its case and accents."""
    return InvalidInput.field("name", "taken", _("There already is a company with this name"))


def name_blank() -> InvalidInput:
    """Return the refusal of a name without a letter or a digit."""
    return InvalidInput.field("name", "blank", _("A company needs a name"))


def not_a_recruiter() -> InvalidInput:
    """Return the one refusal of an e-mail that is unknown and of one that is no approved recruiter's."""
    return InvalidInput.field(
        "email", "not_a_recruiter", _("No approved recruiter account has this e-mail address")
    )


def already_member() -> InvalidInput:
    """Return the refusal of a person who belongs to the company already."""
    return InvalidInput.field("email", "already_member", _("This person is already a member"))


def role_unknown() -> InvalidInput:
    """Return the refusal of a role that does not exist."""
    return InvalidInput.field("role", "invalid_choice", _("There is no such role"))


LIVE_NAME_UNIQUE = "companies_company_live_name_unique"

register_constraint(LIVE_NAME_UNIQUE, name_taken)
register_constraint("companies_company_name_present", name_blank)
register_constraint("companies_company_slug_unique", SlugTaken)
register_constraint("companies_membership_once_at_a_time", already_member)
register_constraint("companies_membership_role_known", role_unknown)
