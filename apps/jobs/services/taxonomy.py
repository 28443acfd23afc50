"""The list of places: loaded from the versioned file, with other names that the staff may add."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from apps.core import audit, cache, work
from apps.core.errors import Forbidden
from apps.core.text import nfc
from apps.jobs import locks
from apps.jobs.domain.places import name_key
from apps.jobs.enums import AliasKind
from apps.jobs.errors import alias_blank, alias_taken
from apps.jobs.models import Place, PlaceAlias
from apps.jobs.selectors.places import alias_is_free_unscoped

if TYPE_CHECKING:
    from apps.users.models import User

FILE = Path(__file__).parents[1] / "migrations" / "places_2025_07_01.json"
REFRESH = "apps.jobs.tasks.refresh_search_texts_of_place"


@transaction.atomic
def load_places(*, places: Any = Place, aliases: Any = PlaceAlias) -> None:
    """Write the places of the file and their other names; what the staff have added stays.

    Idempotent. A migration passes its historical models.
    """
    rows = json.loads(FILE.read_text(encoding="utf-8"))["places"]
    places.objects.bulk_create(
        [
            places(code=row["code"], name=row["name"], full_name=row["full_name"], kind=row["kind"])
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "full_name", "kind"],
    )
    aliases.objects.bulk_create(
        [
            aliases(place_id=row["code"], name=name, folded=name_key(name), kind=kind)
            for row in rows
            for kind, names in (
                (AliasKind.OLD_PROVINCE, row["old"]),
                (AliasKind.ABBREVIATION, row["short"]),
            )
            for name in names
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def add_alias(
    *, actor: User, place_code: str, name: str, kind: AliasKind, now: datetime
) -> PlaceAlias:
    """Give a place another name, by the staff; its postings are then found under it.

    :raises Forbidden: the actor is not staff with that right
    :raises InvalidInput: the name has no letter or digit, or leads to a place already
    """
    _require(actor, "jobs.add_placealias")
    locks.place(place_code)
    alias = PlaceAlias(place_id=place_code, kind=kind)
    _name(alias, name)
    alias.save(force_insert=True)
    audit.record(actor, "added", alias, place=place_code, name=alias.name)
    _renamed(place_code, now)
    return alias


@transaction.atomic
def rename_alias(
    *, actor: User, alias_id: UUID, name: str, kind: AliasKind, now: datetime
) -> PlaceAlias:
    """Correct another name of a place, by the staff.

    :raises Forbidden: the actor is not staff with that right
    :raises AliasNotFound: there is no such name
    :raises InvalidInput: the name has no letter or digit, or leads to a place already
    """
    _require(actor, "jobs.change_placealias")
    alias = locks.alias(alias_id)
    before = (alias.name, alias.kind)
    alias.kind = kind
    _name(alias, name)
    if before != (alias.name, alias.kind):
        alias.save()
        audit.record(actor, "renamed", alias, before=before[0], name=alias.name, kind=kind)
        _renamed(alias.place_id, now)
    return alias


@transaction.atomic
def remove_alias(*, actor: User, alias_id: UUID, now: datetime) -> None:
    """Remove another name of a place, by the staff.

    :raises Forbidden: the actor is not staff with that right
    :raises AliasNotFound: there is no such name
    """
    _require(actor, "jobs.delete_placealias")
    alias = locks.alias(alias_id)
    audit.record(actor, "removed", alias, place=alias.place_id, name=alias.name)
    alias.delete()
    _renamed(alias.place_id, now)


def _name(alias: PlaceAlias, name: str) -> None:
    alias.name = nfc(name).strip()
    alias.folded = name_key(alias.name)
    if not alias.folded:
        raise alias_blank()
    if not alias_is_free_unscoped(name=alias.name, alias_id=alias.id):
        raise alias_taken()


def _renamed(place_code: str, now: datetime) -> None:
    # The instant belongs to the key: a row with the bare key may be running with the names of before.
    key = f"search-text:place:{place_code}:{now.isoformat()}"
    work.add(REFRESH, key=key, place_code=place_code)
    cache.touch("places")


def _require(actor: User, right: str) -> None:
    if not actor.has_perm(right):
        raise Forbidden
