"""The vocabulary of applications."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ApplicationState(TextChoices):
    """Where an application stands, as it is stored."""

    SUBMITTED = "SUBMITTED", _("submitted")
    SEEN = "SEEN", _("seen")
    INTERVIEW = "INTERVIEW", _("interview")
    OFFER = "OFFER", _("offer")
    HIRED = "HIRED", _("hired")
    REJECTED = "REJECTED", _("rejected")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class ApplicationStatusV1(TextChoices):
    """The word of the compatible interface for each stored state."""

    PENDING = "PENDING", _("pending")
    REVIEWING = "REVIEWING", _("under review")
    INTERVIEW_SCHEDULED = "INTERVIEW_SCHEDULED", _("interview")
    OFFER_EXTENDED = "OFFER_EXTENDED", _("offer made")
    ACCEPTED = "ACCEPTED", _("accepted")
    REJECTED = "REJECTED", _("rejected")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")


class StepKind(TextChoices):
    """What one entry of an application's history records."""

    SUBMITTED = "submitted", _("submitted")
    SEEN = "seen", _("seen by the company")
    MOVED = "moved", _("moved")
    WITHDRAWN = "withdrawn", _("withdrawn")


class ApplicationAction(TextChoices):
    """What a viewer may do with an application next."""

    DOWNLOAD_CV = "download_cv", _("download the CV")
    MOVE = "move", _("move")
    WITHDRAW = "withdraw", _("withdraw")
