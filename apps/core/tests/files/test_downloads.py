from __future__ import annotations

import pytest
from django.urls import Resolver404, resolve

from apps.core.files import FileMissing, check_document, file_response, record, storing
from apps.core.files.intake import DOCX
from apps.core.tests.files.samples import PDF, docx, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def keep(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path

    def kept(content, name):
        checked = check_document(upload(content, name), max_bytes=10_000)
        with storing(checked, folder="applications") as kept:
            return record(kept)

    return kept


class TestFileResponse:
    def test_gives_the_bytes_back_as_a_private_download(self, keep):
        response = file_response(keep(PDF, "CV Nguyễn Ánh.pdf"))
        assert response.getvalue() == PDF
        assert dict(response.items()) == {
            "Content-Type": "application/pdf",
            "Content-Length": str(len(PDF)),
            "Content-Disposition": (
                'attachment; filename="CV Nguyen Anh.pdf"; '
                "filename*=UTF-8''CV%20Nguy%E1%BB%85n%20%C3%81nh.pdf"
            ),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }

    def test_says_what_the_bytes_are_and_not_what_the_name_claims(self, keep):
        response = file_response(keep(docx(), "cv.pdf"))
        assert response["Content-Type"] == DOCX
        assert 'filename="cv.pdf.docx"' in response["Content-Disposition"]

    def test_takes_another_name(self, keep):
        response = file_response(keep(PDF, "scan0001.pdf"), filename="Lê Thị Hoa_CV")
        assert 'filename="Le Thi Hoa_CV.pdf"' in response["Content-Disposition"]

    @pytest.mark.parametrize("name", ["Lê\nX-Evil: 1", 'a"b', "a\r\n\r\n<html>"])
    def test_no_name_reaches_beyond_its_header(self, keep, name):
        response = file_response(keep(PDF, "a.pdf"), filename=name)
        assert "X-Evil" not in response.headers
        assert b"\n" not in response.serialize_headers().replace(b"\r\n", b"")
        assert len(response.headers) == 5

    def test_lost_bytes_are_not_found(self, keep, tmp_path):
        row = keep(PDF, "a.pdf")
        (tmp_path / row.path).unlink()
        with pytest.raises(FileMissing) as refusal:
            file_response(row)
        assert refusal.value.code == "file_missing"


class TestPrivacy:
    def test_no_address_leads_to_the_storage(self, keep, settings):
        row = keep(PDF, "a.pdf")
        for address in (f"/media/{row.path}", f"/{row.path}", f"/static/{row.path}"):
            with pytest.raises(Resolver404):
                resolve(address)
