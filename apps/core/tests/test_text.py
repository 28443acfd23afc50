from __future__ import annotations

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.text import fold, nfc, slug_suffix, slugify

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class TestFold:
    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            ("Lập trình viên", "lap trinh vien"),
            ("ĐỒNG NAI", "dong nai"),
            ("Thừa Thiên – Huế", "thua thien – hue"),
            ("  Kế\ttoán \n trưởng ", "ke toan truong"),
            ("Nguyễn Thị Thùy Dương", "nguyen thi thuy duong"),
            ("C++ / C# / .NET", "c++ / c# / .net"),
            ("", ""),
        ],
    )
    def test_keeps_letters_and_drops_what_sits_on_them(self, text, folded):
        assert fold(text) == folded

    def test_reads_decomposed_text_like_composed(self):
        assert fold(unicodedata.normalize("NFD", "Đà Nẵng")) == fold("Đà Nẵng") == "da nang"

    @pytest.mark.parametrize("letter", ["đ", "Đ", "ð", "Ð", "Ɖ", "ɖ"])
    def test_takes_every_stroked_d_for_d(self, letter):
        assert fold(letter) == "d"

    def test_drops_what_cannot_be_seen(self):
        assert fold("An\u200b Phú\ufeff\u202e") == "an phu"

    def test_is_stable_and_lower_case_for_every_character(self):
        every = range(sys.maxunicode + 1)
        for start in every[::4096]:
            folded = fold("|".join(map(chr, every[start : start + 4096])))
            assert fold(folded) == folded.lower() == folded, hex(start)

    @given(st.text())
    def test_folding_twice_changes_nothing(self, text):
        assert fold(fold(text)) == fold(text)

    @given(st.text())
    def test_does_not_depend_on_the_normal_form_of_its_input(self, text):
        assert fold(unicodedata.normalize("NFD", text)) == fold(nfc(text))

    @given(
        st.text(
            alphabet="aàảãáạăằẳẵắặâầẩẫấậđeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵ"
        )
    )
    def test_leaves_only_ascii_of_vietnamese(self, text):
        assert fold(text.upper()).isascii()
        assert fold(text.upper()) == fold(text)


class TestNfc:
    def test_joins_letters_and_marks(self):
        apart = "Hà Nội"
        assert nfc(unicodedata.normalize("NFD", apart)) == "Hà Nội"
        assert len(nfc(unicodedata.normalize("NFD", apart))) == 6

    @given(st.text())
    def test_is_idempotent(self, text):
        assert nfc(nfc(text)) == nfc(text)


class TestSlugify:
    @pytest.mark.parametrize(
        ("text", "slug"),
        [
            ("Công ty Cổ phần Phần mềm An Phú", "cong-ty-co-phan-phan-mem-an-phu"),
            ("Kỹ sư C++ (Đồng Nai)", "ky-su-c-dong-nai"),
            ("--Đầu bếp--", "dau-bep"),
            ("ＦＵＬＬ　ＷＩＤＴＨ １", "full-width-1"),
            ("株式会社", ""),
            ("", ""),
        ],
    )
    def test_makes_ascii_words(self, text, slug):
        assert slugify(text) == slug

    def test_is_cut_between_words(self):
        assert slugify("lap trinh vien", max_length=10) == "lap-trinh"
        assert slugify("lap trinh vien", max_length=9) == "lap-trinh"
        assert slugify("lap trinh vien", max_length=8) == "lap"

    def test_cuts_a_single_long_word(self):
        assert slugify("a" * 100, max_length=12) == "a" * 12

    @given(st.text(), st.integers(min_value=1, max_value=60))
    def test_is_empty_or_a_slug_that_fits(self, text, max_length):
        slug = slugify(text, max_length=max_length)
        assert slug == "" or SLUG.fullmatch(slug)
        assert len(slug) <= max_length
        assert slugify(slug, max_length=max_length) == slug


class TestSlugSuffix:
    def test_is_six_letters_and_digits(self):
        assert re.fullmatch(r"[a-z0-9]{6}", slug_suffix())

    def test_does_not_repeat_soon(self):
        assert len({slug_suffix() for _ in range(1000)}) >= 999
