from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from django.db import transaction

from apps.core.files import check_document, record, storing
from apps.core.models import StoredFile
from apps.core.tests.files.samples import PDF, docx, upload


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def checked():
    return check_document(upload(PDF, "CV Trần Bình.pdf"), max_bytes=10_000)


def stored_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class TestStoring:
    def test_keeps_the_bytes_under_a_name_that_tells_nothing(self, media, checked):
        with storing(checked, folder="applications") as kept:
            pass
        assert re.fullmatch(r"applications/([0-9a-f]{2})/\1[0-9a-f]{30}\.pdf", kept.path)
        assert (media / kept.path).read_bytes() == PDF
        assert kept.original_name == "CV Trần Bình.pdf"

    def test_the_same_file_twice_is_kept_twice(self, media, checked):
        with storing(checked, folder="a") as first, storing(checked, folder="a") as second:
            pass
        assert first.path != second.path
        assert len(stored_in(media)) == 2

    @pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit])
    def test_removes_them_when_the_block_fails(self, media, checked, failure):
        seen = []

        def fail() -> None:
            with storing(checked, folder="a"):
                seen.extend(stored_in(media))
                raise failure

        with pytest.raises(failure):
            fail()
        assert len(seen) == 1
        assert stored_in(media) == []


@pytest.mark.django_db
class TestRecord:
    def test_says_what_was_kept(self, media):
        checked = check_document(upload(docx(), "Hồ sơ.docx"), max_bytes=10_000)
        with storing(checked, folder="applications") as kept, transaction.atomic():
            row = record(kept)
        row.refresh_from_db()
        assert {
            "folder": row.folder,
            "path": row.path,
            "original_name": row.original_name,
            "content_type": row.content_type,
            "size": row.size,
            "sha256": row.sha256,
        } == {
            "folder": "applications",
            "path": kept.path,
            "original_name": "Hồ sơ.docx",
            "content_type": (
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
            ),
            "size": len(docx()),
            "sha256": hashlib.sha256(docx()).hexdigest(),
        }

    def test_a_failing_transaction_leaves_neither_row_nor_bytes(self, media, checked):
        def fail() -> None:
            with storing(checked, folder="a") as kept, transaction.atomic():
                record(kept)
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        assert StoredFile.objects.count() == 0
        assert stored_in(media) == []

    def test_shows_itself_without_the_uploaders_words(self, media, checked):
        with storing(checked, folder="a") as kept:
            row = record(kept)
        assert str(row) == f"a/{row.id}"
