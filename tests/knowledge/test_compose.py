"""
How an answer reads: the words of the plan, where they stand, and whether they still hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import pytest

from knowledge import compose
from knowledge.answer import Kind
from knowledge.exemplars import Aside, Gap
from knowledge.parse import Plan, parse
from knowledge.units import Unit, units_of

TEXT = """I. TIÊU CHÍ

1. Đối với hộ nghèo

- Tự nguyện đăng ký thoát nghèo.

- Phấn đấu giảm nghèo theo chỉ tiêu.
"""
INSIDE, LAST_DAY, AFTER = date(2024, 6, 1), date(2025, 12, 31), date(2026, 1, 1)


def unit_at(plan: Plan, path: str) -> Unit:
    return next(unit for unit in units_of(plan) if unit.path == path)


def test_the_source_line_holds_all_that_is_needed_to_look_it_up(plans: Mapping[str, Plan]) -> None:
    plan = plans["vinh-phuc-2021"]
    unit = unit_at(plan, "III.1.đ.1")
    assert compose.source_line(plan, unit.path, unit.headings, INSIDE) == (
        "Nguồn: Kế hoạch 166/KH-UBND ngày 29/6/2022 của UBND tỉnh Vĩnh Phúc, mục III.1.đ.1 "
        "(… › 1. Tiêu chí thi đua › đ) Đối với hộ nghèo, hộ cận nghèo, hộ mới thoát nghèo). Giai đoạn 2021–2025."
    )


def test_a_heading_path_that_a_phone_can_show_is_shown_whole(plans: Mapping[str, Plan]) -> None:
    line = compose.source_line(plans["vinh-phuc-2021"], "II.2.a", ("II. ĐỐI TƯỢNG", "2. Nội dung :"), INSIDE)
    assert "mục II.2.a (II. ĐỐI TƯỢNG › 2. Nội dung)." in line


def test_every_source_line_ends_its_path_with_the_nearest_headings(plans: Mapping[str, Plan]) -> None:
    for plan in plans.values():
        for unit in units_of(plan):
            shown = compose.source_line(plan, unit.path, unit.headings, INSIDE).partition(" (")[2].partition(").")[0]
            parts = [part for part in shown.split(" › ") if part not in {"…", ""}]
            if unit.headings and compose.governing(unit):
                assert parts == [compose.plain(heading) for heading in unit.headings[-len(parts) :]], unit.key
                assert len(parts) == 1 or len(shown) <= compose.LONGEST_HEADINGS + len("… › ")


@pytest.mark.parametrize(("today", "over"), [(INSIDE, False), (LAST_DAY, False), (AFTER, True)])
def test_a_period_that_is_over_is_said_to_be(plans: Mapping[str, Plan], today: date, over: bool) -> None:
    for id in ("vinh-phuc-2021", "soc-trang-2021", "ben-tre-2022"):
        plan = plans[id]
        line = compose.source_line(plan, "III.1", (), today)
        assert "2021–2025" in line
        assert ("đã hết giai đoạn" in line) == over


def test_what_a_document_does_not_show_is_not_said() -> None:
    plan = parse("noi-nao-2030", TEXT)
    assert compose.source_line(plan, "I.1.1", (), AFTER) == "Nguồn: Văn bản, mục I.1.1."


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("header.2", "phần đầu văn bản"),
        ("preamble.1", "phần căn cứ"),
        ("closing.1", "đoạn cuối"),
        ("signature.1", "phần ký"),
    ],
)
def test_parts_without_a_number_have_a_name(plans: Mapping[str, Plan], path: str, words: str) -> None:
    assert f", {words}." in compose.source_line(plans["vinh-phuc-2021"], path, (), INSIDE)


def test_an_article_is_not_called_a_plan(plans: Mapping[str, Plan]) -> None:
    assert compose.lead(plans["vinh-phuc-2021"]) == "Kế hoạch của tỉnh Vĩnh Phúc ghi:"
    assert compose.lead(plans["ben-tre-2022"]) == "Báo Đồng Khởi đăng về kế hoạch của tỉnh Bến Tre:"


def test_an_answer_is_lead_quote_and_source_in_this_order(plans: Mapping[str, Plan]) -> None:
    plan = plans["vinh-phuc-2021"]
    unit = unit_at(plan, "V.4")
    answer = compose.some(plan, [unit], INSIDE, [], {})
    lead, quote, source = (answer.text.index(part) for part in ("Kế hoạch của tỉnh", f"“{unit.text}”", "Nguồn: "))
    assert answer.kind is Kind.ANSWER
    assert lead < quote < source
    assert [(one.document, one.path, one.quote) for one in answer.citations] == [(plan.id, "V.4", unit.quote)]


def test_a_cut_list_says_how_much_is_left(plans: Mapping[str, Plan]) -> None:
    plan = plans["vinh-phuc-2021"]
    unit = next(unit for unit in units_of(plan) if unit.form == "list" and unit.shown < len(unit.items))
    left = len(unit.items) - unit.shown
    assert f"(Còn {left} ý nữa" in compose.some(plan, [unit], INSIDE, [], {}).text


def test_what_is_no_more_is_noted_with_the_quote_that_names_it(plans: Mapping[str, Plan]) -> None:
    noted = [
        compose.changed_since(plan, [unit])
        for plan in plans.values()
        for unit in units_of(plan)
        if compose.changed_since(plan, [unit])
    ]
    assert noted
    assert all(note.startswith("Lưu ý: ") for note in noted)
    plain = parse("noi-nao-2030", TEXT)
    assert compose.changed_since(plain, list(units_of(plain))) == ""


def test_a_place_that_does_not_say_it_is_named_beside_the_other(plans: Mapping[str, Plan]) -> None:
    first, second = plans["vinh-phuc-2021"], plans["ben-tre-2022"]
    answer = compose.side_by_side([(first, [unit_at(first, "V.4")]), (second, [])], INSIDE, [], {})
    assert answer.text.startswith("Tỉnh Vĩnh Phúc:\nV. TỔ CHỨC THỰC HIỆN\n“Trước ngày 01 tháng 12")
    assert answer.text.endswith("Tỉnh Bến Tre: tôi không thấy kế hoạch nói về việc này.")
    assert [one.document for one in answer.citations] == ["vinh-phuc-2021"]


def test_two_quotes_of_one_section_have_one_heading_and_one_source(plans: Mapping[str, Plan]) -> None:
    plan = plans["vinh-phuc-2021"]
    text = compose.some(plan, [unit_at(plan, "III.1.đ.1"), unit_at(plan, "III.1.đ.3")], INSIDE, [], {}).text
    assert text.count("đ) Đối với hộ nghèo, hộ cận nghèo, hộ mới thoát nghèo") == 1
    assert text.count("Nguồn: ") == 1
    assert text.count("166/KH-UBND ngày 29/6/2022 của UBND tỉnh Vĩnh Phúc") == 1
    assert "” (mục III.1.đ.1)" in text
    assert "” (mục III.1.đ.3)" in text
    assert "mục III.1.đ.1 và III.1.đ.3 (III. TIÊU CHÍ THI ĐUA" in text


def test_two_quotes_of_different_sections_have_each_its_heading_and_address(plans: Mapping[str, Plan]) -> None:
    plan = plans["vinh-phuc-2021"]
    text = compose.some(plan, [unit_at(plan, "V.4"), unit_at(plan, "III.1.c.3")], INSIDE, [], {}).text
    assert text.index("V. TỔ CHỨC THỰC HIỆN") < text.index("c) Đối với cấp xã") < text.index("Nguồn: ")
    assert ", mục V.4; mục III.1.c.3 (III. TIÊU CHÍ THI ĐUA VÀ HÌNH THỨC KHEN THƯỞNG › 1. Tiêu chí thi đua)." in text


def test_a_list_says_whom_its_first_items_are_for(plans: Mapping[str, Plan]) -> None:
    plan = plans["soc-trang-2021"]
    unit = next(unit for unit in units_of(plan) if unit.path == "IV.1.đ" and unit.form == "list")
    assert (
        "đ) Đối với hộ gia đình\n\nĐối với hộ gia đình không phải hộ nghèo\n\n“Có những việc làm thiết thực"
    ) in compose.some(plan, [unit], INSIDE, [], {}).text


def test_every_answer_with_a_list_can_be_read_on_a_phone(plans: Mapping[str, Plan]) -> None:
    for plan in plans.values():
        for unit in units_of(plan):
            assert len(compose.some(plan, [unit], AFTER, [], {}).text) <= compose.LONGEST, unit.key


def test_no_heading_is_said_twice(plans: Mapping[str, Plan]) -> None:
    for plan in plans.values():
        for unit in units_of(plan):
            answer = compose.some(plan, [unit], INSIDE, [], {})
            around = answer.text.replace(compose.quoted(unit), "")
            assert all(around.count(compose.plain(heading)) <= 1 for heading in unit.headings), unit.key


def test_no_mark_is_doubled_and_no_dash_is_left_hanging(plans: Mapping[str, Plan]) -> None:
    for plan in plans.values():
        for unit in units_of(plan):
            answer = compose.some(plan, [unit], INSIDE, [], {})
            ours = answer.text.replace(compose.quoted(unit), "“”")
            assert not re.search(r"[.,;:]{2}|\s[.,;:)]|[-–(]\s*$|\(\)|mục (header|preamble|closing)", ours, re.M), (
                ours
            )


GAP = Gap("a", ("b",), "Kế hoạch không nêu số tiền thưởng.", ("hình thức khen thưởng", "tiêu chí"), None)


def test_a_gap_names_the_plan_and_its_period_and_whom_to_ask(plans: Mapping[str, Plan]) -> None:
    answer = compose.gap(GAP, [plans["vinh-phuc-2021"]], False, (), [], {})
    assert answer.kind is Kind.DECLINE
    assert answer.text == (
        f"Kế hoạch của tỉnh Vĩnh Phúc (2021–2025) không nêu số tiền thưởng.\n\n{compose.ASK_OFFICER}"
    )


def test_a_gap_says_what_the_plan_does_hold_nearby(plans: Mapping[str, Plan]) -> None:
    answer = compose.gap(GAP, [plans["vinh-phuc-2021"]], False, GAP.near, [], {})
    assert "thưởng. Kế hoạch có nói về hình thức khen thưởng và tiêu chí." in answer.text


@pytest.mark.parametrize(
    ("say", "ids", "said"),
    [
        ("Kế hoạch không nêu giờ.", ["cam-thuy-2018"], "Kế hoạch của huyện Cẩm Thủy (2018–2020) không nêu giờ."),
        (
            "Kế hoạch không nêu giờ.",
            ["cam-thuy-2018", "ben-tre-2022"],
            "Kế hoạch của huyện Cẩm Thủy (2018–2020) và tỉnh Bến Tre (2021–2025) không nêu giờ.",
        ),
        (
            "Bản kế hoạch đang có không ghi người ký.",
            ["ben-tre-2022"],
            "Kế hoạch của tỉnh Bến Tre (2021–2025), bản tôi đang có, không ghi người ký.",
        ),
        ("Không ai nói.", ["ben-tre-2022"], "Không ai nói."),
    ],
)
def test_the_reviewed_sentence_is_said_of_the_plans_that_lack_it(
    plans: Mapping[str, Plan], say: str, ids: list[str], said: str
) -> None:
    assert compose.missing(say, [plans[id] for id in ids], False) == said


def test_what_no_plan_says_is_said_by_count(plans: Mapping[str, Plan]) -> None:
    five = list(plans.values())
    assert compose.missing("Kế hoạch không nêu giờ.", five, True) == "Cả năm kế hoạch đều không nêu giờ."
    assert compose.missing("Kế hoạch không nêu giờ.", five[:2], True) == "Cả hai kế hoạch đều không nêu giờ."
    assert compose.missing("Kế hoạch không nêu giờ.", five * 3, True) == "Cả 15 kế hoạch đều không nêu giờ."
    alone = compose.missing("Kế hoạch không nêu giờ.", five[:1], True)
    assert alone.startswith(f"Kế hoạch của {five[0].meta.place_name} (")


def test_an_emergency_gets_nothing_but_its_numbers() -> None:
    urgent = Aside("a", ("b",), ("Gọi ngay 115.",), urgent=True)
    assert compose.off_topic(urgent, {}).text == "Gọi ngay 115."
    assert "115" not in compose.off_topic(None, {}).text


def test_small_talk_varies_by_turn() -> None:
    talk = Aside("a", ("b",), ("Một.", "Hai."))
    assert {compose.small_talk(talk, turn, {}).text for turn in range(4)} == {"Một.", "Hai."}
