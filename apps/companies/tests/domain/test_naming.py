from __future__ import annotations

import re
from uuid import UUID

import pytest

from apps.companies.domain import naming
from apps.companies.errors import CompanyNotFound
from apps.core.errors import InvalidInput

ID = "0193e0a4-5c1e-7d3a-9b1e-2f6a7c8d9e0f"


class TestTidyName:
    def test_composes_letters_and_joins_spaces(self):
        assert naming.tidy_name("  Co\u0302ng  ty\tMo\u0302\u0323t ") == "Công ty Một"

    @pytest.mark.parametrize("name", ["", "   ", "\u0301", "\u200b"])
    def test_refuses_a_name_without_anything_to_compare(self, name):
        with pytest.raises(InvalidInput) as refusal:
            naming.tidy_name(name)

        assert [(error.pointer, error.code) for error in refusal.value.errors] == [
            ("name", "blank")
        ]


class TestNameKey:
    @pytest.mark.parametrize("other", ["cty một", "CTY MOT", "Cty  Mốt", "Cty Mo\u0302\u0323t"])
    def test_is_the_same_whatever_case_and_accents(self, other):
        assert naming.name_key(other) == naming.name_key("Cty Một") == "cty mot"

    def test_tells_other_letters_apart(self):
        assert naming.name_key("Đại Nam") == "dai nam" != naming.name_key("Đại Nan")


class TestNewSlug:
    def test_is_the_name_and_six_random_characters(self):
        assert re.fullmatch(r"cong-ty-dai-viet-[a-z0-9]{6}", naming.new_slug("Công ty Đại Việt"))

    def test_differs_for_the_same_name(self):
        assert naming.new_slug("Cty Một") != naming.new_slug("Cty Mot")

    def test_has_a_stem_when_no_letter_is_latin(self):
        assert re.fullmatch(r"cong-ty-[a-z0-9]{6}", naming.new_slug("三星"))

    def test_fits_its_column(self):
        assert len(naming.new_slug("x" * 255)) == 247


class TestRef:
    def test_is_an_id_in_its_usual_spelling(self):
        assert naming.id_in(ID) == naming.id_in(ID.upper()) == UUID(ID)

    @pytest.mark.parametrize(
        "slug",
        ["cong-ty-dai-viet-a1b2c3", "deadbeef-deadbeef-deadbeef-de-abc123", ID.replace("-", "")],
    )
    def test_is_a_slug_otherwise(self, slug):
        assert naming.id_in(slug) is None

    def test_must_be_an_id_to_change_something(self):
        assert naming.require_id(ID) == UUID(ID)
        with pytest.raises(CompanyNotFound):
            naming.require_id("cong-ty-dai-viet-a1b2c3")
