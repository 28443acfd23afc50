"""The production application without any middleware: what the same view costs by itself."""

from __future__ import annotations

from django.conf import settings

# First the whole one: some apps refuse to load without their middleware.
from onetop_backend import wsgi

settings.MIDDLEWARE = []
application = type(wsgi.application)()
