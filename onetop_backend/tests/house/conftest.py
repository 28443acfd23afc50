"""A small world in which every route has something to act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from onetop_backend.tests.house.world import World


@pytest.fixture
def world(
    settings,
    api,
    now,
    candidate,
    other_candidate,
    recruiter,
    other_recruiter,
    pending_recruiter,
    staff,
    company,
    other_company,
) -> World:
    from apps.payments.tests.factories import VNPAY
    from onetop_backend.tests.house.world import build

    for name, value in VNPAY.items():
        setattr(settings, name, value)
    return build(
        api=api,
        now=now,
        people={
            "candidate": candidate,
            "other_candidate": other_candidate,
            "recruiter": recruiter,
            "other_recruiter": other_recruiter,
            "pending_recruiter": pending_recruiter,
            "staff": staff,
        },
        company=company,
        other_company=other_company,
    )
