"""The named accounts of the demo world."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from apps.core.demo import demo_id
from apps.users.enums import Approval, UserType
from apps.users.integrations.allauth import addresses
from apps.users.models import User

DOMAIN = "demo.onetop.vn"
PASSWORD = "onetop-demo-pass"  # noqa: S105 - printed by `./run`; only the local stack has these accounts
# Fixed, so that the same world comes out; long enough that Django does not hash anew at the first login.
_SALT = "onetopdemoworldonetopdemo"

_ACCOUNTS = (
    ("candidate", UserType.CANDIDATE, "Nguyễn Minh Anh", "0912345601"),
    ("candidate2", UserType.CANDIDATE, "Trần Quốc Bảo", "0912345602"),
    ("recruiter", UserType.RECRUITER, "Lê Thị Thu Hà", "0912345603"),
    ("recruiter2", UserType.RECRUITER, "Phạm Đức Long", "0912345604"),
    ("pending", UserType.RECRUITER, "Vũ Thanh Mai", "0912345605"),
    ("admin", UserType.ADMIN, "Đặng Hoài Nam", ""),
)


def load(*, now: datetime) -> None:
    """Create the demo accounts, all with the same password and a verified address."""
    hashed = hashed_password()
    decided_at = now - timedelta(days=30)
    users = []
    for name, user_type, full_name, phone_number in _ACCOUNTS:
        is_admin = user_type == UserType.ADMIN
        user = User(
            id=demo_id(f"user:{name}"),
            email=f"{name}@{DOMAIN}",
            full_name=full_name,
            phone_number=phone_number,
            password=hashed,
            user_type=user_type,
            is_staff=is_admin,
            is_superuser=is_admin,
        )
        if name == "pending":
            user.approval = Approval.PENDING
        elif user_type == UserType.RECRUITER:
            user.approval, user.approval_decided_at = Approval.APPROVED, decided_at
        users.append(user)
    User.objects.bulk_create(users)
    addresses.copy((user.id, user.email, True) for user in users)


def hashed_password() -> str:
    """Return the hash of the password of every demo account."""
    return make_password(PASSWORD, salt=_SALT)


def any_exist() -> bool:
    """Tell whether there is any account, of the demo world or not."""
    return User.objects.exists()


def others_exist() -> bool:
    """Tell whether there are demo accounts besides the named ones."""
    named = [demo_id(f"user:{name}") for name, *_ in _ACCOUNTS]
    return User.objects.filter(email__endswith=f"@{DOMAIN}").exclude(id__in=named).exists()
