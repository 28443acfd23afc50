"""What a member of the staff may do, by Django's permissions."""

from __future__ import annotations

from apps.users.errors import RoleNotAllowed
from apps.users.models import User


def require_right(*, actor: User, right: str) -> None:
    """Check that the actor is staff and holds a permission, by a group or as superuser.

    :raises RoleNotAllowed: the actor is not, or does not
    """
    if not (actor.is_staff and actor.has_perm(right)):
        raise RoleNotAllowed


def require_rank(*, actor: User, target: User) -> None:
    """Check that only superusers act on superusers, or a right over accounts would be one over the platform.

    :raises RoleNotAllowed: the target ranks above the actor
    """
    if target.is_superuser and not actor.is_superuser:
        raise RoleNotAllowed
