"""From text to the words of the index."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.jobs.domain.search_text import Query, accented_words, document_words, read_query

texts = st.text(max_size=60)


class TestDocumentWords:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("Lập trình viên", "lap trinh vien"),
            ("ĐIỆN TỬ, điện lạnh!", "dien tu dien lanh"),
            ("kỹ sư / kĩ sư", "ki su ki su"),
            ("quý III, Quy Nhơn", "qui iii qui nhon"),
            ("Công ty Thụy Điển", "cong ti thuy dien"),
            ("C/C++, C# và F#", "c cplusplus csharp va fsharp"),
            ("ASP.NET (.NET 8), abc.net", "asp dotnet dotnet 8 abc net"),
            ("Node.js, ReactJS, Vue JS", "nodejs node reactjs react vuejs vue"),
            ("F&B, R & D", "fnb rnd"),
            ("snake_case + e-mail", "snake case e mail"),
            ("", ""),
        ],
    )
    def test_are(self, text, words):
        assert document_words(text) == words

    @given(texts)
    def test_are_the_same_for_both_normal_forms(self, text):
        text = unicodedata.normalize("NFC", text)

        assert document_words(unicodedata.normalize("NFD", text)) == document_words(text)


class TestAccentedWords:
    def test_keep_the_accents(self):
        assert accented_words("Kỹ sư ĐIỆN, C++") == "kỹ sư điện cplusplus"


class TestReadQuery:
    def test_asks_folded_for_all_and_accented_for_what_was_typed_so(self):
        assert read_query("Lập trình vien Node.js") == Query(
            folded="lap trinh vien nodejs", accented="lập trình"
        )

    def test_without_words_asks_for_nothing(self):
        assert read_query(" ?! ") == Query(folded="", accented="")

    @given(texts)
    def test_a_text_has_every_word_that_it_asks_for(self, text):
        query = read_query(text)

        assert set(query.folded.split()) <= set(document_words(text).split())
        assert set(query.accented.split()) <= set(accented_words(text).split())
