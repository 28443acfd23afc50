"""The catalogue. Orders keep what was agreed: a change of a package is for those who order later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from apps.core import audit
from apps.payments import locks
from apps.payments.domain.packages import check_package
from apps.payments.errors import PackageNotFound
from apps.payments.models import Package
from apps.users.services.rights import require_right

if TYPE_CHECKING:
    from apps.users.models import User


@transaction.atomic
def add_package(*, actor: User, terms: Mapping[str, Any]) -> Package:
    """Put a package into the catalogue; ``terms`` are its fields by name.

    :raises RoleNotAllowed: the actor is not staff with that right
    :raises InvalidInput: nobody could pay it, or it gives nothing; names the field
    """
    require_right(actor=actor, right="payments.add_package")
    package = Package(**terms)
    check_package(price=package.price, credits=package.credits, days=package.days)
    package.save(force_insert=True)
    audit.record(actor, "added", package, **_told(package))
    return package


@transaction.atomic
def change_package(*, actor: User, package_id: UUID, terms: Mapping[str, Any]) -> Package:
    """Change a package for those who order from now on; without a difference nothing happens.

    :raises RoleNotAllowed: the actor is not staff with that right
    :raises PackageNotFound: there is no such package, or it was removed
    :raises InvalidInput: nobody could pay it, or it gives nothing; names the field
    """
    require_right(actor=actor, right="payments.change_package")
    package = locks.package(package_id)
    if package is None:
        raise PackageNotFound
    changed = [name for name, value in terms.items() if getattr(package, name) != value]
    for name in changed:
        setattr(package, name, terms[name])
    check_package(price=package.price, credits=package.credits, days=package.days)
    if changed:
        package.save(update_fields=[*changed, "updated_at"])
        audit.record(actor, "changed", package, fields=sorted(changed), **_told(package))
    return package


@transaction.atomic
def remove_package(*, actor: User, package_id: UUID, now: datetime) -> None:
    """Take a package out of the catalogue for good; its orders keep pointing at it.

    :raises RoleNotAllowed: the actor is not staff with that right
    :raises PackageNotFound: there is no such package, or it was removed
    """
    require_right(actor=actor, right="payments.delete_package")
    package = locks.package(package_id)
    if package is None:
        raise PackageNotFound
    package.deleted_at = now
    package.save(update_fields=["deleted_at", "updated_at"])
    audit.record(actor, "removed", package)


def _told(package: Package) -> dict[str, int]:
    return {"price": package.price, "credits": package.credits, "days": package.days}
