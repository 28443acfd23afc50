"""Accounts for tests, made as rows: what a service would do besides is that service's test."""

from __future__ import annotations

from typing import Any

import factory
from django.utils import timezone

from apps.users.enums import Approval, UserType
from apps.users.models import User

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
