"""
Which place is meant, and which only looks like one.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from knowledge.library import Library
from knowledge.parse import Plan
from knowledge.places import Gazetteer


@pytest.fixture(scope="module")
def gazetteer(plans: Mapping[str, Plan]) -> Gazetteer:
    return Gazetteer(plans.values())


def slugs(gazetteer: Gazetteer, text: str) -> list[str]:
    return [place.slug for place in gazetteer.named(text).places]


def test_there_is_a_place_for_every_plan(gazetteer: Gazetteer) -> None:
    assert [(place.slug, place.name) for place in gazetteer.places] == [
        ("ben-tre", "tỉnh Bến Tre"),
        ("cam-thuy", "huyện Cẩm Thủy"),
        ("dong-nai", "tỉnh Đồng Nai"),
        ("soc-trang", "thành phố Sóc Trăng"),
        ("vinh-phuc", "tỉnh Vĩnh Phúc"),
    ]
    assert all(gazetteer.by_plan(place.plan) == gazetteer.by_slug(place.slug) == place for place in gazetteer.places)


NAMED = {
    "ở Bến Tre thì sao": "ben-tre",
    "o ben tre thi sao": "ben-tre",
    "BẾN TRE": "ben-tre",
    "xứ dừa có gì": "ben-tre",
    "huyện Cẩm Thuỷ": "cam-thuy",
    "camthuy": "cam-thuy",
    "TP. Sóc Trăng": "soc-trang",
    "TP.Sóc Trăng": "soc-trang",
    "dong nai": "dong-nai",
    "Vĩnh Phúc, năm 2025": "vinh-phuc",
    "(Vĩnh Phúc)": "vinh-phuc",
}
INSIDE = {
    "ở Ba Tri": "ben-tre",
    "mo cay nam": "ben-tre",
    "phường Phú Khương": "ben-tre",
    "xã Cẩm Vân": "cam-thuy",
    "phường Phú Lợi": "soc-trang",
    "Biên Hòa": "dong-nai",
    "thị xã Long Khánh": "dong-nai",
    "Vĩnh Yên": "vinh-phuc",
    "huyện Sông Lô": "vinh-phuc",
}


@pytest.mark.parametrize(("text", "slug"), [*NAMED.items(), *INSIDE.items()])
def test_a_place_is_found_by_its_name_and_by_a_place_inside(gazetteer: Gazetteer, text: str, slug: str) -> None:
    assert slugs(gazetteer, text) == [slug]


def test_places_come_in_the_order_in_which_they_are_named(gazetteer: Gazetteer) -> None:
    assert slugs(gazetteer, "Vĩnh Phúc, Bến Tre và Cẩm Thủy") == ["vinh-phuc", "ben-tre", "cam-thuy"]
    assert slugs(gazetteer, "Cẩm Thủy, Bến Tre, rồi lại Cẩm Thủy") == ["cam-thuy", "ben-tre"]


def test_the_names_are_taken_out_of_what_is_left_to_search_for(gazetteer: Gazetteer) -> None:
    assert gazetteer.named("ở huyện Cẩm Thủy hộ nghèo cần gì").rest == "o ho ngheo can gi"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("ở Cần Thơ", "soc-trang"),
        ("tỉnh Vĩnh Long", "ben-tre"),
        ("tinh thanh hoa", "cam-thuy"),
        ("tỉnh Phú Thọ", "vinh-phuc"),
        ("tỉnh Bình Phước", "dong-nai"),
    ],
)
def test_a_unit_since_2025_leads_to_the_place_inside_it(gazetteer: Gazetteer, text: str, slug: str) -> None:
    found = gazetteer.inside_parent(text)
    assert found is not None
    assert found[1].slug == slug
    assert not gazetteer.named(text).elsewhere


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ở Hà Nội thì sao", "Hà Nội"),
        ("o ha noi thi sao", "Hà Nội"),
        ("tinh nghe an", "Nghệ An"),
        ("Nghệ An có kế hoạch không", "Nghệ An"),
        ("huyện Trần Đề", "Trần Đề"),
        ("ở Hòa Bình", "Hòa Bình"),
        ("tỉnh Cao Bằng", "Cao Bằng"),
        ("thành phố Vinh", "Vinh"),
        ("bên Lào", "Lào"),
    ],
)
def test_a_place_without_a_plan_is_recognised(gazetteer: Gazetteer, text: str, name: str) -> None:
    assert gazetteer.named(text).elsewhere == (name,)
    assert not gazetteer.named(text).places


@pytest.mark.parametrize(
    "text",
    [
        "vận đông hôi viên",
        "cao bằng ai",
        "hòa bình",
        "an giang tay giúp",
        "bằng khen cao bằng nào",
        "lao động sản xuất",
        "vinh dự được khen",
        "chính trị xã hội an sinh",
        "công an hội phụ nữ",
        "thống nhất các nội dung",
        "cử tri an tâm",
        "nam nay dinh lam gi",
        "tỉnh mình",
    ],
)
def test_everyday_words_are_no_places(gazetteer: Gazetteer, text: str) -> None:
    named = gazetteer.named(text)
    assert named.places == ()
    assert named.elsewhere == ()


def test_an_everyday_word_that_is_a_unit_counts_after_a_word_for_one_or_alone(gazetteer: Gazetteer) -> None:
    assert slugs(gazetteer, "ở huyện Thống Nhất") == ["dong-nai"]
    assert slugs(gazetteer, "phường An Hội") == ["ben-tre"]
    assert slugs(gazetteer, "Thống Nhất") == ["dong-nai"]


@pytest.mark.parametrize("text", ["tỉnh mình", "huyện tui", "chỗ em làm gì", "bên mình", "địa phương tôi", "xã tôi"])
def test_a_persons_own_place_is_heard(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.named(text).own


def test_all_places_and_both_places_are_heard(gazetteer: Gazetteer) -> None:
    assert gazetteer.named("các nơi thế nào").every
    assert gazetteer.named("để hai nơi cạnh nhau").both
    assert not gazetteer.named("hộ nghèo cần gì").every
    assert not gazetteer.named("hộ nghèo cần gì").both


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("BT với VP", "Bến Tre với Vĩnh Phúc"),
        ("ST: khi nào tổng kết", "Sóc Trăng: khi nào tổng kết"),
        ("TP ST: báo cáo gửi ai", "TP Sóc Trăng: báo cáo gửi ai"),
        ("so sánh ĐN, VP và CT", "so sánh Đồng Nai, Vĩnh Phúc và Cẩm Thủy"),
        ("VP và Cẩm Thủy: ưu tiên vùng nào", "Vĩnh Phúc và Cẩm Thủy: ưu tiên vùng nào"),
        ("số kế hoạch của Cẩm Thủy vs tỉnh VP", "số kế hoạch của Cẩm Thủy vs tỉnh Vĩnh Phúc"),
    ],
)
def test_initials_of_places_are_spelled_out(gazetteer: Gazetteer, typed: str, spelled: str) -> None:
    assert gazetteer.spell_initials(typed) == spelled


@pytest.mark.parametrize(
    "typed",
    [
        "BT có gì",
        "bt với vp",
        "VP UBND tỉnh Vĩnh Phúc làm gì",
        "CT UBND tỉnh Vĩnh Phúc nhận báo cáo từ ai",
        "doanh nghiệp (DN) ở Vĩnh Phúc làm gì",
        "DN ở Vĩnh Phúc làm gì",
        "CT và các PCT tỉnh Bến Tre",
        "P.VP Bến Tre",
    ],
)
def test_initials_of_other_things_stay(gazetteer: Gazetteer, typed: str) -> None:
    assert gazetteer.spell_initials(typed) == typed


def test_the_parts_of_a_comparison_are_told_apart(gazetteer: Gazetteer) -> None:
    assert gazetteer.split("hộ nghèo ở bến tre còn doanh nghiệp ở vĩnh phúc") == {
        "ben-tre": ["ho", "ngheo", "o"],
        "vinh-phuc": ["doanh", "nghiep", "o"],
    }
    assert gazetteer.split("hộ nghèo ở bến tre") == {}


def test_only_places_with_a_plan_are_held(plans: Mapping[str, Plan]) -> None:
    one = Gazetteer([plans["ben-tre-2022"]])
    assert [place.slug for place in one.places] == ["ben-tre"]
    assert slugs(one, "Vĩnh Phúc và Bến Tre") == ["ben-tre"]


def test_a_place_whose_plan_was_withdrawn_is_a_place_without_one(plans: Mapping[str, Plan]) -> None:
    assert Gazetteer([plans["ben-tre-2022"]]).named("o cam thuy khi nao bao cao").elsewhere == ("Cẩm Thủy",)


@pytest.mark.parametrize("text", ["Bến Tre.", "ben tre", "  TP. Bến Tre! ", "xã ở Ba Tri", "Bê\u0301n Tre\u200b"])
def test_the_library_finds_the_one_place_of_a_text(library: Library, text: str) -> None:
    where = library.whereabouts(text)
    assert where is not None
    assert where.place is not None
    assert where.place.slug == "ben-tre"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bến Tre hay Vĩnh Phúc",
        "tôi không biết",
        "ai lo ở Bến Tre",
        "báo cáo",
        "xã nghèo",
        "tiêu chí hộ nghèo",
        "khen thưởng",
    ],
)
def test_no_place_several_or_a_question_are_not_one(library: Library, text: str) -> None:
    assert library.whereabouts(text) is None


@pytest.mark.parametrize(
    ("text", "area", "within"),
    [
        ("Phú Thọ", "Phú Thọ", "vinh-phuc"),
        ("em ở vinh long ạ", "Vĩnh Long", "ben-tre"),
        ("tp Cần Thơ", "Cần Thơ", "soc-trang"),
        ("thanh hoa", "Thanh Hóa", "cam-thuy"),
        ("Hà Nội", "Hà Nội", None),
        ("quê em ở Lào Cai", "Lào Cai", None),
        ("hue", "Huế", None),
        ("xã Tân Hưng", "xã Tân Hưng", None),
        ("Krông Pắc", "Krông Pắc", None),
    ],
)
def test_another_area_is_named_with_the_places_in_it(
    library: Library, text: str, area: str, within: str | None
) -> None:
    where = library.whereabouts(text)
    assert where is not None
    assert (where.place, where.area) == (None, area)
    assert [place.slug for place in where.within] == ([within] if within else [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tôi ở Bến Tre", True),
        ("đổi qua Bến Tre", True),
        ("gio tui don ve ben tre song roi", True),
        ("em bên Bến Tre", True),
        ("Bến Tre", False),
        ("ở Bến Tre", False),
    ],
)
def test_who_says_that_they_live_there_tells_it(gazetteer: Gazetteer, text: str, told: bool) -> None:
    where = gazetteer.whereabouts(text)
    assert where is not None
    assert where.told == told


@pytest.mark.parametrize("text", ["còn Bến Tre thì sao", "qua Bến Tre khi nào báo cáo", "tôi hỏi về Bến Tre"])
def test_who_says_more_than_a_place_does_not(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.whereabouts(text) is None
