from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.users.domain import identity


class TestNormaliseEmail:
    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("An@Example.VN", "an@example.vn"),
            ("  an@example.vn\n", "an@example.vn"),
            ("an@" + unicodedata.normalize("NFD", "Đại-Việt.vn"), "an@đại-việt.vn"),
        ],
    )
    def test_gives_one_spelling(self, typed, stored):
        assert identity.normalise_email(typed) == stored

    @given(st.emails())
    def test_changes_nothing_the_second_time(self, email):
        once = identity.normalise_email(email)

        assert identity.normalise_email(once) == once


class TestNormaliseName:
    def test_composes_and_collapses_spaces(self):
        typed = unicodedata.normalize("NFD", "  Nguyễn \t Thị\u00a0 Ánh\n")

        assert identity.normalise_name(typed) == "Nguyễn Thị Ánh"


class TestPhone:
    @pytest.mark.parametrize(
        ("typed", "number"),
        [
            ("0912 345 678", "0912345678"),
            ("+84 (0)912-345.678", "+840912345678"),
            ("", ""),
        ],
    )
    def test_loses_its_separators(self, typed, number):
        assert identity.normalise_phone(typed) == number

    @pytest.mark.parametrize("number", ["09123456", "+84912345678", "123456789012345"])
    def test_is_recognised(self, number):
        assert identity.is_phone(number)

    @pytest.mark.parametrize(
        "number", ["0912345", "1234567890123456", "++84912345678", "0912345678x", "٠٩١٢٣٤٥٦٧٨", ""]
    )
    def test_is_told_from_other_text(self, number):
        assert not identity.is_phone(number)
