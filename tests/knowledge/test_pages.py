"""
A whole section, page by page: nothing lost, nothing twice, and always clear whom a clause is for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

import pytest

from knowledge import compose, pages
from knowledge.answer import Answer, Kind, Option
from knowledge.eval import gate
from knowledge.parse import Clause, Plan, parse
from knowledge.text import squash
from knowledge.units import Unit, units_of
from tests.knowledge.conftest import Ask

AFTER = (Option("Ai làm việc gì?", "muc:x"), Option("Mục đích là gì?", "muc:y"), Option("Ai ký?", "muc:z"))


def sections(plan: Plan) -> Iterator[Unit]:
    return (unit for unit in units_of(plan) if unit.form == "list")


def page(plan: Plan, unit: Unit, number: int) -> Answer:
    return pages.page_of(plan, unit, number, gate.TODAY, AFTER)


def all_pages(plan: Plan, unit: Unit) -> list[Answer]:
    """
    The pages that one comes to by going on from the first.
    """
    found = [page(plan, unit, 1)]
    while any(option.label == pages.NEXT_PAGE for option in found[-1].options):
        found.append(page(plan, unit, len(found) + 1))
    return found


def clauses_of(plan: Plan, unit: Unit) -> list[Clause]:
    return [clause for clause in plan.clauses if clause.id in unit.members]


def test_over_all_pages_of_every_section_nothing_is_lost_and_nothing_comes_twice(plans: Mapping[str, Plan]) -> None:
    for plan in plans.values():
        for unit in sections(plan):
            cited = [one for answer in all_pages(plan, unit) for one in answer.citations]
            assert tuple(one.quote for one in cited) == unit.items
            assert [one.path for one in cited] == [clause.path for clause in clauses_of(plan, unit)]


def test_every_page_fits_a_phone_and_shows_what_it_cites_word_for_word(plans: Mapping[str, Plan]) -> None:
    for plan in plans.values():
        for unit in sections(plan):
            for answer in all_pages(plan, unit):
                assert answer.kind is Kind.ANSWER
                assert answer.citations
                assert len(answer.text) <= compose.LONGEST, unit.key
                assert all(squash(f"“{one.quote}”") in squash(answer.text) for one in answer.citations)


def test_on_every_page_each_clause_stands_below_the_sub_headings_that_say_whom_it_is_for(
    plans: Mapping[str, Plan],
) -> None:
    for plan in plans.values():
        for unit in sections(plan):
            headings = {clause.path: clause.headings for clause in plan.clauses}
            for answer in all_pages(plan, unit):
                lines = answer.text.split("\n\n")
                for cited in answer.citations:
                    above = lines[: lines.index(f"“{cited.quote}”")]
                    below = [compose.plain(one) for one in headings[cited.path][len(unit.headings) :]]
                    assert [line for line in above if line in below][-len(below) :] == below, (unit.key, cited.path)


def test_a_sub_heading_is_said_once_a_page(plans: Mapping[str, Plan]) -> None:
    plan = plans["soc-trang-2021"]
    unit = next(unit for unit in sections(plan) if unit.path == "IV.1.đ")
    (answer,) = all_pages(plan, unit)
    assert answer.text.count("Đối với hộ gia đình không phải hộ nghèo") == 1
    assert answer.text.count("Đối với hộ nghèo, hộ cận nghèo, hộ mới thoát nghèo") == 1


def test_every_page_says_where_the_section_stands_and_which_page_it_is(plans: Mapping[str, Plan]) -> None:
    plan = plans["vinh-phuc-2021"]
    unit = next(unit for unit in sections(plan) if unit.path == "III.1.b")
    found = all_pages(plan, unit)
    assert len(found) > 1
    for n, answer in enumerate(found, 1):
        assert answer.text.startswith("Kế hoạch của tỉnh Vĩnh Phúc ghi:\n\nb) Đối với các huyện, thành phố\n\n“")
        assert "166/KH-UBND ngày 29/6/2022 của UBND tỉnh Vĩnh Phúc, mục III.1.b (" in answer.text
        assert answer.text.endswith(f"Giai đoạn 2021–2025 (đã hết giai đoạn). Trang {n}/{len(found)}.")


def test_a_section_of_one_page_has_no_page_number(plans: Mapping[str, Plan]) -> None:
    plan = plans["vinh-phuc-2021"]
    assert "Trang" not in page(plan, next(unit for unit in sections(plan) if unit.path == "III.2.a"), 1).text


def test_a_page_leads_to_the_next_and_the_one_before_and_the_last_one_out_of_the_section(
    plans: Mapping[str, Plan],
) -> None:
    plan = plans["vinh-phuc-2021"]
    unit = next(unit for unit in sections(plan) if unit.path == "III")
    found = all_pages(plan, unit)
    onward, back = (Option(pages.NEXT_PAGE, f"muc:{unit.key}:2"), Option(pages.PREVIOUS_PAGE, f"muc:{unit.key}:1"))
    assert found[0].options == (onward,)
    assert back in found[1].options
    assert found[-1].options == (
        Option(pages.PREVIOUS_PAGE, f"muc:{unit.key}:{len(found) - 1}"),
        *AFTER[: compose.OPTIONS - 1],
    )


@pytest.mark.parametrize("number", [0, -3, 99])
def test_a_page_that_is_not_there_is_declined_kindly_with_ways_to_those_that_are(
    plans: Mapping[str, Plan], number: int
) -> None:
    plan = plans["vinh-phuc-2021"]
    unit = next(unit for unit in sections(plan) if unit.path == "III.1.b")
    answer = page(plan, unit, number)
    last = len(all_pages(plan, unit))
    assert answer.kind is Kind.DECLINE
    assert answer.text.startswith(f"Mục này chỉ có {last} trang, không có trang {number}.")
    assert [option.ask for option in answer.options] == [f"muc:{unit.key}:1", f"muc:{unit.key}:{last}"]
    assert answer.citations == ()


@pytest.mark.parametrize(
    "text",
    [
        "muc:",
        "muc:::",
        "muc:x:1",
        "muc:nowhere-2021/I[I.1]:1",
        "muc:vinh-phuc-2021/III.1.c[III.1.c.1]:²",
        "muc:vinh-phuc-2021/III.1.c[III.1.c.1]:một",
        "muc:vinh-phuc-2021/III.1.c[III.1.c.1]:" + "9" * 5000,
        "muc:" + "x" * 9999,
    ],
)
def test_a_page_that_was_never_offered_is_declined_kindly(ask: Ask, text: str) -> None:
    answer = ask(text)
    assert answer.kind is Kind.DECLINE
    assert answer.text == compose.NO_SUCH_SECTION
    assert answer.citations == ()


def test_a_clause_that_no_page_could_hold_is_cut_between_its_sentences() -> None:
    sentences = [
        f"Năm {2000 + n} các cấp tiếp tục giúp đỡ hộ nghèo vươn lên thoát nghèo bền vững." for n in range(40)
    ]
    plan = parse("dai-2030", f"I. TIÊU CHÍ\n\n1. Đối với hộ nghèo\n\n- {' '.join(sentences)}\n\n- Ý cuối.\n")
    unit = max(sections(plan), key=lambda unit: len(unit.headings))
    found = all_pages(plan, unit)
    assert all(len(answer.text) <= compose.LONGEST for answer in found)
    assert [one.quote for answer in found for one in answer.citations] == [*sentences, "Ý cuối."]
    assert all(first.citations[-1] != second.citations[0] for first, second in pairwise(found))
