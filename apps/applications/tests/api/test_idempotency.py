"""``Idempotency-Key`` on applying: forms with files, under both addresses."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.applications.models import Application
from apps.applications.tests.factories import pdf_bytes
from apps.core.models import IdempotencyKey, StoredFile, Work
from apps.jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db(transaction=True)

URL = "/api/v1/applications/"
ALIAS = "/api/v1/applications/applications/"
KEY = "b7f1c1d2"


def send(
    client, job, *, cv: bytes = b"", name: str = "cv.pdf", url: str = URL, **fields: Any
) -> Any:
    body = {"job": str(job.id), "cv_file": SimpleUploadedFile(name, cv or pdf_bytes()), **fields}
    return client.post(url, body, format="multipart", HTTP_IDEMPOTENCY_KEY=KEY)


def effects(kept_files) -> tuple[int, int, int, int]:
    """Count what applying leaves behind."""
    return (
        Application.objects.count(),
        StoredFile.objects.count(),
        len(kept_files()),
        Work.objects.count(),
    )


@pytest.mark.parametrize("url", [URL, ALIAS])
def test_applying_again_under_one_key_is_answered_as_the_first_time(
    api, candidate, job, kept_files, url
):
    client = api(as_=candidate)

    first = send(client, job, url=url)
    done = effects(kept_files)
    again = send(client, job, url=url, name="renamed by the phone.pdf")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert done[:3] == (1, 1, 1)
    assert effects(kept_files) == done


@pytest.mark.parametrize("change", [{"cv": pdf_bytes("Another")}, {"cover_letter": "Xin chào."}])
def test_another_form_under_the_key_is_refused(api, candidate, job, kept_files, change):
    client = api(as_=candidate)
    send(client, job)
    done = effects(kept_files)

    other = send(client, job, **change)

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert effects(kept_files) == done


def test_eight_at_once_apply_once(at_once, api, candidate, job, kept_files):
    clients = [api(as_=candidate) for _ in range(8)]

    answers = at_once(8, lambda number: send(clients[number], job))

    done = [answer for answer in answers if answer.status_code == 201]
    assert Counter("Idempotency-Replayed" in answer.headers for answer in done)[False] == 1
    assert len({answer.content for answer in done}) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {a.json()["code"] for a in answers if a.status_code == 409} <= {
        "idempotency_key_running"
    }
    assert effects(kept_files)[:3] == (1, 1, 1)


def test_a_refusal_is_kept_and_leaves_nothing_else(api, candidate, company, kept_files):
    closed = JobFactory(company=company, state="CLOSED")
    client = api(as_=candidate)

    first, again = send(client, closed), send(client, closed)

    assert (first.status_code, first.json()["code"]) == (409, "job_closed")
    assert again.content == first.content
    assert effects(kept_files) == (0, 0, 0, 0)
    assert IdempotencyKey.objects.get().status == 409


def test_a_file_that_is_not_taken_frees_the_key(api, candidate, job):
    client = api(as_=candidate)

    refused = send(client, job, cv=b"not a document")
    mended = send(client, job)

    assert (refused.status_code, mended.status_code) == (415, 201)
