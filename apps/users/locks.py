"""The one place that locks rows of this app: the account first, nothing else needs a lock of its own.

Opening a session, deactivating, deciding about a recruiter and replacing a password all pass through the
account's row, so none of them can slip a session past another that has just ended them all.
"""

from __future__ import annotations

from uuid import UUID

from apps.users.errors import AccountNotFound
from apps.users.models import User


def account(user_id: UUID) -> User:
    """Lock an account until the end of the transaction, leaving foreign keys to it free.

    :raises AccountNotFound: there is none
    """
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if user is None:
        raise AccountNotFound
    return user
