"""Companies for tests, made as rows: what a service would do besides is that service's test."""

from __future__ import annotations

from typing import Any

import factory
from django.utils import timezone

from apps.companies.domain.naming import name_key, new_slug
from apps.companies.enums import MemberRole
from apps.companies.models import Company, Membership
from apps.users.tests.factories import UserFactory


class MembershipFactory(factory.django.DjangoModelFactory[Membership]):
    """A member of a company, a recruiter there unless said otherwise."""

    class Meta:
        model = Membership

    company = factory.SubFactory("apps.companies.tests.factories.CompanyFactory")
    user = factory.SubFactory(UserFactory, recruiter=True)
    role = MemberRole.RECRUITER
    joined_at = factory.LazyFunction(timezone.now)


class CompanyFactory(factory.django.DjangoModelFactory[Company]):
    """A company; ``owner=`` names its owner, without whom it has none."""

    class Meta:
        model = Company
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Công ty {n}")
    name_key = factory.LazyAttribute(lambda company: name_key(company.name))
    slug = factory.LazyAttribute(lambda company: new_slug(company.name))

    @factory.post_generation
    def owner(company: Any, create: bool, person: Any, **_: Any) -> None:  # noqa: N805
        """Make a person the owner."""
        if person is not None:
            MembershipFactory(company=company, user=person, role=MemberRole.OWNER)
