"""Entries of the audit trail as sentences: who did what to which row, from what to what, and by which way.

An app names its verbs and the details that are no columns (``name_verbs``, ``name_details``). What a row is called
stands in the column that its page names (``OneTopAdmin.named_by``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db.models import CharField, F, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.admin.ways import way_of
from apps.core.audit.partitions import first_id
from apps.core.enums import AuditKind
from apps.core.models import Audit

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from apps.core.admin.site import StaffSite

Key: TypeAlias = tuple[str, UUID | None]

RECENT = 12
_RECENT_DAYS = 30
_NOTHING = "—"

_verbs: dict[str, StrOrPromise] = {}
_details: dict[str, StrOrPromise] = {}


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The row that an entry is about: what kind, what it is called, and its page if there is one to be seen."""

    kind: str
    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """One entry, to be read."""

    at: Any
    actor: str
    verb: str
    subject: Subject
    details: Sequence[str]
    way: str


def name_verbs(**verbs: StrOrPromise) -> None:
    """Say how verbs read that an app records."""
    _verbs.update(verbs)


def name_details(**names: StrOrPromise) -> None:
    """Say how details read that an app records and that are no columns of the row."""
    _details.update(names)


def named_verbs() -> frozenset[str]:
    """Return the verbs that somebody named."""
    return frozenset(_verbs)


def verb_label(verb: str) -> str:
    """Return a verb to be read; one that nobody named stays as it is recorded."""
    return str(_verbs.get(verb, verb))


def with_actors(entries: QuerySet[Audit]) -> QuerySet[Audit]:
    """Add the names by which the actors sign in."""
    people = get_user_model()
    name = people._base_manager.filter(pk=OuterRef("actor_id")).values(people.USERNAME_FIELD)
    return entries.annotate(actor_name=Subquery(name))


def actor_of(entry: Any) -> str:
    """Return who it was: the platform where nobody asked."""
    if entry.actor_id is None:
        return gettext("the platform")
    return entry.actor_name or str(entry.actor_id)


def recent(request: HttpRequest, *, site: StaffSite) -> list[Told] | None:
    """Return what people changed last; None for whoever may not read the trail."""
    if not request.user.has_perm("core.view_audit"):
        return None
    since = first_id(timezone.now() - timedelta(days=_RECENT_DAYS))
    entries = Audit.objects.filter(
        id__gte=since, kind=AuditKind.CHANGE, actor_id__isnull=False
    ).order_by("-id")
    rows = list(with_actors(entries)[:RECENT])
    subjects = subjects_of(rows, request=request, site=site)
    return [
        Told(
            at=row.at,
            actor=actor_of(row),
            verb=verb_label(row.verb),
            subject=subjects[row.subject_type, row.subject_id],
            details=details_of(row, site=site),
            way=str(way_of(row)),
        )
        for row in rows
    ]


def subjects_of(
    entries: Iterable[Audit], *, request: HttpRequest, site: StaffSite
) -> Mapping[Key, Subject]:
    """Return the rows that entries are about, named by one query whatever kinds of rows they are."""
    keys = {(entry.subject_type, entry.subject_id) for entry in entries}
    seen = {
        kind: page
        for kind in {kind for kind, _key in keys}
        if (page := _page_of(kind, request=request, site=site)) is not None
    }
    names = _names(keys, seen)
    return {
        (kind, key): Subject(
            kind=_kind(kind, site),
            name=names.get((kind, key), ""),
            address=reverse(f"admin:{kind.replace('.', '_')}_change", args=[key])
            if (kind, key) in names
            else "",
        )
        for kind, key in keys
    }


def details_of(entry: Audit, *, site: StaffSite) -> list[str]:
    """Return what was changed, as short lines; from what to what where that was recorded."""
    data = {**entry.data}
    page = site.page_of(entry.subject_type)
    model = page.model if page else None
    changes: dict[str, list[Any]] = data.pop("changes", {})
    lines = [
        f"{_label(model, name)}: {_value(model, name, old)} → {_value(model, name, new)}"
        for name, (old, new) in changes.items()
    ]
    silent = [_label(model, name) for name in data.pop("fields", []) if name not in changes]
    if silent:
        lines.append(gettext("Changed: %(names)s") % {"names": ", ".join(silent)})
    if "before" in data:
        name = next((name for name in ("state", "role", "name") if name in data), "before")
        new, old = data.pop(name), data.pop("before", "")
        lines.append(
            f"{_label(model, name)}: {_value(model, name, old)} → {_value(model, name, new)}"
        )
    for technical in ("way", "session", "sessions"):
        data.pop(technical, None)
    lines += [
        f"{_label(model, name)}: {_value(model, name, value)}" for name, value in data.items()
    ]
    return lines


def _page_of(kind: str, *, request: HttpRequest, site: StaffSite) -> Any:
    """Return the page of a kind of rows if it names its rows and the reader may see them."""
    page = site.page_of(kind)
    if page is None or not getattr(page, "named_by", "") or not page.has_view_permission(request):
        return None
    return page


def _names(keys: set[Key], pages: Mapping[str, Any]) -> dict[Key, str]:
    questions = [
        page.model._base_manager.filter(pk__in=[key for each, key in keys if each == kind])
        .order_by()
        .annotate(
            kind_name=Value(kind, output_field=CharField()),
            row_name=Cast(F(page.named_by), CharField()),
        )
        .values_list("kind_name", "pk", "row_name")
        for kind, page in sorted(pages.items())
    ]
    if not questions:
        return {}
    first, *others = questions
    return {(kind, key): name for kind, key, name in first.union(*others, all=True)}


def _kind(kind: str, site: StaffSite) -> str:
    page = site.page_of(kind)
    return str(page.model._meta.verbose_name) if page else kind


def _field(model: type[Model] | None, name: str) -> Any:
    try:
        return model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None


def _label(model: type[Model] | None, name: str) -> str:
    field = _field(model, name)
    return capfirst(str(field.verbose_name if field else _details.get(name, name)))


def _value(model: type[Model] | None, name: str, value: Any) -> str:
    choices = dict(getattr(_field(model, name), "flatchoices", ()))
    if value in (None, "", []):
        return _NOTHING
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    return str(choices.get(value, value))


name_verbs(
    created=_("created"),
    updated=_("changed"),
    deleted=_("deleted"),
    restored=_("restored"),
    requeued=_("had tried again"),
    cancelled=_("cancelled"),
    result_read=_("downloaded the result"),
    reset_metrics=_("reset the metrics"),
)
name_details(reason=_("reason"))
