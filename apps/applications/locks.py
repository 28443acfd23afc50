"""Row locks of the applications app.

Order: the posting (``jobs``, shared, only while applying), then the application. A decision takes the
application alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from apps.applications import selectors
from apps.applications.errors import ApplicationNotFound
from apps.applications.models import Application

if TYPE_CHECKING:
    from apps.users.models import User


def application_for_change(*, viewer: User, application_id: UUID) -> Application:
    """Return an application that the viewer may see, locked until the transaction ends.

    :raises ApplicationNotFound: it is not there, or not for the viewer
    """
    application = (
        selectors.visible_applications(viewer=viewer)
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=application_id)
        .first()
    )
    if application is None:
        raise ApplicationNotFound
    return application
