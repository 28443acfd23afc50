from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.files.names import attachment, clean_name, with_extension

HEADER = re.compile(
    r"attachment; filename=\"([A-Za-z0-9._ -]+)\"; filename\*=UTF-8''([A-Za-z0-9._~%-]+)"
)


class TestCleanName:
    @pytest.mark.parametrize(
        ("name", "cleaned"),
        [
            ("CV Nguyễn Văn An.pdf", "CV Nguyễn Văn An.pdf"),
            (unicodedata.normalize("NFD", "Hồ sơ.docx"), "Hồ sơ.docx"),
            ("C:\\Users\\an\\cv.pdf", "cv.pdf"),
            ("../../etc/passwd", "passwd"),
            ("cv\r\nSet-Cookie: a=b.pdf", "cvSet-Cookie: a=b.pdf"),
            ("cv\u202efdp.exe", "cvfdp.exe"),
            ("  my \t cv .pdf ", "my cv .pdf"),
            ("...", "document.pdf"),
            ("/", "document.pdf"),
            ("", "document.pdf"),
        ],
    )
    def test_keeps_what_a_reader_sees_of_the_last_part(self, name, cleaned):
        assert clean_name(name, otherwise="document.pdf") == cleaned

    def test_a_long_name_keeps_its_extension(self):
        cleaned = clean_name("ê" * 400 + ".docx", otherwise="x")
        assert len(cleaned) == 255
        assert cleaned.endswith("ê.docx")

    def test_a_long_name_without_extension_is_cut(self):
        assert clean_name("a" * 300, otherwise="x") == "a" * 255
        assert len(clean_name("a." + "b" * 300, otherwise="x")) == 255

    @given(st.text())
    def test_is_never_empty_nor_a_path(self, name):
        cleaned = clean_name(name, otherwise="x")
        assert cleaned
        assert not set(cleaned) & set("/\\\r\n\0")
        assert len(cleaned) <= 255


class TestWithExtension:
    def test_the_content_decides(self):
        assert with_extension("cv.PDF", ".pdf") == "cv.PDF"
        assert with_extension("cv.exe", ".pdf") == "cv.exe.pdf"
        assert with_extension("Nguyễn Văn A", ".docx") == "Nguyễn Văn A.docx"


class TestAttachment:
    def test_offers_a_vietnamese_name_twice(self):
        assert attachment("Đơn ứng tuyển.pdf") == (
            'attachment; filename="Don ung tuyen.pdf"; '
            "filename*=UTF-8''%C4%90%C6%A1n%20%E1%BB%A9ng%20tuy%E1%BB%83n.pdf"
        )

    def test_a_name_of_other_letters_still_has_an_ascii_form(self):
        assert attachment("履歴書.pdf").startswith('attachment; filename="_.pdf"; ')

    @pytest.mark.parametrize(
        "name", ['a"; evil="1.pdf', "a\\.pdf", "a;b.pdf", "a\r\nX-Evil: 1.pdf", "%0d%0a.pdf"]
    )
    def test_no_name_adds_a_parameter_or_a_header(self, name):
        assert HEADER.fullmatch(attachment(name))

    @given(st.text())
    def test_always_has_the_same_form_and_says_the_name(self, name):
        header = HEADER.fullmatch(attachment(name))
        assert header
        assert unquote(header[2]) == clean_name(name, otherwise="file")
