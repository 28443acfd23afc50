"""Accounts, their sessions and the chains of refresh tokens that keep a session going."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.ids import uuid7
from apps.core.models.base import Entity
from apps.users.domain import identity, policies
from apps.users.enums import Approval, Language, SessionEnd, UserType


class UserQuerySet(models.QuerySet["User"]):
    def with_email(self, email: str) -> UserQuerySet:
        """Keep the account of this address, however it was typed."""
        return self.filter(email=identity.normalise_email(email))

    def get_by_natural_key(self, email: str) -> User:
        """Return the account that signs in with this address, as Django's backend asks for it."""
        return self.with_email(email).get()


class User(Entity, AbstractBaseUser, PermissionsMixin):
    """A person's account. Roles inside a company are memberships, not part of it."""

    # Sign-ins are rows of Session; a second, partial record of them would only mislead.
    last_login = None

    email = models.EmailField(_("e-mail"), max_length=identity.LONGEST_EMAIL)
    full_name = models.CharField(_("full name"), max_length=identity.LONGEST_NAME)
    phone_number = models.CharField(_("phone number"), max_length=16, blank=True, default="")
    user_type = models.CharField(_("type"), max_length=16, choices=UserType)
    approval = models.CharField(
        _("approval"), max_length=16, choices=Approval, default=Approval.NOT_REQUIRED
    )
    approval_decided_at = models.DateTimeField(_("approval decided at"), null=True, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.VIETNAMESE
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("staff"), default=False)

    objects = UserQuerySet.as_manager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        db_table = "users_user"
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions = (
            ("decide_recruiter", "Can approve and reject recruiters"),
            ("deactivate_user", "Can deactivate and reactivate accounts"),
        )
        constraints = (
            models.UniqueConstraint(fields=["email"], name="users_user_email_unique"),
            models.CheckConstraint(
                condition=~Q(email__regex="[A-Z]") & ~Q(email=""),
                name="users_user_email_lower_case",
            ),
            models.CheckConstraint(
                condition=Q(user_type__in=UserType.values), name="users_user_type_known"
            ),
            models.CheckConstraint(
                condition=Q(language__in=Language.values), name="users_user_language_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    user_type=UserType.RECRUITER,
                    approval__in=(Approval.PENDING, Approval.APPROVED, Approval.REJECTED),
                )
                | (~Q(user_type=UserType.RECRUITER) & Q(approval=Approval.NOT_REQUIRED)),
                name="users_user_approval_fits_type",
            ),
            models.CheckConstraint(
                condition=Q(
                    approval__in=(Approval.APPROVED, Approval.REJECTED),
                    approval_decided_at__isnull=False,
                )
                | Q(
                    approval__in=(Approval.NOT_REQUIRED, Approval.PENDING),
                    approval_decided_at__isnull=True,
                ),
                name="users_user_approval_decided",
            ),
        )
        indexes = (models.Index(fields=["-created_at"], name="users_user_newest"),)

    def __str__(self) -> str:
        return self.email

    @property
    def is_candidate(self) -> bool:
        return self.user_type == UserType.CANDIDATE

    @property
    def is_recruiter(self) -> bool:
        """Tell whether the account may act as a recruiter: the type and the approval."""
        return policies.may_recruit(UserType(self.user_type), Approval(self.approval))

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name


class Session(Entity):
    """One sign-in on one device, with tokens or with a cookie. Every request reads it, so ending it acts at once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    last_seen_at = models.DateTimeField(_("last seen at"))
    ip = models.GenericIPAddressField(_("IP address"), null=True, blank=True)
    user_agent = models.CharField(_("user agent"), max_length=255, blank=True, default="")
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    """Of a browser's session; a client with tokens stays as long as it refreshes them."""
    store_key = models.CharField(max_length=40, blank=True, default="", db_default="")
    """Where allauth keeps what it remembers about a client with tokens: a key of Django's session store."""
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end_reason = models.CharField(
        _("end reason"), max_length=24, choices=SessionEnd, blank=True, default=""
    )

    class Meta:
        db_table = "users_session"
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        permissions = (("end_session", "Can end sessions"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="")
                | Q(ended_at__isnull=False, end_reason__in=SessionEnd.values),
                name="users_session_end_explained",
            ),
        )

    user_id: UUID

    def __str__(self) -> str:
        return str(self.id)


class RefreshToken(models.Model):
    """One link of a session's chain of refresh tokens; the token's text is computed from it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="refresh_tokens")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    successor = models.OneToOneField(
        "self", on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )

    class Meta:
        db_table = "users_refresh_token"
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("issued_at")),
                name="users_refresh_token_expires_later",
            ),
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(used_at__isnull=True),
                name="users_refresh_token_one_unspent",
            ),
        )

    session_id: UUID
    successor_id: UUID | None
