"""Accounts for tests, made as rows: what a service would do besides is that service's test."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

import factory
from allauth.mfa.models import Authenticator
from django.utils import timezone

from apps.users.enums import Approval, UserType
from apps.users.models import Session, User

PASSWORD = "correct-horse-battery"


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A candidate; ``recruiter``, ``pending`` and ``staff`` make somebody else."""

    class Meta:
        model = User

    class Params:
        recruiter: Any = factory.Trait(
            user_type=UserType.RECRUITER,
            approval=Approval.APPROVED,
            approval_decided_at=factory.LazyFunction(timezone.now),
        )
        pending: Any = factory.Trait(user_type=UserType.RECRUITER, approval=Approval.PENDING)
        rejected: Any = factory.Trait(
            user_type=UserType.RECRUITER,
            approval=Approval.REJECTED,
            approval_decided_at=factory.LazyFunction(timezone.now),
        )
        staff: Any = factory.Trait(user_type=UserType.ADMIN, is_staff=True, is_superuser=True)

    email = factory.Sequence(lambda n: f"person{n}@example.vn")
    full_name = factory.Sequence(lambda n: f"Nguyễn Văn {n}")
    phone_number = factory.Sequence(lambda n: f"09{n:08d}")
    password = factory.django.Password(PASSWORD)
    user_type = UserType.CANDIDATE


class SessionFactory(factory.django.DjangoModelFactory[Session]):
    """A session with a cookie that is good for an hour."""

    class Meta:
        model = Session

    user = factory.SubFactory(UserFactory)
    last_seen_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=1))


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_totp(user: Any) -> str:
    """Give an account an authenticator app, and return the secret that it shares with it."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": SECRET})
    return SECRET


def code_of(secret: str, at: datetime, *, steps: int = 0) -> str:
    """Return the code that the app shows at a moment, or so many steps of 30 s later."""
    counter = int(at.timestamp()) // 30 + steps
    digest = hmac.new(base64.b32decode(secret), counter.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
