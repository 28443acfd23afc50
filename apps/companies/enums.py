"""The vocabulary of companies."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MemberRole(TextChoices):
    """What a member is in a company; each has exactly one role there."""

    OWNER = "OWNER", _("owner")
    RECRUITER = "RECRUITER", _("recruiter")
    HIRING_MANAGER = "HIRING_MANAGER", _("hiring manager")
    INTERVIEWER = "INTERVIEWER", _("interviewer")
    FINANCE = "FINANCE", _("finance")
    GRADER = "GRADER", _("grader")


class CompanyAction(TextChoices):
    """What a viewer may do with a company."""

    UPDATE = "update", _("edit")
    DELETE = "delete", _("delete")
    READ_MEMBERS = "read_members", _("see the members")
    MANAGE_MEMBERS = "manage_members", _("manage the members")
    POST_JOBS = "post_jobs", _("post jobs")
    READ_APPLICANTS = "read_applicants", _("see the applicants")
    SEE_FINANCES = "see_finances", _("see the credits")


class MemberAction(TextChoices):
    """What a viewer may do with one membership."""

    CHANGE_ROLE = "change_role", _("change the role")
    REMOVE = "remove", _("remove")
