from __future__ import annotations

import hashlib
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.errors import FileTooLarge, InvalidInput, UnsupportedFile
from apps.core.files.intake import DOCX, check_document
from apps.core.tests.files.samples import CONTENT_TYPES, PDF, docx, upload, zipped

LIMIT = 5 * 1024 * 1024


def check(content, name="cv.pdf", **options):
    return check_document(upload(content, name), max_bytes=LIMIT, **options)


def with_flags(content, offset, value):
    """Return the archive with two bytes of each directory entry replaced."""
    patched = bytearray(content)
    start = 0
    while (start := patched.find(b"PK\x01\x02", start)) >= 0:
        struct.pack_into("<H", patched, start + offset, value)
        start += 4
    return bytes(patched)


class TestPdf:
    def test_is_recognised_by_its_content(self):
        checked = check(PDF, "whatever.exe")
        assert checked.content_type == "application/pdf"
        assert checked.extension == ".pdf"
        assert checked.original_name == "whatever.exe"
        assert checked.size == len(PDF)
        assert checked.sha256 == hashlib.sha256(PDF).hexdigest()

    def test_can_be_read_from_its_beginning_afterwards(self):
        assert check(PDF).file.read() == PDF

    def test_may_have_rubbish_around_it(self):
        assert check(b"\n" * 1000 + PDF + b"\0" * 1500).content_type == "application/pdf"

    @pytest.mark.parametrize(
        "content",
        [
            b"\n" * 1024 + PDF,
            PDF + b"\0" * 5000,
            b"%PDF-1.7\nthe rest was lost",
            b"<html>%%EOF</html>",
            b"MZ\x90\0",
            b"%PDF",
        ],
        ids=["late header", "early end", "cut off", "page", "program", "too short"],
    )
    def test_what_only_resembles_one_is_refused(self, content):
        with pytest.raises(UnsupportedFile) as refusal:
            check(content)
        assert refusal.value.context == {"accepted": ["application/pdf", DOCX]}


class TestDocx:
    def test_is_recognised_by_its_content(self):
        checked = check(docx(), "cv.pdf")
        assert checked.content_type == DOCX
        assert checked.extension == ".docx"
        assert checked.file.read() == docx()

    @pytest.mark.parametrize(
        "content",
        [
            zipped({"a.txt": b"a"}),
            zipped({"[Content_Types].xml": CONTENT_TYPES}),
            zipped({"word/document.xml": b"<w:document/>"}),
            zipped({"[Content_Types].xml": CONTENT_TYPES, "xl/workbook.xml": b""}),
            docx()[:-10],
            docx()[:200],
            b"PK\x03\x04" + b"\0" * 200,
            b"rubbish" + docx(),
        ],
        ids=["zip", "no document", "no types", "sheet", "cut", "cut early", "empty", "prefixed"],
    )
    def test_another_archive_is_refused(self, content):
        with pytest.raises(UnsupportedFile):
            check(content)

    @pytest.mark.parametrize(
        "name", ["word/vbaProject.bin", "word/VBAPROJECT.BIN", "x/vbaProject.bin"]
    )
    def test_macros_are_refused(self, name):
        with pytest.raises(UnsupportedFile):
            check(docx({name: b"Sub AutoOpen()"}))

    def test_a_macro_document_under_another_name_is_refused(self):
        types = CONTENT_TYPES.replace(
            b"openxmlformats-officedocument.wordprocessingml.document.main",
            b"ms-word.document.macroEnabled.main",
        )
        with pytest.raises(UnsupportedFile):
            check(docx(content_types=types))

    @pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "word/../../x"])
    def test_members_that_leave_the_archive_are_refused(self, name):
        with pytest.raises(UnsupportedFile):
            check(docx({name: b"x"}))

    def test_an_encrypted_archive_is_refused(self):
        with pytest.raises(UnsupportedFile):
            check(with_flags(docx(), 8, 0x1))

    def test_an_exotic_compression_is_refused(self):
        with pytest.raises(UnsupportedFile):
            check(with_flags(docx(), 10, zipfile.ZIP_LZMA))

    def test_damaged_content_is_refused(self):
        content = bytearray(docx())
        content[60:70] = b"\xff" * 10
        with pytest.raises(UnsupportedFile):
            check(bytes(content))

    def test_an_oversized_list_of_types_is_not_read(self):
        with pytest.raises(UnsupportedFile):
            check(docx(content_types=CONTENT_TYPES + b" " * 300_000))


class TestBombs:
    def test_one_that_inflates_to_gigabytes_is_refused(self):
        bomb = docx({f"word/media/{n}": b"\0" * (16 * 1024 * 1024) for n in range(5)})
        assert len(bomb) < 200_000
        with pytest.raises(UnsupportedFile):
            check(bomb)

    def test_one_of_too_many_members_is_refused_before_they_are_read(self, monkeypatch):
        bomb = docx({f"word/{n}": b"" for n in range(1_000)})
        monkeypatch.setattr(zipfile, "ZipFile", None)
        with pytest.raises(UnsupportedFile):
            check(bomb)

    def test_one_that_hides_its_number_of_members_is_refused(self):
        bomb = bytearray(docx({f"word/{n}": b"" for n in range(1_000)}))
        end = bomb.rfind(b"PK\x05\x06")
        struct.pack_into("<2H", bomb, end + 8, 3, 3)
        with pytest.raises(UnsupportedFile):
            check(bytes(bomb))

    def test_one_of_a_huge_directory_is_refused(self):
        with pytest.raises(UnsupportedFile):
            check(docx({f"word/{n}-{'x' * 900}": b"" for n in range(600)}))

    def test_one_of_overlapping_members_is_refused(self):
        """All entries point to one run of compressed bytes, as flat bombs do."""
        content = bytearray(docx({f"word/media/{n}": b"\x07" * 4096 for n in range(400)}))
        start = 0
        while (start := content.find(b"PK\x01\x02", start)) >= 0:
            if b"media" in content[start : start + 70]:
                struct.pack_into("<L", content, start + 20, 4096)
            start += 4
        with pytest.raises(UnsupportedFile):
            check(bytes(content))


class TestSize:
    def test_an_empty_file_is_refused_at_its_field(self):
        with pytest.raises(InvalidInput) as refusal:
            check(b"", field="cv_file")
        assert [(error.pointer, error.code) for error in refusal.value.errors] == [
            ("cv_file", "empty")
        ]

    def test_the_limit_itself_is_allowed(self):
        check_document(upload(PDF), max_bytes=len(PDF))

    def test_one_byte_more_is_not(self):
        with pytest.raises(FileTooLarge) as refusal:
            check_document(upload(PDF), max_bytes=len(PDF) - 1)
        assert refusal.value.context == {"max_bytes": len(PDF) - 1}

    def test_what_is_too_large_is_not_looked_into(self):
        with pytest.raises(FileTooLarge):
            check_document(upload(b"x" * 100), max_bytes=99)


class TestAnything:
    @settings(deadline=None)
    @given(st.binary(max_size=400))
    def test_bytes_are_accepted_or_refused_and_nothing_else(self, content):
        for prefix in (b"", b"PK\x03\x04", b"%PDF-"):
            try:
                check(prefix + content)
            except (InvalidInput, UnsupportedFile):
                continue

    @settings(deadline=None)
    @given(st.data())
    def test_a_document_with_any_byte_changed_never_fails_otherwise(self, data):
        content = bytearray(docx())
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
        try:
            check(bytes(content))
        except UnsupportedFile:
            return

    def test_a_name_is_made_up_when_there_is_none(self):
        file = upload(PDF)
        file.name = None
        assert check_document(file, max_bytes=LIMIT).original_name == "document.pdf"

    def test_a_file_that_lies_on_disk_is_read_alike(self, tmp_path):
        from django.core.files.uploadedfile import TemporaryUploadedFile

        with TemporaryUploadedFile("cv.docx", "", 0, None) as file:
            file.write(docx())
            file.flush()
            file.size = len(docx())
            assert check_document(file, max_bytes=LIMIT).content_type == DOCX
