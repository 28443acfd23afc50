"""Row locks of the applications app.

Order: the posting (``jobs``, shared, only while applying), then the application. A decision writes the
application alone, by ``core.versioned``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from apps.applications import selectors
from apps.applications.errors import ApplicationNotFound
from apps.applications.models import Application
from apps.core import versioned

if TYPE_CHECKING:
    from apps.users.models import User


def application_for_change(*, viewer: User, application_id: UUID) -> Application:
    """Return an application that the viewer may see, to be written by ``versioned.save``.

    :raises ApplicationNotFound: it is not there, or not for the viewer
    """
    applications = selectors.visible_applications(viewer=viewer)
    application = versioned.find(applications.filter(pk=application_id))
    if application is None:
        raise ApplicationNotFound
    return application
