"""Opening, describing and closing accounts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import audit, throttle
from apps.core.errors import FieldError, InvalidInput
from apps.core.events import publish
from apps.users import locks, selectors
from apps.users.domain import approval, identity, policies
from apps.users.enums import Approval, Language, SessionEnd, UserType
from apps.users.errors import (
    AccountAlreadyActive,
    AccountAlreadyInactive,
    OwnAccount,
    RoleNotAllowed,
    email_taken,
)
from apps.users.events import UserRegistered
from apps.users.integrations.allauth import addresses
from apps.users.models import User
from apps.users.services import emails, passwords, rights, sessions


def register(
    *,
    email: str,
    password: str,
    full_name: str,
    user_type: UserType,
    phone_number: str = "",
    language: str = Language.VIETNAMESE,
    now: datetime,
) -> User:
    """Open an account for oneself; a recruiter then waits for approval.

    :raises InvalidInput: a value is not accepted, the address is taken, or the type is not for everybody
    """
    if not policies.may_register(user_type):
        raise InvalidInput.field(
            "user_type", "not_allowed", _("Nobody can register with this account type")
        )
    values = _checked(
        email=email, full_name=full_name, phone_number=phone_number, language=language
    )
    user = User(**values, user_type=user_type, approval=approval.at_registration(user_type))
    _set_first_password(user, password)
    with transaction.atomic():
        user.save(force_insert=True)
        audit.record(user, "registered", user, user_type=user_type)
        publish(UserRegistered(user_id=user.pk, user_type=user_type, occurred_at=now))
        emails.send_link(user=user, now=now)
    return user


@transaction.atomic
def register_with_provider(
    *,
    email: str,
    full_name: str,
    email_verified: bool,
    provider: str,
    language: str = Language.VIETNAMESE,
    now: datetime,
) -> User:
    """Open an account without a password for a candidate whom another platform knows.

    :raises InvalidInput: a value is not accepted, or the address is taken
    """
    if language not in Language.values:
        language = Language.VIETNAMESE
    values = _checked(email=email, full_name=full_name, language=language)
    if selectors.find_account_by_email_unscoped(values["email"]) is not None:
        raise email_taken()
    user = User(**values, user_type=UserType.CANDIDATE, password=make_password(None))
    user.save(force_insert=True)
    audit.record(user, "registered", user, user_type=user.user_type, provider=provider)
    publish(UserRegistered(user_id=user.pk, user_type=UserType.CANDIDATE, occurred_at=now))
    if email_verified:
        addresses.keep(user_id=user.pk, email=user.email, verified=True)
    else:
        emails.send_link(user=user, now=now)
    return user


@transaction.atomic
def create_account(
    *,
    actor: User | None,
    email: str,
    password: str,
    full_name: str,
    user_type: UserType,
    phone_number: str = "",
    language: str = Language.VIETNAMESE,
    now: datetime,
) -> User:
    """Open an account for somebody else; a recruiter needs no further approval.

    ``actor`` is None for an operator at the shell, who alone can make administrators: superusers, who
    give rights to the rest of the staff.

    :raises RoleNotAllowed: the actor lacks the right, or asks for an administrator
    :raises InvalidInput: a value is not accepted, or the address is taken
    :raises TooManyRequests: the actor opened too many accounts of late
    """
    if actor is not None:
        rights.require_right(actor=actor, right="users.add_user")
        if not policies.may_register(user_type):
            raise RoleNotAllowed
    values = _checked(
        email=email, full_name=full_name, phone_number=phone_number, language=language
    )
    user = User(**values, user_type=user_type)
    if user_type == UserType.RECRUITER:
        user.approval, user.approval_decided_at = Approval.APPROVED, now
    if user_type == UserType.ADMIN:
        user.is_staff = user.is_superuser = True
    if actor is not None:
        throttle.take("user_create", str(actor.pk))
    _set_first_password(user, password)
    user.save(force_insert=True)
    # An operator at the shell vouches for the address.
    addresses.keep(user_id=user.pk, email=user.email, verified=actor is None)
    audit.record(actor, "created", user, user_type=user_type)
    return user


@transaction.atomic
def update_profile(
    *,
    actor: User,
    full_name: str | None = None,
    phone_number: str | None = None,
    language: str | None = None,
    now: datetime,
) -> User:
    """Change what the actor says about themselves; None leaves a value as it is.

    :raises InvalidInput: a value is not accepted
    """
    values = _checked(full_name=full_name, phone_number=phone_number, language=language)
    user = locks.account(actor.pk)
    if fields := _write_changed(user, now=now, **values):
        audit.record(actor, "updated", user, fields=fields)
    return user


@transaction.atomic
def correct_account(
    *,
    actor: User,
    user_id: UUID,
    full_name: str | None = None,
    phone_number: str | None = None,
    language: str | None = None,
    now: datetime,
) -> User:
    """Change what somebody else's account says, as staff; None leaves a value as it is.

    :raises RoleNotAllowed: the actor lacks the right, or the account is a superuser's
    :raises AccountNotFound: there is no such account
    :raises InvalidInput: a value is not accepted
    """
    rights.require_right(actor=actor, right="users.change_user")
    user = locks.account(user_id)
    rights.require_rank(actor=actor, target=user)
    values = _checked(full_name=full_name, phone_number=phone_number, language=language)
    if fields := _write_changed(user, now=now, **values):
        audit.record(actor, "corrected", user, fields=fields)
    return user


@transaction.atomic
def set_staff_rights(
    *, actor: User, user_id: UUID, is_staff: bool, group_ids: Collection[int], now: datetime
) -> User:
    """Make an account staff with the rights of these groups, or take them away.

    :raises RoleNotAllowed: the actor is not a superuser
    :raises OwnAccount: the actor would leave the staff
    :raises AccountNotFound: there is no such account
    """
    if not actor.is_superuser:
        raise RoleNotAllowed
    if user_id == actor.pk and not is_staff:
        raise OwnAccount
    user = locks.account(user_id)
    before, after = set(user.groups.values_list("pk", flat=True)), set(group_ids)
    if user.is_staff == is_staff and before == after:
        return user
    _write_changed(user, now=now, is_staff=is_staff)
    user.groups.set(after)
    audit.security(
        "rights_changed",
        account_id=user.pk,
        actor=actor,
        is_staff=is_staff,
        groups_given=sorted(after - before),
        groups_taken=sorted(before - after),
    )
    return user


@transaction.atomic
def deactivate(*, actor: User, user_id: UUID, now: datetime) -> User:
    """Shut an account out at once: nobody can sign in to it, and its sessions end.

    :raises RoleNotAllowed: the actor lacks the right, or the account is a superuser's
    :raises OwnAccount: it is the actor's own
    :raises AccountNotFound: there is no such account
    :raises AccountAlreadyInactive: that was done before
    """
    if user_id == actor.pk:
        raise OwnAccount
    user = _account_to_switch(actor=actor, user_id=user_id)
    if not user.is_active:
        raise AccountAlreadyInactive
    _write_changed(user, now=now, is_active=False)
    sessions.end_all_sessions(user_id=user.pk, reason=SessionEnd.DEACTIVATED, now=now)
    audit.record(actor, "deactivated", user)
    return user


@transaction.atomic
def reactivate(*, actor: User, user_id: UUID, now: datetime) -> User:
    """Let the owner of a deactivated account sign in again.

    :raises RoleNotAllowed: the actor lacks the right, or the account is a superuser's
    :raises AccountNotFound: there is no such account
    :raises AccountAlreadyActive: it is not deactivated
    """
    user = _account_to_switch(actor=actor, user_id=user_id)
    if user.is_active:
        raise AccountAlreadyActive
    _write_changed(user, now=now, is_active=True)
    audit.record(actor, "reactivated", user)
    return user


def _account_to_switch(*, actor: User, user_id: UUID) -> User:
    rights.require_right(actor=actor, right="users.deactivate_user")
    user = locks.account(user_id)
    rights.require_rank(actor=actor, target=user)
    return user


def _set_first_password(user: User, password: str) -> None:
    """Check the address and the password, cheapest first: hashing is made to be slow."""
    if selectors.find_account_by_email_unscoped(user.email) is not None:
        raise email_taken()
    passwords.check_policy(password=password, user=user, pointer="password")
    user.password = make_password(password)


def _write_changed(user: User, *, now: datetime, **values: object) -> list[str]:
    """Write those of these columns of a locked account that change, and return their names."""
    changed = {name: value for name, value in values.items() if getattr(user, name) != value}
    for name, value in changed.items():
        setattr(user, name, value)
    if changed:
        User.objects.filter(pk=user.pk).update(**changed, updated_at=now)
    return sorted(changed)


def _checked(
    *,
    email: str | None = None,
    full_name: str | None = None,
    phone_number: str | None = None,
    language: str | None = None,
) -> dict[str, str]:
    """Return the values that are given, as they are stored.

    :raises InvalidInput: names every value that is not accepted
    """
    values: dict[str, str] = {}
    refused: list[FieldError] = []
    if email is not None:
        values["email"] = identity.normalise_email(email)
        if not _is_email(values["email"]):
            refused.append(FieldError("email", "invalid", _("This is not an e-mail address")))
    if full_name is not None:
        values["full_name"] = identity.normalise_name(full_name)
        if not 1 <= len(values["full_name"]) <= identity.LONGEST_NAME:
            refused.append(
                FieldError(
                    "full_name",
                    "invalid",
                    _("A name has between 1 and %(max)d characters")
                    % {"max": identity.LONGEST_NAME},
                )
            )
    if phone_number is not None:
        values["phone_number"] = identity.normalise_phone(phone_number)
        if values["phone_number"] and not identity.is_phone(values["phone_number"]):
            refused.append(
                FieldError(
                    "phone_number",
                    "invalid",
                    _("A phone number has 8 to 15 digits, with a leading + if you like"),
                )
            )
    if language is not None:
        values["language"] = language
        if language not in Language.values:
            refused.append(FieldError("language", "invalid", _("Choose vi or en")))
    if refused:
        raise InvalidInput(errors=tuple(refused))
    return values


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= identity.LONGEST_EMAIL
