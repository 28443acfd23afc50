"""The kernel's vocabulary."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MailState(TextChoices):
    """Where a mail stands."""

    QUEUED = "queued", _("queued")
    SENT = "sent", _("sent")


class AuditKind(TextChoices):
    """What an audit entry is about: something that was changed, or the security of an account."""

    CHANGE = "change", _("change")
    SECURITY = "security", _("security")


class OperationState(TextChoices):
    """Where a piece of work that somebody waits for stands."""

    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    SUCCEEDED = "succeeded", _("succeeded")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class OperationAction(TextChoices):
    """What a viewer may do with an operation next."""

    CANCEL = "cancel", _("cancel")
    DOWNLOAD = "download", _("download the result")
