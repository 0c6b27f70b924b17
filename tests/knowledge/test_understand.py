"""
What a question says: groups, numbers, the kind of answer it wants, and the place that it is about.
"""

from __future__ import annotations

import pytest

from knowledge.library import Library
from knowledge.understand import Query, groups_in, load_groups

GROUPS = load_groups()


def read(library: Library, text: str, place: str | None = None) -> Query:
    return library._understanding.read(text, library._gazetteer.by_slug(place))


def slugs(query: Query) -> list[str]:
    return [place.slug for place in query.places]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("ho can ngheo can gi", {"can-ngheo"}),
        ("ho ngheo can gi", {"ho-ngheo"}),
        ("ho khong ngheo can gi", {"khong-ngheo"}),
        ("khong phai ho ngheo", {"khong-ngheo"}),
        ("ho moi thoat ngheo can gi", {"moi-thoat"}),
        ("uy ban nhan dan xa lam gi", {"cap-xa"}),
        ("thi tran giam bao nhieu", {"thi-tran"}),
        ("ngan hang chinh sach xa hoi lam gi", {"ngan-hang"}),
        ("can bo giam ngheo can gi", {"can-bo"}),
        ("ho ngheo va doanh nghiep", {"ho-ngheo", "doanh-nghiep"}),
        ("thoi tiet hom nay", set()),
    ],
)
def test_the_longest_form_names_the_group_and_hides_the_shorter(words: str, ids: set[str]) -> None:
    assert groups_in(GROUPS, f" {words} ") == ids


def test_every_form_of_a_group_is_heard_on_its_own() -> None:
    for group in GROUPS:
        for form in group.forms:
            assert groups_in(GROUPS, f" {form} "), form


def test_group_ids_are_unique() -> None:
    assert len({group.id for group in GROUPS}) == len(GROUPS)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("giảm mấy phần trăm", "percent"),
        ("được bao nhiêu tiền", "money"),
        ("hạn chót ngày nào", "when"),
        ("chừng nào tổng kết", "when"),
        ("đơn vị nào chủ trì", "who"),
        ("gửi về đâu", "where"),
        ("gồm những tiêu chí gì", "list"),
        ("có được vay vốn không", "yes_no"),
    ],
)
def test_the_kind_of_answer_is_heard(library: Library, text: str, wanted: str) -> None:
    assert wanted in read(library, text).wants


def test_a_named_place_beats_the_profile(library: Library) -> None:
    query = read(library, "ở Bến Tre hộ nghèo cần gì", "vinh-phuc")
    assert slugs(query) == ["ben-tre"]
    assert query.named


def test_the_profile_is_used_where_no_place_is_named(library: Library) -> None:
    query = read(library, "hộ nghèo cần gì", "vinh-phuc")
    assert slugs(query) == ["vinh-phuc"]
    assert not query.named


def test_without_a_place_there_is_none(library: Library) -> None:
    assert read(library, "hộ nghèo cần gì").places == ()


def test_the_own_place_beside_a_named_one_makes_a_comparison(library: Library) -> None:
    assert slugs(read(library, "tỉnh mình so với Bến Tre thì sao", "vinh-phuc")) == ["vinh-phuc", "ben-tre"]
    assert slugs(read(library, "bên mình với Bến Tre", None)) == ["ben-tre"]


def test_a_place_elsewhere_leaves_the_profile_aside(library: Library) -> None:
    query = read(library, "ở Hà Nội hộ nghèo cần gì", "vinh-phuc")
    assert query.places == ()
    assert query.elsewhere == ("Hà Nội",)


def test_a_wider_unit_counts_as_the_place_inside_it(library: Library) -> None:
    assert slugs(read(library, "ở Vĩnh Long cấp huyện phải giảm bao nhiêu")) == ["ben-tre"]
    assert slugs(read(library, "ở Vĩnh Long, huyện Ba Tri làm gì")) == ["ben-tre"]


@pytest.mark.parametrize(
    ("text", "percents"),
    [
        ("xã còn 3,8 % hộ nghèo", (3.8,)),
        ("xã còn 3,8% hộ nghèo", (3.8,)),
        ("xã còn ba phẩy tám phần trăm hộ nghèo", (3.8,)),
        ("xã còn 3.8 phần trăm hộ nghèo", (3.8,)),
        ("xã còn nhiều hộ nghèo", ()),
    ],
)
def test_a_share_is_heard_however_it_is_written(library: Library, text: str, percents: tuple[float, ...]) -> None:
    assert read(library, text).percents == percents


def test_words_of_address_carry_nothing(library: Library) -> None:
    assert read(library, "hộ nghèo cần gì ad ơi").words == read(library, "hộ nghèo cần gì").words


def test_words_of_address_alone_are_kept(library: Library) -> None:
    assert read(library, "ad ơi").terms


@pytest.mark.parametrize("text", ["tôi là trưởng thôn ở Bến Tre", "em ở xã Cẩm Vân", "chào ad, tui ở Biên Hòa"])
def test_an_introduction_is_heard(library: Library, text: str) -> None:
    assert read(library, text).introduces


@pytest.mark.parametrize(
    "text", ["tôi là hộ nghèo thì được khen không", "em ở Bến Tre muốn đăng ký", "hộ nghèo cần gì", "tôi cần vay vốn"]
)
def test_a_question_is_no_introduction(library: Library, text: str) -> None:
    assert not read(library, text).introduces


@pytest.mark.parametrize(
    "text", ["còn doanh nghiệp?", "thế Bến Tre thì sao", "vậy cấp xã", "cái đó gửi đâu", "hộ cận nghèo nữa"]
)
def test_a_follow_up_says_so(library: Library, text: str) -> None:
    assert read(library, text).follows


def test_a_question_that_stands_alone_does_not_follow(library: Library) -> None:
    assert not read(library, "hộ nghèo cần làm gì để được khen thưởng trong phong trào").follows
