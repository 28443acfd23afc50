"""The vocabulary of postings."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class JobState(TextChoices):
    """Where a posting stands, as it is stored; that it has expired is derived."""

    DRAFT = "DRAFT", _("draft")
    PUBLISHED = "PUBLISHED", _("published")
    CLOSED = "CLOSED", _("closed")


class JobStatusV1(TextChoices):
    """The word of the compatible interface; an expired posting reads closed."""

    DRAFT = "DRAFT", _("draft")
    PUBLISHED = "PUBLISHED", _("published")
    CLOSED = "CLOSED", _("closed")


class JobType(TextChoices):
    """How somebody would be employed."""

    FULL_TIME = "FULL_TIME", _("full time")
    PART_TIME = "PART_TIME", _("part time")
    FREELANCE = "FREELANCE", _("freelance")
    INTERNSHIP = "INTERNSHIP", _("internship")


class JobAction(TextChoices):
    """What a viewer may do with a posting next."""

    EDIT = "edit", _("edit")
    PUBLISH = "publish", _("publish")
    CLOSE = "close", _("close")
    DELETE = "delete", _("delete")


class PlaceKind(TextChoices):
    """What a place is."""

    PROVINCE = "PROVINCE", _("province or city")
    REMOTE = "REMOTE", _("remote")
    NATIONWIDE = "NATIONWIDE", _("nationwide")


class AliasKind(TextChoices):
    """Why a place has another name."""

    OLD_PROVINCE = "OLD_PROVINCE", _("province before 1 July 2025")
    ABBREVIATION = "ABBREVIATION", _("abbreviation or common name")


class JobOrdering(TextChoices):
    """The orders in which postings can be listed."""

    NEWEST = "-published_at", _("newest first")
    OLDEST = "published_at", _("oldest first")
    CREATED_DESC = "-created_at", _("last created first")
    CREATED = "created_at", _("first created first")
    PAY_DESC = "-salary_max", _("highest pay first")
    PAY = "salary_max", _("lowest pay first")
    DEADLINE = "deadline", _("nearest deadline first")
    DEADLINE_DESC = "-deadline", _("farthest deadline first")
