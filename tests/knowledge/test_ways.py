"""
The choices under an answer: short, in proper Vietnamese, and each leads where it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from knowledge import compose, exemplars, pages
from knowledge.answer import PAGE_ASK, Answer, Kind, Option, Question
from knowledge.eval import gate
from knowledge.library import Library
from knowledge.parse import Plan
from knowledge.units import Unit
from tests.knowledge.conftest import Ask, Talk

LONGEST_LABEL = 60


def press(library: Library, option: Option, context: Mapping[str, object] | None = None) -> Answer:
    return library.answer(Question(option.ask, gate.TODAY, option.place, {**(context or {}), "chosen_place": True}))


def all_units(library: Library) -> Iterator[Unit]:
    return (unit for plan in library._plans for unit in library._shelves.units(plan))


@pytest.fixture(scope="module")
def unlabelled(plans: Mapping[str, Plan]) -> Library:
    """
    The same plans, and nobody has written a question or a label for any.
    """
    return Library(list(plans.values()), exemplars.Exemplars((), (), (), ()))


def test_every_label_of_every_clause_leads_to_that_clause(library: Library) -> None:
    offered = 0
    for unit in all_units(library):
        for option in library._ways.to([unit]):
            offered += 1
            cited = press(library, option).citations
            assert cited
            assert {one.document for one in cited} == {unit.plan}
            assert [one.quote for one in cited] == list((unit.items or (unit.quote,))[: len(cited)]), option
    assert offered > 300


def test_labels_are_made_of_headings_where_nobody_wrote_any_and_lead_there_too(unlabelled: Library) -> None:
    offered = 0
    for unit in all_units(unlabelled):
        for option in unlabelled._ways.to([unit]):
            offered += 1
            assert len(option.label) <= LONGEST_LABEL
            heading = compose.plain(unit.headings[-1])
            assert option.label.split(":")[0].rstrip("…") in heading
            cited = press(unlabelled, option).citations
            assert [one.quote for one in cited] == list((unit.items or (unit.quote,))[: len(cited)] or [""])
    assert offered > 250


def test_reviewed_labels_are_short_questions_and_no_two_of_a_plan_are_alike() -> None:
    seen = set()
    for kind in exemplars.load().kinds:
        if kind.label:
            assert len(kind.label) <= LONGEST_LABEL, kind.label
            assert re.fullmatch(r"\w.*[^\s.,;:]\?", kind.label), kind.label
            assert kind.label[0].isupper()
            assert (kind.plan, kind.label) not in seen, kind.label
            seen.add((kind.plan, kind.label))


def test_every_annotated_clause_has_a_reviewed_label(library: Library) -> None:
    labels = {kind.label for kind in exemplars.load().kinds}
    for unit in all_units(library):
        if library._shelves._is_annotated(library._shelves._number[unit.key]):
            assert library._shelves.label(unit) in labels, unit.key


def test_nothing_of_the_head_or_the_foot_is_offered_without_a_label(unlabelled: Library) -> None:
    for unit in all_units(unlabelled):
        head = unit.path.split(".")[0]
        if head in {"header", "preamble", "closing", "recipients", "signature"}:
            assert unlabelled._ways.to([unit]) == []


def test_over_all_gold_questions_every_way_on_is_a_short_label_that_is_answered(
    library: Library, report: gate.Report
) -> None:
    bound = {option for one in report.asked for option in one.answer.options if option.ask.startswith(PAGE_ASK)}
    assert len(bound) > 100
    for option in bound:
        assert len(option.label) <= LONGEST_LABEL
        assert press(library, option).kind is Kind.ANSWER, option


def test_no_answer_offers_what_it_quotes_or_the_same_twice(report: gate.Report) -> None:
    for one in report.asked:
        labels = [option.label for option in one.answer.options]
        assert len(labels) == len(set(labels)), one.item.id
        if one.answer.seen:
            quoted = {f"{PAGE_ASK}{cited.document}/{cited.path}" for cited in one.answer.citations}
            assert quoted.isdisjoint(option.ask for option in one.answer.options), one.item.id


def test_every_answer_of_one_place_leads_on(report: gate.Report) -> None:
    answers = [one for one in report.asked if one.answer.kind is Kind.ANSWER]
    assert answers
    assert all(one.answer.options for one in answers)


def test_a_chosen_clause_leads_on_and_can_be_asked_about_further(library: Library, ask: Ask, talk: Talk) -> None:
    first = ask("hộ nghèo muốn được khen thì cần đạt những gì", "soc-trang")
    option = next(
        option for option in first.options if option.label == "Tiêu chuẩn của khóm, tổ dân phố gồm những gì?"
    )
    chosen = press(library, option, first.context)
    assert chosen.options
    assert chosen.context["unit"] == option.ask.removeprefix(PAGE_ASK)
    then = ask("còn hộ nghèo thì sao", "soc-trang", chosen.context)
    assert "Đối với hộ nghèo, hộ cận nghèo, hộ mới thoát nghèo" in then.text


def test_a_long_list_that_is_chosen_is_read_page_by_page_from_its_beginning(ask: Ask) -> None:
    answer = ask("muc:vinh-phuc-2021/III.1.c[III.1.c.1]")
    assert [one.path for one in answer.citations] == ["III.1.c.1", "III.1.c.2", "III.1.c.3"]
    assert answer.text.endswith("Trang 1/2.")
    assert [option.label for option in answer.options] == [pages.NEXT_PAGE]


def test_after_the_last_page_of_a_section_others_are_offered(ask: Ask) -> None:
    last = ask("muc:vinh-phuc-2021/III.1.đ[III.1.đ.1]:1")
    assert [option.label for option in last.options] == [
        "Cán bộ giảm nghèo được khen cần đạt những gì?",
        "Doanh nghiệp được khen cần đạt những gì?",
        "Hình thức và tiêu chuẩn khen gồm những gì?",
    ]


def test_a_comparison_leads_to_each_section_and_to_a_further_place(library: Library, ask: Ask) -> None:
    answer = ask("BT với VP tổng kết phong trào năm nào")
    first, second, third = answer.options
    assert (first.label, second.label) == ("Xem toàn mục của tỉnh Bến Tre", "Xem toàn mục của tỉnh Vĩnh Phúc")
    assert {one.document for one in press(library, first, answer.context).citations} == {"ben-tre-2022"}
    assert {one.document for one in press(library, second, answer.context).citations} == {"vinh-phuc-2021"}
    assert re.fullmatch(r"Còn (tỉnh|huyện|thành phố) .+ thì sao\?", third.label)
    further = press(library, third, answer.context)
    assert further.kind is Kind.ANSWER
    assert {one.document for one in further.citations}.isdisjoint({"ben-tre-2022", "vinh-phuc-2021"})


def test_a_gap_leads_to_what_the_plan_holds_nearby_in_words(library: Library, ask: Ask) -> None:
    answer = ask("tiền thưởng kèm giấy khen là bao nhiêu", "soc-trang")
    (option,) = answer.options
    assert option.label[0].isupper()
    assert press(library, option, answer.context).kind is Kind.ANSWER


def test_what_is_not_understood_offers_no_neighbours(ask: Ask) -> None:
    assert ask("xyzqw blockchain kubernetes", "soc-trang").options == ()


def test_the_whole_section_is_offered_first(ask: Ask) -> None:
    answer = ask("cấp xã sử dụng nguồn kinh phí hỗ trợ phải thế nào", "vinh-phuc")
    assert answer.options[0].label == compose.WHOLE_LIST
    assert len(answer.options) == compose.OPTIONS
    assert pages.NEXT_PAGE not in {option.label for option in answer.options}
