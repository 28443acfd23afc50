from __future__ import annotations

import json
import unicodedata

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core.json import dumps
from apps.core.tests.api.site import SOMEONE


class TestAnswers:
    def test_values_have_one_form_everywhere(self, client):
        response = client.get("/api/v1/echo/")
        assert response["Content-Type"] == "application/json"
        assert json.loads(response.content) == {
            "instant": "2026-01-02T10:04:05+07:00",
            "naive": "2026-01-02T03:04:05",
            "day": "2026-01-02",
            "time": "03:04:00",
            "price": "2000000.00",
            "id": str(SOMEONE),
            "label": "Not found",
            "lazy": "Yes",
            "1": "one",
            "viewer": None,
        }

    def test_texts_stand_in_utf_8(self, client):
        response = client.post("/api/v1/echo/", {"name": "Đà"}, format="json")
        assert response.content == '{"name":"Đà"}'.encode()

    def test_no_data_has_no_bytes(self, signed_in):
        response = signed_in.delete("/api/v1/echo/")
        assert (response.status_code, response.content) == (204, b"")

    @pytest.mark.parametrize(
        "accept", ["text/html", "application/pdf", "application/xml;q=0.1", ""]
    )
    def test_are_json_whatever_is_asked_for(self, client, accept):
        response = client.get("/api/v1/echo/", HTTP_ACCEPT=accept)
        assert (response.status_code, response["Content-Type"]) == (200, "application/json")

    def test_what_has_no_json_form_is_a_defect(self):
        with pytest.raises(TypeError):
            dumps({"a": object()})


class TestBodies:
    def test_texts_arrive_composed(self, client):
        apart = unicodedata.normalize("NFD", "Đà Nẵng")
        body = {apart: [apart, {"a": apart}], "n": 1, "yes": True, "nothing": None}
        response = client.post("/api/v1/echo/", body, format="json")
        assert response.json() == {
            "Đà Nẵng": ["Đà Nẵng", {"a": "Đà Nẵng"}],
            "n": 1,
            "yes": True,
            "nothing": None,
        }

    def test_escaped_texts_arrive_composed_too(self, client):
        body = json.dumps({"name": unicodedata.normalize("NFD", "Huế")})
        assert "\\u" in body
        response = client.post("/api/v1/echo/", body, content_type="application/json")
        assert response.json() == {"name": "Huế"}

    @pytest.mark.parametrize(
        "media_type", ["application/json", "Application/JSON; charset=utf-8", "application/json;"]
    )
    def test_the_media_type_may_have_parameters(self, client, media_type):
        response = client.post("/api/v1/echo/", b'{"a":1}', content_type=media_type)
        assert response.json() == {"a": 1}

    def test_an_empty_body_is_an_empty_object(self, client):
        assert client.post("/api/v1/echo/", content_type="application/json").json() == {}

    def test_the_limit_can_be_lifted(self, client, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = None
        response = client.post("/api/v1/echo/", {"a": "x" * 3_000_000}, format="json")
        assert response.status_code == 200

    def test_a_form_has_fields_and_files(self, client):
        apart = unicodedata.normalize("NFD", "Huế")
        form = {"place": [apart, "x"], "cv": SimpleUploadedFile("cv.pdf", b"%PDF-")}
        response = client.post("/api/v1/upload/", form, format="multipart")
        assert response.json() == {
            "fields": {"place": ["Huế", "x"]},
            "files": {"cv": "cv.pdf"},
        }

    def test_a_form_is_read_only_where_it_is_expected(self, client):
        assert client.post("/api/v1/echo/", {"a": "1"}, format="multipart").status_code == 415
        assert client.post("/api/v1/upload/", {"a": "1"}, format="json").status_code == 415

    def test_a_broken_form_is_refused(self, client):
        response = client.post("/api/v1/upload/", b"x", content_type="multipart/form-data")
        assert (response.status_code, response.json()["code"]) == (400, "parse_error")


class TestAccounts:
    def test_a_signed_in_account_is_known_to_view_and_log(self, signed_in):
        response = signed_in.get(f"/api/v1/lamps/{SOMEONE}/")
        assert response.json() == {
            "id": str(SOMEONE),
            "actor": str(SOMEONE),
            "logged": str(SOMEONE),
        }

    def test_an_open_view_sees_who_looks(self, client, signed_in):
        assert client.get("/api/v1/echo/").json()["viewer"] is None
        assert signed_in.get("/api/v1/echo/").json()["viewer"] == str(SOMEONE)

    def test_views_are_closed_unless_they_say_otherwise(self):
        from apps.core.api.permissions import IsAuthenticated
        from apps.core.api.views import ApiView, ApiViewSet

        assert ApiView.permission_classes == ApiViewSet.permission_classes == [IsAuthenticated]
