"""Finding postings by words over HTTP."""

from __future__ import annotations

import unicodedata

import pytest

from apps.companies.services.companies import update_company
from apps.jobs.enums import JobState
from apps.jobs.tests.factories import JobFactory

pytestmark = pytest.mark.django_db

JOBS = "/api/v1/jobs/"


def found(client, text: str, **query) -> list[str]:
    answer = client.get(JOBS, {"search": text, **query})
    assert answer.status_code == 200, answer.content
    return [job["title"] for job in answer.json()["results"]]


class TestWords:
    @pytest.mark.parametrize(
        "text",
        [
            "Lập trình viên Hà Nội",
            "lap trinh vien ha noi",
            "LẬP TRÌNH VIÊN HÀ NỘI",
            "lập trinh viên hanoi",
            "hà nội lập trình viên",
            "lap-trinh, vien: (ha noi)",
            unicodedata.normalize("NFD", "Lập trình viên Hà Nội"),
            "lập trình viên thành phố hà nội",
            "lập trình viên hn",
        ],
    )
    def test_a_programmer_in_hanoi_is_found_however_it_is_typed(self, api, text):
        JobFactory(title="Lập trình viên", place="Hà Nội")
        JobFactory(title="Lập trình viên phương Nam", place="Cần Thơ")
        JobFactory(title="Lái xe", place="Hà Nội")

        assert found(api(), text) == ["Lập trình viên"]

    def test_a_posting_that_arrived_decomposed_is_found(self, api, recruiter, company, posting):
        posting["title"] = unicodedata.normalize("NFD", "Thợ điện lạnh")
        api(as_=recruiter).post(JOBS, posting, format="json")

        assert found(api(as_=recruiter), "thợ điện", mine="true") == ["Thợ điện lạnh"]

    @pytest.mark.parametrize("text", ["dien tu", "Điện tử", "đien tu", "DIEN TU"])
    def test_d_with_a_stroke_is_a_d(self, api, text):
        JobFactory(title="Kỹ sư điện tử")

        assert found(api(), text) == ["Kỹ sư điện tử"]

    @pytest.mark.parametrize("text", ["kĩ sư", "kỹ sư", "ki su", "ky su"])
    def test_i_and_y_are_one_vowel(self, api, text):
        JobFactory(title="Kỹ sư kết cấu")
        JobFactory(title="Kĩ sư xây dựng")

        assert set(found(api(), text)) == {"Kỹ sư kết cấu", "Kĩ sư xây dựng"}

    def test_every_word_must_occur(self, api):
        JobFactory(title="Kế toán kho", description="Theo dõi hàng hóa.")

        assert found(api(), "kế toán hàng hóa") == ["Kế toán kho"]
        assert found(api(), "kế toán thuế") == []

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("c++", {"C++"}),
            ("C#", {"C#"}),
            (".net", {".NET", "ASP.NET"}),
            ("dot net", {".NET", "ASP.NET"}),
            ("asp.net", {"ASP.NET"}),
            ("node.js", {"Node.js"}),
            ("nodejs", {"Node.js"}),
            ("reactjs", {"ReactJS"}),
            ("react", {"ReactJS"}),
            ("f&b", {"F&B"}),
            ("F & B", {"F&B"}),
            ("c", {"Ngôn ngữ C"}),
            ("net", {"Net cước"}),
            ("b", set()),
        ],
    )
    def test_names_with_signs_are_words(self, api, text, expected):
        for title in (
            *("C++", "C#", ".NET", "ASP.NET", "Node.js", "ReactJS", "F&B"),
            *("Ngôn ngữ C", "Net cước"),
        ):
            JobFactory(title=title)

        assert set(found(api(), text)) == expected

    @pytest.mark.parametrize("text", ["???", "+-*", "“”"])
    def test_a_text_without_words_finds_nothing(self, api, text):
        JobFactory()

        assert found(api(), text) == []

    def test_a_blank_text_is_no_search(self, api):
        JobFactory(title="a")

        assert found(api(), "  ") == ["a"]

    @pytest.mark.parametrize("text", ["'", "a & | ! b", "a:*", "'a' <-> 'b'", "\\", "%", "kế:A"])
    def test_signs_of_the_query_language_are_only_signs(self, api, text):
        assert api().get(JOBS, {"search": text}).status_code == 200

    def test_places_are_found_by_their_old_names(self, api):
        JobFactory(title="Công nhân", place="Hồ Chí Minh")

        assert found(api(), "công nhân bình dương") == ["Công nhân"]
        assert found(api(), "cong nhan tphcm") == ["Công nhân"]
        assert found(api(), "công nhân tp.hcm") == ["Công nhân"]

    def test_remote_work_is_found_in_both_languages(self, api):
        JobFactory(title="Biên tập viên", place="Từ xa")

        assert found(api(), "bien tap vien remote") == ["Biên tập viên"]
        assert found(api(), "biên tập viên từ xa") == ["Biên tập viên"]


class TestRanking:
    def test_a_title_stands_before_requirements_and_they_before_a_description(self, api):
        JobFactory(title="Bảo vệ", description="Làm cùng thủ kho.")
        JobFactory(title="Tạp vụ", requirements="Từng là thủ kho.")
        JobFactory(title="Thủ kho")

        assert found(api(), "thủ kho") == ["Thủ kho", "Tạp vụ", "Bảo vệ"]

    def test_who_types_accents_means_them(self, api):
        JobFactory(title="Bạn hàng bạn hàng bạn hàng")
        JobFactory(title="Nhân viên", description="Bán lẻ, có hàng mẫu.")

        assert found(api(), "bán hàng") == ["Nhân viên", "Bạn hàng bạn hàng bạn hàng"]
        assert found(api(), "ban hang")[0] == "Bạn hàng bạn hàng bạn hàng"

    def test_only_the_words_typed_with_accents_count_as_typed(self, api):
        JobFactory(title="Bạn hàng tại chợ")
        JobFactory(title="Bán hàng tại chợ")

        assert found(api(), "bán hang cho") == ["Bán hàng tại chợ", "Bạn hàng tại chợ"]

    def test_equal_matches_stand_newest_first(self, api):
        JobFactory(title="Thủ quỹ", description="a")
        JobFactory(title="Thủ quỹ", description="b")

        answer = api().get(JOBS, {"search": "thủ quỹ"}).json()

        assert [job["description"] for job in answer["results"]] == ["b", "a"]

    def test_an_order_that_is_asked_for_wins(self, api):
        JobFactory(title="Thủ kho", salary_min=None, salary_max=20)
        JobFactory(title="Khác", description="thủ kho", salary_min=None, salary_max=90)

        assert found(api(), "thủ kho", ordering="-salary_max") == ["Khác", "Thủ kho"]


class TestBesides:
    def test_filters_narrow_a_search(self, api):
        JobFactory(title="Kế toán", place="Hà Nội")
        JobFactory(title="Kế toán trưởng", place="Đà Nẵng")

        assert found(api(), "ke toan", place="48") == ["Kế toán trưởng"]

    def test_drafts_are_found_by_their_own_company_only(self, api, recruiter, company):
        JobFactory(company=company, title="Kế toán", state=JobState.DRAFT)

        assert found(api(), "ke toan") == []
        assert found(api(as_=recruiter), "ke toan", mine="true") == ["Kế toán"]

    def test_the_other_address_takes_q(self, api):
        JobFactory(title="Kế toán")
        JobFactory(title="Lái xe")

        body = api().get(f"{JOBS}search/", {"q": "ke toan", "job_type": "FULL_TIME"}).json()

        assert (body["count"], body["results"][0]["title"]) == (1, "Kế toán")
        assert api().get(f"{JOBS}search/").json()["count"] == 2
        assert api().get(f"{JOBS}search/", {"search": "x"}).status_code == 400

    def test_an_edit_is_found_at_once(self, api, recruiter, company):
        job = JobFactory(company=company, title="Lái xe")

        api(as_=recruiter).patch(f"{JOBS}{job.id}/", {"title": "Thủ kho"}, format="json")

        assert found(api(), "thu kho") == ["Thủ kho"]
        assert found(api(), "lai xe") == []

    def test_a_renamed_company_is_found_by_its_new_name(self, api, recruiter, company, work, now):
        JobFactory(company=company, title="Lái xe")
        JobFactory(title="Người lạ")
        assert found(api(), "lái xe đại việt") == ["Lái xe"]

        update_company(
            actor=recruiter, company_id=company.id, changes={"name": "Vận tải Sông Cầu"}, now=now
        )
        work.run()

        assert found(api(), "lai xe song cau") == ["Lái xe"]
        assert found(api(), "lái xe đại việt") == []
