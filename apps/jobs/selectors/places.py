"""Places and how a typed name leads to one."""

from __future__ import annotations

from uuid import UUID

from apps.core.errors import mark as _
from apps.jobs.domain import places
from apps.jobs.errors import PlaceUnknown
from apps.jobs.models import Place, PlaceAlias


def known_places(*, search: str = "") -> list[Place]:
    """Return the places in the order of their codes with their other names, remote work and the country last.

    ``search`` keeps those of which a name contains it, whatever accents and spaces it has.
    """
    found = list(Place.objects.prefetch_related("aliases").order_by("code"))
    key = places.name_key(search)
    if not search:
        return found
    return [place for place in found if any(key in name for name in _keys(place))] if key else []


def resolve_place(*, name: str) -> Place:
    """Return the place that a typed name means: its present name, an old province, an abbreviation.

    :raises PlaceUnknown: no place has this name; carries the five closest as ``suggestions``
    """
    found = known_places()
    key = places.name_key(name)
    for place in found:
        if places.name_key(place.name) == key:
            return place
    for place in found:
        if key in _keys(place):
            return place
    by_code = {place.code: place for place in found}
    codes = places.closest(key, [(other, place.code) for place in found for other in _keys(place)])
    raise PlaceUnknown.field(
        "location",
        PlaceUnknown.code,
        _("This place is not known; choose one of the suggestions"),
        suggestions=[{"code": code, "name": by_code[code].name} for code in codes],
    )


def alias_is_free_unscoped(*, name: str, alias_id: UUID) -> bool:
    """Tell whether a name may become another name of a place: it leads to none yet, the given alias apart."""
    key = places.name_key(name)
    taken = PlaceAlias.objects.filter(folded=key).exclude(id=alias_id).exists()
    present_names = Place.objects.values_list("name", flat=True)
    return bool(key) and not taken and key not in map(places.name_key, present_names)


def _keys(place: Place) -> list[str]:
    return [places.name_key(place.name), *(alias.folded for alias in place.aliases.all())]
