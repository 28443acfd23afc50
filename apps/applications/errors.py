"""Refusals of the applications app, and what its database constraints mean."""

from __future__ import annotations

from apps.core.errors import Conflict, NotFound, StaleVersion, register_constraint
from apps.core.errors import mark as _


class ApplicationNotFound(NotFound):
    """There is no such application, or not for this viewer."""

    code = "application_not_found"
    title = _("Application not found")


class CvNotShared(NotFound):
    """The candidate withdrew, and the CV with the contact data in it went back to them."""

    code = "cv_not_shared"
    title = _("The candidate withdrew this application, and the CV is no longer shared with you")


class AlreadyApplied(Conflict):
    """One person applies to one posting once."""

    code = "already_applied"
    title = _("You have already applied for this job")


class ExportOutdated(Conflict):
    """A candidate withdrew after the export was made, which shows contact data that went back to them."""

    code = "export_outdated"
    title = _("A candidate has withdrawn since this was exported; please export again")


register_constraint("applications_application_made_once", AlreadyApplied)
register_constraint("applications_event_version_once", StaleVersion)
