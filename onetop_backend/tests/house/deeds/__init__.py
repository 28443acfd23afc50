"""Every service that changes something, done once in the world of the matrix, with the entries that it leaves.

A new service needs a line here, or one in ``exceptions.UNAUDITED_SERVICES``.
"""

from __future__ import annotations

from collections.abc import Mapping

from onetop_backend.tests.house.deeds.accounts import USERS
from onetop_backend.tests.house.deeds.hiring import (
    APPLICATIONS,
    COMPANIES,
    JOBS,
    NOTIFICATIONS,
    PAYMENTS,
)
from onetop_backend.tests.house.deeds.shape import Deed

DEEDS: Mapping[str, Deed] = {
    f"apps.{app}.services.{name}": deed
    for app, deeds in (
        ("users", USERS),
        ("companies", COMPANIES),
        ("payments", PAYMENTS),
        ("jobs", JOBS),
        ("applications", APPLICATIONS),
        ("notifications", NOTIFICATIONS),
    )
    for name, deed in deeds.items()
}
