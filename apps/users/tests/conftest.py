"""Members of the staff, signed in to their pages."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission

from apps.users.enums import UserType
from apps.users.tests.factories import UserFactory
from apps.users.tests.pages import browser_of


@pytest.fixture
def desk():
    """Give ``desk(*rights)``: a member of the staff, signed in, whose group has these rights."""

    def signed_in(*rights):
        group = Group.objects.create(name="desk")
        group.permissions.set(Permission.objects.filter(codename__in=rights))
        member = UserFactory(user_type=UserType.ADMIN, is_staff=True, email="desk@example.vn")
        member.groups.add(group)
        return browser_of(member)

    return signed_in


@pytest.fixture
def admin(staff):
    return browser_of(staff)
