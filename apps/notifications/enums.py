"""The vocabulary of notifications."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NotificationKind(TextChoices):
    """What somebody is told about."""

    APPLICATION_SUBMITTED = "application_submitted", _("application received")
    APPLICATION_SEEN = "application_seen", _("application seen")
    APPLICATION_MOVED = "application_moved", _("application moved")
    APPLICATION_WITHDRAWN = "application_withdrawn", _("application withdrawn")
    RECRUITER_APPROVED = "recruiter_approved", _("recruiter approved")
    RECRUITER_REJECTED = "recruiter_rejected", _("recruiter rejected")


class TargetType(TextChoices):
    """What a notification leads to."""

    APPLICATION = "application", _("application")
    ACCOUNT = "account", _("account")
