"""Abstract bases: what every row, every deletable row and every jointly edited row carries."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.ids import uuid7

_M = TypeVar("_M", bound=models.Model)


class Entity(models.Model):
    """A row with a public UUIDv7 key and audit timestamps, which are never used by a rule."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        abstract = True


class SoftDeleteQuerySet(models.QuerySet[_M]):
    """Filters for rows that may be marked as deleted."""

    def alive(self) -> Self:
        """Return the rows that are not marked as deleted."""
        return self.filter(deleted_at__isnull=True)


class SoftDeletable(models.Model):
    """A row that people delete and staff may restore; history pages still show it."""

    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class Versioned(models.Model):
    """A row that people edit together: each edit names the version it started from."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        abstract = True
