"""HTTP in production: one WSGI application."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from onetop_backend.checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onetop_backend.settings")

refuse_unsafe_start()
application = get_wsgi_application()
