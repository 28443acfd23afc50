"""Other names of places, kept by the staff."""

from __future__ import annotations

import pytest

from apps.core.errors import Forbidden, InvalidInput
from apps.core.ids import uuid7
from apps.core.models import Work
from apps.jobs.domain.criteria import JobCriteria
from apps.jobs.enums import AliasKind
from apps.jobs.errors import AliasNotFound
from apps.jobs.models import PlaceAlias
from apps.jobs.selectors import listed_jobs, resolve_place
from apps.jobs.services import taxonomy
from apps.jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db

SHORT = AliasKind.ABBREVIATION


def found(text, now) -> list[str]:
    jobs = listed_jobs(viewer=None, criteria=JobCriteria(search=text), now=now)
    return [job.title for job in jobs]


class TestAliases:
    def test_a_new_name_leads_to_the_place_and_its_postings(self, staff, work, now):
        JobFactory(title="Thợ lặn", place="Đà Nẵng")
        assert found("thợ lặn sông hàn", now) == []

        taxonomy.add_alias(actor=staff, place_code="48", name=" Sông Hàn ", kind=SHORT, now=now)
        work.run()

        assert resolve_place(name="song han").code == "48"
        assert found("tho lan song han", now) == ["Thợ lặn"]

    def test_a_corrected_name_replaces_the_wrong_one(self, staff, work, now):
        JobFactory(title="Thợ lặn", place="Đà Nẵng")
        alias = taxonomy.add_alias(
            actor=staff, place_code="48", name="Sông Hàm", kind=SHORT, now=now
        )

        taxonomy.rename_alias(
            actor=staff, alias_id=alias.id, name="Sông Hàn", kind=AliasKind.OLD_PROVINCE, now=now
        )
        work.run()

        assert found("thợ lặn sông hàm", now) == []
        assert found("thợ lặn sông hàn", now) == ["Thợ lặn"]
        assert PlaceAlias.objects.get(folded="songhan").kind == "OLD_PROVINCE"

    def test_a_removed_name_leads_nowhere(self, staff, work, now):
        JobFactory(title="Thợ lặn", place="Hồ Chí Minh")
        alias = PlaceAlias.objects.get(folded="saigon")

        taxonomy.remove_alias(actor=staff, alias_id=alias.id, now=now)
        work.run()

        assert found("thợ lặn sài gòn", now) == []

    @pytest.mark.parametrize(
        ("name", "code"), [("Saigon", "taken"), ("TP. Hồ Chí Minh", "taken"), ("!", "blank")]
    )
    def test_a_name_leads_to_one_place(self, staff, now, name, code):
        before = PlaceAlias.objects.count()

        with pytest.raises(InvalidInput) as refusal:
            taxonomy.add_alias(actor=staff, place_code="01", name=name, kind=SHORT, now=now)

        assert [(e.pointer, e.code) for e in refusal.value.errors] == [("name", code)]
        assert PlaceAlias.objects.count() == before
        assert not Work.objects.exists()

    def test_a_name_may_keep_its_key(self, staff, now):
        alias = PlaceAlias.objects.get(folded="saigon")

        taxonomy.rename_alias(actor=staff, alias_id=alias.id, name="Sài-gòn", kind=SHORT, now=now)

        assert PlaceAlias.objects.get(folded="saigon").name == "Sài-gòn"

    def test_what_is_not_there_is_not_found(self, staff, now):
        with pytest.raises(AliasNotFound):
            taxonomy.remove_alias(actor=staff, alias_id=uuid7(), now=now)
        with pytest.raises(AliasNotFound):
            taxonomy.rename_alias(actor=staff, alias_id=uuid7(), name="x", kind=SHORT, now=now)

    def test_only_staff_may(self, recruiter, now):
        alias = PlaceAlias.objects.get(folded="saigon")

        with pytest.raises(Forbidden):
            taxonomy.add_alias(actor=recruiter, place_code="48", name="x", kind=SHORT, now=now)
        with pytest.raises(Forbidden):
            taxonomy.rename_alias(actor=recruiter, alias_id=alias.id, name="x", kind=SHORT, now=now)
        with pytest.raises(Forbidden):
            taxonomy.remove_alias(actor=recruiter, alias_id=alias.id, now=now)

        assert PlaceAlias.objects.filter(pk=alias.pk, name="Sài Gòn").exists()
