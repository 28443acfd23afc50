"""Places: the list of the law, and how typed names lead to it."""

from __future__ import annotations

import unicodedata

import pytest

from apps.jobs.domain.places import closest, name_key
from apps.jobs.enums import AliasKind, PlaceKind
from apps.jobs.errors import PlaceUnknown
from apps.jobs.models import Place, PlaceAlias
from apps.jobs.selectors import known_places, resolve_place
from apps.jobs.services import taxonomy

pytestmark = pytest.mark.django_db

PLACES = "/api/v1/places/"

# Resolution 202/2025/QH15: what was merged into what. The eleven that were left alone are not here.
MERGED = {
    "Tuyên Quang": {"Tuyên Quang", "Hà Giang"},
    "Lào Cai": {"Lào Cai", "Yên Bái"},
    "Thái Nguyên": {"Thái Nguyên", "Bắc Kạn"},
    "Phú Thọ": {"Phú Thọ", "Vĩnh Phúc", "Hòa Bình"},
    "Bắc Ninh": {"Bắc Ninh", "Bắc Giang"},
    "Hưng Yên": {"Hưng Yên", "Thái Bình"},
    "Hải Phòng": {"Hải Phòng", "Hải Dương"},
    "Ninh Bình": {"Ninh Bình", "Hà Nam", "Nam Định"},
    "Quảng Trị": {"Quảng Trị", "Quảng Bình"},
    "Đà Nẵng": {"Đà Nẵng", "Quảng Nam"},
    "Quảng Ngãi": {"Quảng Ngãi", "Kon Tum"},
    "Gia Lai": {"Gia Lai", "Bình Định"},
    "Khánh Hòa": {"Khánh Hòa", "Ninh Thuận"},
    "Lâm Đồng": {"Lâm Đồng", "Đắk Nông", "Bình Thuận"},
    "Đắk Lắk": {"Đắk Lắk", "Phú Yên"},
    "Hồ Chí Minh": {"Hồ Chí Minh", "Bình Dương", "Bà Rịa - Vũng Tàu"},
    "Đồng Nai": {"Đồng Nai", "Bình Phước"},
    "Tây Ninh": {"Tây Ninh", "Long An"},
    "Cần Thơ": {"Cần Thơ", "Sóc Trăng", "Hậu Giang"},
    "Vĩnh Long": {"Vĩnh Long", "Bến Tre", "Trà Vinh"},
    "Đồng Tháp": {"Đồng Tháp", "Tiền Giang"},
    "Cà Mau": {"Cà Mau", "Bạc Liêu"},
    "An Giang": {"An Giang", "Kiên Giang"},
}
CODES = [
    *("01", "04", "08", "11", "12", "14", "15", "19", "20", "22", "24", "25"),
    *("31", "33", "37", "38", "40", "42", "44", "46", "48", "51", "52", "56"),
    *("66", "68", "75", "79", "80", "82", "86", "91", "92", "96"),
]


class TestTheList:
    def test_has_the_thirty_four_of_the_decision(self):
        provinces = Place.objects.filter(kind=PlaceKind.PROVINCE).order_by("code")

        assert [place.code for place in provinces] == CODES
        cities = [p.name for p in provinces if p.full_name == f"Thành phố {p.name}"]
        assert cities == ["Hà Nội", "Hải Phòng", "Huế", "Đà Nẵng", "Hồ Chí Minh", "Cần Thơ"]
        assert all(p.full_name == f"Tỉnh {p.name}" for p in provinces if p.name not in cities)

    def test_leads_each_of_the_sixty_three_to_its_successor(self):
        olds = PlaceAlias.objects.filter(kind=AliasKind.OLD_PROVINCE).select_related("place")
        by_place: dict[str, set[str]] = {}
        for old in olds:
            by_place.setdefault(old.place.name, set()).add(old.name)

        assert len(olds) == 63
        assert {name: by_place[name] for name in MERGED} == MERGED
        alone = {name: names for name, names in by_place.items() if name not in MERGED}
        assert len(alone) == 11
        assert alone.pop("Huế") == {"Thừa Thiên Huế"}
        assert all(names == {name} for name, names in alone.items())

    def test_has_the_country_and_remote_work(self):
        others = Place.objects.exclude(kind=PlaceKind.PROVINCE).order_by("code")

        assert [(p.code, p.name, p.kind) for p in others] == [
            ("NATIONWIDE", "Toàn quốc", "NATIONWIDE"),
            ("REMOTE", "Từ xa", "REMOTE"),
        ]

    def test_loading_again_keeps_what_staff_added_and_mends_what_was_lost(self):
        before = set(PlaceAlias.objects.values_list("folded", "place_id"))
        PlaceAlias.objects.create(place_id="48", name="Sông Hàn", folded="songhan")
        PlaceAlias.objects.filter(folded="sg").delete()
        Place.objects.filter(code="48").update(name="Sai")

        taxonomy.load_places()

        assert set(PlaceAlias.objects.values_list("folded", "place_id")) == before | {
            ("songhan", "48")
        }
        assert Place.objects.get(code="48").name == "Đà Nẵng"


class TestResolving:
    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("Hà Nội", "01"),
            ("hanoi", "01"),
            ("HN", "01"),
            ("  thành phố   HÀ NỘI ", "01"),
            ("Tp. Hà Nội", "01"),
            ("Hà Nội, Việt Nam", "01"),
            ("hcm", "79"),
            ("TP.HCM", "79"),
            ("tphcm", "79"),
            ("T.P Hồ Chí Minh", "79"),
            ("Ho Chi Minh City", "79"),
            ("Sài Gòn", "79"),
            ("Saigon", "79"),
            ("Bình Dương", "79"),
            ("tỉnh Bình Dương (cũ)", "79"),
            ("Bà Rịa – Vũng Tàu", "79"),
            ("Bà Rịa-Vũng Tàu", "79"),
            ("vung tau", "79"),
            ("đn", "48"),
            ("Da Nang", "48"),
            ("Quảng Nam", "48"),
            ("Huế", "46"),
            ("Thừa Thiên - Huế", "46"),
            ("TT Huế", "46"),
            ("Hà Giang", "08"),
            ("bình phước", "75"),
            ("Đăk Lăk", "66"),
            ("Đắc Lắc", "66"),
            ("Daklak", "66"),
            ("Đak Nông", "68"),
            ("Kontum", "51"),
            ("Bắc Cạn", "19"),
            ("Khánh Hoà", "56"),
            ("Thanh Hoá province", "38"),
            (unicodedata.normalize("NFD", "Điện Biên"), "11"),
            ("Từ xa", "REMOTE"),
            ("remote", "REMOTE"),
            ("Làm việc từ xa", "REMOTE"),
            ("Toàn quốc", "NATIONWIDE"),
            ("Việt Nam", "NATIONWIDE"),
            ("Vietnam", "NATIONWIDE"),
        ],
    )
    def test_finds_the_place(self, typed, code):
        assert resolve_place(name=typed).code == code

    @pytest.mark.parametrize(
        ("old", "new"), [(old, new) for new, olds in MERGED.items() for old in sorted(olds)]
    )
    def test_finds_the_successor_of_every_province(self, old, new):
        assert resolve_place(name=f"Tỉnh {old}").name == new

    @pytest.mark.parametrize(
        ("typed", "first"),
        [("Hà Nộii", "Hà Nội"), ("Đà Nẳng 1", "Đà Nẵng"), ("Bình Dươn", "Hồ Chí Minh")],
    )
    def test_suggests_the_five_closest(self, typed, first):
        with pytest.raises(PlaceUnknown) as refusal:
            resolve_place(name=typed)

        suggestions = refusal.value.context["suggestions"]
        assert len({suggestion["code"] for suggestion in suggestions}) == 5
        assert suggestions[0]["name"] == first

    @pytest.mark.parametrize("typed", ["!!!", "x", "東京", "tỉnh"])
    def test_suggests_five_for_anything(self, typed):
        with pytest.raises(PlaceUnknown) as refusal:
            resolve_place(name=typed)

        assert len(refusal.value.context["suggestions"]) == 5

    def test_costs_two_queries(self, queries):
        with queries(2):
            resolve_place(name="Hà Nội")


class TestNames:
    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("Tỉnh", "tinh"),
            ("Thành phố", "thanhpho"),
            ("Hà Tĩnh", "hatinh"),
            ("Tỉnh Hà Tĩnh", "hatinh"),
            ("", ""),
        ],
    )
    def test_never_lose_their_last_word(self, name, key):
        assert name_key(name) == key

    def test_closest_counts_the_best_name_of_a_place(self):
        assert closest("abcd", [("zzzz", "1"), ("abce", "2"), ("abcd", "1")]) == ["1", "2"]


class TestApi:
    def test_lists_every_place_with_its_names(self, api, queries):
        client = api()
        with queries(2):  # places, names
            answer = client.get(PLACES)

        body = answer.json()
        assert answer.status_code == 200
        assert [place["code"] for place in body] == [*CODES, "NATIONWIDE", "REMOTE"]
        by_code = {place["code"]: place for place in body}
        assert by_code["75"] == {
            "code": "75",
            "name": "Đồng Nai",
            "full_name": "Tỉnh Đồng Nai",
            "kind": "PROVINCE",
            "aliases": ["Bình Phước"],
        }
        assert {"Bình Dương", "Bà Rịa - Vũng Tàu", "Sài Gòn", "TPHCM"} < set(
            by_code["79"]["aliases"]
        )

    @pytest.mark.parametrize(
        ("search", "codes"),
        [
            ("đồng nai", ["75"]),
            ("binh duong", ["79"]),
            ("dong", ["68", "75", "82"]),
            ("remote", ["REMOTE"]),
            ("sao hỏa", []),
            ("!!", []),
        ],
    )
    def test_finds_part_of_any_name(self, api, search, codes):
        places = api().get(PLACES, {"search": search}).json()

        assert [place["code"] for place in places] == codes

    def test_refuses_other_filters(self, api):
        assert api().get(PLACES, {"kind": "PROVINCE"}).status_code == 400

    def test_known_places_come_in_order(self):
        assert [place.code for place in known_places()][:3] == ["01", "04", "08"]
