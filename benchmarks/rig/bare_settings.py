"""The settings of production without any middleware: what the same view costs by itself."""

from __future__ import annotations

from onetop_backend.settings import *  # noqa: F403

MIDDLEWARE.clear()  # noqa: F405
