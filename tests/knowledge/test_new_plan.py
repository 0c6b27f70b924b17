"""
A plan that a commune's officer adds, without any .toml: its place is known by its name, and it is answered from.

The two plans in tests/knowledge/plans are made up; their places lie inside others that a plan is held for.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from knowledge import exemplars
from knowledge.answer import Answer, Question
from knowledge.library import Library
from knowledge.parse import Plan, in_force_first, load, parse, shipped
from knowledge.places import Gazetteer

ADDED = Path(__file__).parent / "plans"
TODAY = date(2026, 11, 2)
PHU_LOI, CAM_TU = "phu-loi", "cam-tu"
OLD = """UBND PHƯỜNG PHÚ LỢI
KẾ HOẠCH
Phong trào thi đua giảm nghèo trên địa bàn phường Phú Lợi giai đoạn 2021 - 2025
I. TIÊU CHUẨN KHEN THƯỞNG
1. Khóm được tặng Giấy khen khi giảm từ 10% số hộ nghèo trở lên so với đầu năm.
2. Hộ gia đình được tặng Giấy khen khi thoát nghèo.
"""


@pytest.fixture(scope="module")
def added() -> tuple[Plan, ...]:
    return load(ADDED)


@pytest.fixture(scope="module")
def gazetteer(added: tuple[Plan, ...]) -> Gazetteer:
    return Gazetteer((*shipped(), *added))


@pytest.fixture(scope="module")
def grown(added: tuple[Plan, ...]) -> Library:
    """
    The shipped library with both plans, and with one for Phú Lợi that ran out.
    """
    plans = (*shipped(), parse("phu-loi-2021", OLD), *added)
    return Library(in_force_first(plans, TODAY), exemplars.load())


def ask(library: Library, text: str, place: str | None = None) -> Answer:
    return library.answer(Question(text, TODAY, place, {}))


def slugs(gazetteer: Gazetteer, text: str) -> list[str]:
    return [place.slug for place in gazetteer.named(text).places]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("ở Phú Lợi", PHU_LOI),
        ("o phu loi", PHU_LOI),
        ("phường Phú Lợi", PHU_LOI),
        ("P. phu loi", PHU_LOI),
        ("phường Phú Lợi, thành phố Sóc Trăng", PHU_LOI),
        ("phu loi soc trang", PHU_LOI),
        ("xã Cẩm Tú", CAM_TU),
        ("cam tu", CAM_TU),
        ("xã Cẩm Tú, huyện Cẩm Thủy, tỉnh Thanh Hóa", CAM_TU),
        ("Mỹ Xuyên", "soc-trang"),
        ("Sóc Trăng", "soc-trang"),
        ("cẩm vân", "cam-thuy"),
        ("huyện Cẩm Thủy", "cam-thuy"),
    ],
)
def test_its_own_name_beats_the_place_around_it(gazetteer: Gazetteer, text: str, slug: str) -> None:
    assert slugs(gazetteer, text) == [slug]


def test_a_comparison_with_the_place_around_it_names_both(gazetteer: Gazetteer) -> None:
    assert slugs(gazetteer, "Phú Lợi với Sóc Trăng") == [PHU_LOI, "soc-trang"]


@pytest.mark.parametrize("typed", ["PL với CT", "PL: ai xét khen", "CT UBND xã làm gì"])
def test_its_initials_are_no_place(gazetteer: Gazetteer, typed: str) -> None:
    assert gazetteer.spell_initials(typed) == typed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("thi đua đoàn kết giúp nhau", []),
        ("Đoàn Kết", ["doan-ket"]),
        ("ở đoàn kết", ["doan-ket"]),
        ("xã Đoàn Kết thi đua đoàn kết", ["doan-ket"]),
    ],
)
def test_a_name_that_is_an_everyday_word_needs_a_word_for_a_place(text: str, found: list[str]) -> None:
    plan = parse("doan-ket-2026", "UBND XÃ ĐOÀN KẾT\nKẾ HOẠCH\nGiảm nghèo\nI. MỤC ĐÍCH\n1. Giảm nghèo.")
    assert slugs(Gazetteer((*shipped(), plan)), text) == found


def test_a_number_is_no_bare_name_of_a_place() -> None:
    plan = parse("phuong-5-2026", "UBND PHƯỜNG 5\nKẾ HOẠCH\nGiảm nghèo\nI. MỤC ĐÍCH\n1. Giảm nghèo.")
    gazetteer = Gazetteer((*shipped(), plan))
    assert slugs(gazetteer, "ở phường 5") == ["phuong-5"]
    assert slugs(gazetteer, "trước ngày 5 tháng 6") == []


def test_communes_of_one_name_are_told_apart_by_their_province_or_not_at_all() -> None:
    plans = [
        parse(
            f"tan-tien-{province}-2026",
            "UBND XÃ TÂN TIẾN\nKẾ HOẠCH\nGiảm nghèo\nI. MỤC ĐÍCH\n1. Giảm nghèo.",
            f"[plan]\nplace_name = 'xã Tân Tiến, tỉnh {name}'",
        )
        for province, name in (("ca-mau", "Cà Mau"), ("hung-yen", "Hưng Yên"))
    ]
    gazetteer = Gazetteer(plans)
    assert slugs(gazetteer, "xã Tân Tiến, tỉnh Hưng Yên") == ["tan-tien-hung-yen"]
    assert slugs(gazetteer, "xã Tân Tiến") == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("hộ nghèo ở Phú Lợi đăng ký thoát nghèo trước ngày nào", None),
        ("ho ngheo o phu loi dang ky thoat ngheo truoc ngay nao", None),
        ("hộ nghèo đăng ký thoát nghèo trước ngày nào", PHU_LOI),
    ],
)
def test_it_is_answered_from_with_number_date_issuer_and_period(grown: Library, text: str, place: str | None) -> None:
    answer = ask(grown, text, place)
    assert "Tự nguyện đăng ký thoát nghèo với Ban nhân dân khóm trước ngày 30 tháng 6 hằng năm." in answer.text
    assert "Nguồn: Kế hoạch 45/KH-UBND ngày 16/3/2026 của UBND phường Phú Lợi, mục II.2" in answer.text
    assert answer.text.endswith("Giai đoạn 2026–2030.")


def test_the_letterhead_of_one_line_is_read_as_well(grown: Library) -> None:
    answer = ask(grown, "xa cam tu thon bao cao truoc ngay nao")
    assert "trước ngày 25 tháng 10 hằng năm.”" in answer.text
    assert "Nguồn: Kế hoạch 31/KH-UBND ngày 9/2/2026 của UBND xã Cẩm Tú, mục IV.1." in answer.text


def test_of_two_plans_for_one_place_the_one_in_force_is_asked(grown: Library) -> None:
    assert [place.slug for place in grown.places].count(PHU_LOI) == 1
    answer = ask(grown, "khóm ở Phú Lợi được tặng giấy khen khi giảm bao nhiêu hộ nghèo")
    assert {cited.document for cited in answer.citations} == {"phu-loi-2026"}
    assert "25%" in answer.text
