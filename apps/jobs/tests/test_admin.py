"""Postings and places in the admin."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from apps.core.errors import Forbidden
from apps.jobs.enums import JobState
from apps.jobs.errors import JobNotDeleted, JobNotFound
from apps.jobs.models import Job, Place, PlaceAlias
from apps.jobs.selectors import resolve_place
from apps.jobs.services import publishing
from apps.jobs.tests.factories import JobFactory
from apps.users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def url(model: str, page: str, *args) -> str:
    return reverse(f"admin:jobs_{model}_{page}", args=args)


@pytest.fixture
def staff_client(client, staff):
    client.force_login(staff)
    return client


class TestJobAdmin:
    @pytest.mark.parametrize(
        "query",
        [
            {"q": "kế toán"},
            {"q": "An Phú"},
            {"state": "PUBLISHED"},
            {"job_type": "FULL_TIME"},
            {"place__code__exact": "01"},
            {"deleted": "no"},
            {"shown": "live"},
            {"q": "KE toan"},
            {"q": "an phu ke"},
        ],
    )
    def test_finds_and_filters(self, staff_client, query):
        wanted = JobFactory(title="Kế toán", company__name="An Phú")
        JobFactory(
            title="Lái xe",
            place="Huế",
            job_type="PART_TIME",
            state=JobState.CLOSED,
            deleted_at=wanted.published_at,
        )

        page = staff_client.get(url("job", "changelist"), query)

        assert [job.title for job in page.context["cl"].result_list] == ["Kế toán"]

    def test_shows_a_posting_and_lets_nobody_edit_it(self, staff_client):
        job = JobFactory()

        page = staff_client.get(url("job", "change", job.pk))

        assert page.status_code == 200
        assert staff_client.post(url("job", "change", job.pk), {"title": "x"}).status_code == 403
        assert staff_client.get(url("job", "add")).status_code == 403
        assert staff_client.post(url("job", "delete", job.pk)).status_code == 403

    def test_closes_what_can_be_closed_and_says_why_not_the_rest(self, staff_client):
        live, draft = JobFactory(title="Đang mở"), JobFactory(title="Nháp", state=JobState.DRAFT)

        page = staff_client.post(
            url("job", "changelist"),
            {
                "action": "close_postings",
                "_selected_action": [str(live.pk), str(draft.pk)],
                "confirmed": "yes",
            },
            follow=True,
            headers={"accept-language": "en"},
        )

        states = {job.title: job.state for job in Job.objects.all()}
        assert states == {"Đang mở": "CLOSED", "Nháp": "DRAFT"}
        assert sorted(str(message) for message in page.context["messages"]) == [
            "Nháp: This step is not possible from the present state",
            "Postings closed: 1",
        ]

    def test_restores_a_deleted_posting(self, staff_client, api, now):
        job = JobFactory(deleted_at=now)

        staff_client.post(
            url("job", "changelist"),
            {"action": "restore_postings", "_selected_action": [str(job.pk)], "confirmed": "yes"},
        )

        assert Job.objects.get().deleted_at is None
        assert api().get(f"/api/v1/jobs/{job.slug}/").status_code == 200

    def test_asks_before_it_closes(self, staff_client):
        job = JobFactory(title="Kế toán", company__name="An Phú")

        page = staff_client.post(
            url("job", "changelist"),
            {"action": "close_postings", "_selected_action": [str(job.pk)]},
            headers={"accept-language": "en"},
        )

        assert "Kế toán · An Phú · published" in page.content.decode()
        assert Job.objects.get().state == JobState.PUBLISHED

    def test_restores_no_posting_of_a_deleted_company(self, staff_client, now):
        job = JobFactory(title="Kế toán", deleted_at=now, company__deleted_at=now)

        page = staff_client.post(
            url("job", "changelist"),
            {
                "action": "restore_postings",
                "_selected_action": [str(job.pk)],
                "confirmed": "yes",
            },
            follow=True,
            headers={"accept-language": "en"},
        )

        assert [str(message) for message in page.context["messages"]] == [
            "Kế toán: The company of this posting is deleted; restore it first"
        ]
        assert Job.objects.get().deleted_at == now

    def test_offers_actions_to_those_who_may(self, client):
        reader = UserFactory(user_type="ADMIN", is_staff=True)
        reader.user_permissions.add(Permission.objects.get(codename="view_job"))
        client.force_login(reader)
        job = JobFactory()

        client.post(
            url("job", "changelist"),
            {"action": "close_postings", "_selected_action": [str(job.pk)], "confirmed": "yes"},
        )

        assert client.get(url("job", "changelist")).status_code == 200
        assert Job.objects.get().state == JobState.PUBLISHED


class TestStaffServices:
    def test_are_for_staff_with_the_right(self, recruiter, company, now):
        job = JobFactory(company=company)

        with pytest.raises(Forbidden):
            publishing.take_down_job(actor=recruiter, job_id=job.id, now=now)
        with pytest.raises(Forbidden):
            publishing.restore_job(actor=recruiter, job_id=job.id)

        assert Job.objects.get().state == JobState.PUBLISHED

    def test_find_nothing_that_never_was(self, staff, company, now):
        with pytest.raises(JobNotFound):
            publishing.take_down_job(actor=staff, job_id=company.id, now=now)

    def test_restore_nothing_that_is_there(self, staff):
        with pytest.raises(JobNotDeleted):
            publishing.restore_job(actor=staff, job_id=JobFactory().id)


class TestPlaceAdmin:
    def test_lists_and_shows_places_with_their_names(self, staff_client):
        found = staff_client.get(url("place", "changelist"), {"q": "Bình Dương"})
        page = staff_client.get(url("place", "change", "79"))

        assert [place.code for place in found.context["cl"].result_list] == ["79"]
        assert "Sài Gòn" in page.content.decode()

    def test_changes_nothing(self, staff_client):
        assert staff_client.get(url("place", "add")).status_code == 403
        assert staff_client.post(url("place", "change", "79"), {"name": "x"}).status_code == 403
        assert Place.objects.get(code="79").name == "Hồ Chí Minh"


class TestAliasAdmin:
    def test_adds_a_name(self, staff_client):
        answer = staff_client.post(
            url("placealias", "add"), {"place": "48", "name": "Sông Hàn", "kind": "ABBREVIATION"}
        )

        assert answer.status_code == 302
        assert resolve_place(name="song han").code == "48"

    @pytest.mark.parametrize("name", ["saigon", "Huế", "?!"])
    def test_refuses_a_name_that_is_taken_or_blank_in_the_form(self, staff_client, name):
        before = PlaceAlias.objects.count()

        answer = staff_client.post(
            url("placealias", "add"), {"place": "48", "name": name, "kind": "ABBREVIATION"}
        )

        assert answer.status_code == 200
        assert list(answer.context["adminform"].form.errors) == ["name"]
        assert PlaceAlias.objects.count() == before

    def test_corrects_a_name_and_leaves_it_at_its_place(self, staff_client):
        alias = PlaceAlias.objects.get(folded="saigon")

        answer = staff_client.post(
            url("placealias", "change", alias.pk),
            {"place": "48", "name": "Sài Thành", "kind": "ABBREVIATION"},
        )

        assert answer.status_code == 302
        alias.refresh_from_db()
        assert (alias.name, alias.folded, alias.place_id) == ("Sài Thành", "saithanh", "79")

    def test_removes_one_name_or_several(self, staff_client):
        ids = dict(PlaceAlias.objects.filter(place="79").values_list("folded", "pk"))

        staff_client.post(url("placealias", "delete", ids["sg"]), {"post": "yes"})
        staff_client.post(
            url("placealias", "changelist"),
            {
                "action": "delete_selected",
                "_selected_action": [str(ids["hcmc"]), str(ids["brvt"])],
                "post": "yes",
            },
        )

        left = set(PlaceAlias.objects.filter(place="79").values_list("folded", flat=True))
        assert set(ids) - left == {"sg", "hcmc", "brvt"}
