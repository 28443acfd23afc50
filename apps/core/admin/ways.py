"""By which way something was asked for, as an entry of the audit trail tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from apps.core.audit.trail import ADMIN
from apps.core.models import Audit

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def way_of(entry: Audit) -> StrOrPromise:
    """Return the admin, the API or the platform's own work: a task, a schedule or a command."""
    if entry.data.get("way") == ADMIN:
        return _("admin")
    return _("API") if entry.ip or entry.session_id else _("platform")
