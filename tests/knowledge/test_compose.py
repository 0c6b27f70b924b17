"""
How an answer reads: the words of the plan, where they stand, and whether they still hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from knowledge import compose
from knowledge.answer import Kind, Option
from knowledge.eval import gate
from knowledge.exemplars import Aside, Gap
from knowledge.parse import Plan, parse
from knowledge.text import squash
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
        "(III. TIÊU CHÍ THI ĐUA VÀ HÌNH THỨC KHEN THƯỞNG › 1. Tiêu chí thi đua › "
        "đ) Đối với hộ nghèo, hộ cận nghèo, hộ mới thoát nghèo). Giai đoạn 2021–2025."
    )


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
    assert answer.text.startswith("Tỉnh Vĩnh Phúc:\n“Trước ngày 01 tháng 12")
    assert answer.text.endswith("Tỉnh Bến Tre: tôi không thấy kế hoạch nói về việc này.")
    assert [one.document for one in answer.citations] == ["vinh-phuc-2021"]


def test_the_pages_of_every_section_show_each_clause_once_and_fit_a_phone(plans: Mapping[str, Plan]) -> None:
    for plan in plans.values():
        for unit in (unit for unit in units_of(plan) if unit.form == "list"):
            shown, page = list[str](), 1
            while True:
                answer = compose.page_of(plan, unit, unit.items, page, gate.TODAY)
                quotes = [one.quote for one in answer.citations]
                shown += quotes
                assert all(squash(quote) in squash(answer.text) for quote in quotes)
                assert len(answer.text) <= 1_500 or len(quotes) == 1, (unit.key, page)
                if not answer.options:
                    break
                page += 1
                assert answer.options == (Option(compose.NEXT_PAGE, f"muc:{unit.key}:{page}"),)
            assert tuple(shown) == unit.items


@pytest.mark.parametrize("page", [0, -3, 99])
def test_a_page_that_is_not_there_is_the_nearest_one(plans: Mapping[str, Plan], page: int) -> None:
    plan = plans["vinh-phuc-2021"]
    unit = unit_at(plan, "III.1.b")
    answer = compose.page_of(plan, unit, unit.items, page, INSIDE)
    assert answer.citations
    assert bool(answer.options) == (page < 1)


GAP = Gap("a", ("b",), "Kế hoạch không nêu số tiền thưởng.", ("hình thức khen thưởng", "tiêu chí"), None)


def test_a_gap_says_its_sentence_and_whom_to_ask() -> None:
    answer = compose.gap(GAP, (), [], {})
    assert answer.kind is Kind.DECLINE
    assert answer.text == f"Kế hoạch không nêu số tiền thưởng.\n\n{compose.ASK_OFFICER}"


def test_an_emergency_gets_nothing_but_its_numbers() -> None:
    urgent = Aside("a", ("b",), ("Gọi ngay 115.",), urgent=True)
    assert compose.off_topic(urgent, {}).text == "Gọi ngay 115."
    assert "115" not in compose.off_topic(None, {}).text


def test_small_talk_varies_by_turn() -> None:
    talk = Aside("a", ("b",), ("Một.", "Hai."))
    assert {compose.small_talk(talk, turn, {}).text for turn in range(4)} == {"Một.", "Hai."}


def test_a_long_question_is_cut_between_words_on_its_button_and_asked_whole() -> None:
    ask = "hộ nghèo muốn được khen thưởng trong phong trào thi đua thì phải đạt những tiêu chí nào"
    (option,) = compose.options_of([ask], "ben-tre")
    assert len(option.label) <= 60
    assert option.label.endswith("…")
    assert ask.startswith(option.label[:-1].lower())
    assert (option.ask, option.place) == (ask, "ben-tre")


def test_no_more_ways_on_than_a_person_can_take_in() -> None:
    assert len(compose.options_of(["a", "b", "c", "d", "e"], None)) == compose.OPTIONS
