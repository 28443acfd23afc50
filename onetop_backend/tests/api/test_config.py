from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db

CONFIG = "/api/v1/config/"


def test_everybody_reads_the_vocabulary_in_their_language(api):
    english = api().get(CONFIG)
    vietnamese = api().get(CONFIG, HTTP_ACCEPT_LANGUAGE="vi")

    assert english.status_code == vietnamese.status_code == 200
    assert english.json().keys() == {
        "job_types", "job_statuses", "application_statuses", "member_roles", "languages", "places",
    }  # fmt: skip
    for name, options in english.json().items():
        other = vietnamese.json()[name]
        assert [option["value"] for option in options] == [option["value"] for option in other]
        assert all(option.keys() == {"value", "label"} for option in options)
        if name != "places":
            labels = [[option["label"] for option in listed] for listed in (options, other)]
            assert all(one != two for one, two in zip(*labels, strict=True))


def test_has_the_words_of_version_one(api):
    body = api().get(CONFIG).json()

    def values(name):
        return [option["value"] for option in body[name]]

    assert values("job_types") == ["FULL_TIME", "PART_TIME", "FREELANCE", "INTERNSHIP"]
    assert values("job_statuses") == ["DRAFT", "PUBLISHED", "CLOSED"]
    assert values("application_statuses") == [
        "PENDING", "REVIEWING", "INTERVIEW_SCHEDULED", "OFFER_EXTENDED", "ACCEPTED", "REJECTED",
        "WITHDRAWN",
    ]  # fmt: skip
    assert values("languages") == ["vi", "en"]
    assert len(values("places")) == 36


def test_places_are_what_the_list_of_postings_filters_by(api):
    client = api()
    places = client.get(CONFIG).json()["places"]

    (hanoi,) = [place["value"] for place in places if place["label"] == "Hà Nội"]
    assert client.get("/api/v1/jobs/", {"place": hanoi}).status_code == 200


def test_a_dead_token_keeps_nobody_out(api):
    client = api()
    client.credentials(HTTP_AUTHORIZATION="Bearer dead")

    assert client.get(CONFIG).status_code == 200
