"""
What a clause's structure says for and against it.
"""

from __future__ import annotations

import pytest

from knowledge.judge import Judge
from knowledge.library import Library
from knowledge.understand import load_groups
from knowledge.units import Unit

UNDER = (
    "Các xã, phường, thị trấn có tỷ lệ hộ nghèo cuối năm 2021 dưới 5% (theo chuẩn nghèo giai đoạn 2021 - 2025), "
    "phải giảm từ 20% tổng số hộ nghèo/năm trở lên."
)
FROM = (
    "Các xã, thị trấn có tỷ lệ hộ nghèo cuối năm 2021 từ 5% trở lên (theo chuẩn nghèo giai đoạn 2021 - 2025), "
    "phải giảm tỷ lệ hộ nghèo từ 2%/năm trở lên."
)
PLAIN = "Có những việc làm thiết thực giúp hộ nghèo."


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(load_groups())


def unit(text: str, *headings: str) -> Unit:
    return Unit("a/1", "a", "1", "clause", text, text, headings)


def weighed(library: Library, judge: Judge, question: str, unit: Unit) -> dict[str, float]:
    return judge.features(library._understanding.read(question, None), unit)


@pytest.mark.parametrize(
    ("share", "under", "from_"),
    [("0", 1, -1), ("3,8", 1, -1), ("4,99", 1, -1), ("5", -1, 1), ("5,0", -1, 1), ("7,2", -1, 1), ("100", -1, 1)],
)
def test_a_share_chooses_the_line_that_holds_for_it(
    library: Library, judge: Judge, share: str, under: float, from_: float
) -> None:
    question = f"xã còn {share}% hộ nghèo thì sao"
    assert weighed(library, judge, question, unit(UNDER))["branch"] == under
    assert weighed(library, judge, question, unit(FROM))["branch"] == from_


def test_a_share_says_nothing_about_a_clause_without_a_condition(library: Library, judge: Judge) -> None:
    assert weighed(library, judge, "xã còn 3,8% hộ nghèo", unit(PLAIN))["branch"] == 0
    assert weighed(library, judge, "xã còn nhiều hộ nghèo", unit(UNDER))["branch"] == 0


def test_the_group_of_the_heading_is_the_clauses_group(library: Library, judge: Judge) -> None:
    clause = unit("Sử dụng vốn đúng mục đích.", "III. TIÊU CHÍ", "đ) Đối với hộ nghèo")
    assert weighed(library, judge, "hộ nghèo cần gì", clause)["group"] == 1
    assert weighed(library, judge, "doanh nghiệp cần gì", clause)["group"] == -1
    assert weighed(library, judge, "cần gì", clause)["group"] == 0


def test_the_clauses_own_opening_words_come_before_its_heading(library: Library, judge: Judge) -> None:
    clause = unit("Các doanh nghiệp, hợp tác xã có đóng góp.", "Đối với hộ nghèo")
    assert weighed(library, judge, "doanh nghiệp cần gì", clause)["group"] == 1
    assert weighed(library, judge, "hộ nghèo cần gì", clause)["group"] == -1


def test_near_poor_is_not_poor(library: Library, judge: Judge) -> None:
    assert weighed(library, judge, "hộ nghèo cần gì", unit("Việc làm.", "a) Hộ không phải hộ nghèo"))["group"] == -1


@pytest.mark.parametrize(
    ("question", "text", "kind"),
    [
        ("giảm mấy phần trăm", "Giảm từ 1,3%/năm trở lên.", 1),
        ("giảm mấy phần trăm", "Tự nguyện đăng ký.", -1),
        ("hạn chót ngày nào", "Trước ngày 01 tháng 12 hằng năm báo cáo.", 1),
        ("ai chủ trì", "Sở Nội vụ chủ trì, phối hợp.", 1),
        ("ai chủ trì", "Tự nguyện đăng ký.", -1),
        ("cần gì", "Tự nguyện đăng ký.", 0),
    ],
)
def test_a_clause_that_holds_the_kind_of_thing_asked_for_is_likelier(
    library: Library, judge: Judge, question: str, text: str, kind: float
) -> None:
    assert weighed(library, judge, question, unit(text))["kind"] == kind


def test_a_documents_number_points_at_the_clause_that_names_it(library: Library, judge: Judge) -> None:
    question = "kế hoạch 1067 nói gì"
    assert weighed(library, judge, question, unit("Theo Kế hoạch số 1067 của UBND tỉnh."))["number"] == 1
    assert weighed(library, judge, question, unit("Theo Kế hoạch số 150 của UBND tỉnh."))["number"] == -1
    assert weighed(library, judge, "năm 2025 làm gì", unit("Theo Kế hoạch số 150."))["number"] == 0


def test_a_year_that_a_clause_does_not_name_counts_against_it(library: Library, judge: Judge) -> None:
    assert weighed(library, judge, "năm 2025 tổng kết à", unit("Tổng kết vào năm 2025."))["year"] == 1
    assert weighed(library, judge, "năm 2030 tổng kết à", unit("Tổng kết vào năm 2025."))["year"] == -1
    assert weighed(library, judge, "bao giờ tổng kết", unit("Tổng kết vào năm 2025."))["year"] == 0


def test_a_sum_of_money_that_a_clause_does_not_name_counts_against_it(library: Library, judge: Judge) -> None:
    assert weighed(library, judge, "thưởng 5 triệu phải không", unit(PLAIN))["money"] == -1
    assert weighed(library, judge, "thưởng 5 triệu phải không", unit("Thưởng 5 triệu đồng."))["money"] == 0
