"""
What can be quoted: whole clauses, sentences of long ones, and lists, each word for word.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from knowledge.library import Library
from knowledge.parse import Plan, is_formula, parse
from knowledge.text import squash
from knowledge.units import LIST_LIMIT, WHOLE, Unit, clauses_below, units_of


@pytest.fixture(scope="module")
def units(plans: Mapping[str, Plan]) -> list[Unit]:
    return [unit for plan in plans.values() for unit in units_of(plan)]


def test_every_key_names_one_unit(units: list[Unit]) -> None:
    assert len({unit.key for unit in units}) == len(units)


def test_every_unit_stands_in_its_plan_word_for_word(units: list[Unit], library: Library) -> None:
    assert [unit.key for unit in units if not library.holds(unit.plan, unit.quote)] == []


def test_what_people_see_is_what_is_cited(units: list[Unit]) -> None:
    assert [unit.key for unit in units if squash(unit.text) != squash(unit.quote)] == []


def test_every_clause_can_be_quoted_whole_or_by_its_sentences(plans: Mapping[str, Plan]) -> None:
    for plan in plans.values():
        singles = [unit for unit in units_of(plan) if unit.form != "list"]
        for clause in plan.clauses:
            parts = [unit.text for unit in singles if unit.key.split("#")[0] == clause.id]
            assert " ".join(parts) == ("" if is_formula(clause.text) else clause.text)


def test_what_stands_on_every_document_is_not_quoted(units: list[Unit]) -> None:
    assert {"KẾ HOẠCH", "Độc lập - Tự do - Hạnh phúc"}.isdisjoint(unit.text for unit in units)


def test_only_long_clauses_are_cut_into_sentences(units: list[Unit], plans: Mapping[str, Plan]) -> None:
    clauses = {clause.id: clause for plan in plans.values() for clause in plan.clauses}
    for unit in units:
        if unit.form == "sentence":
            assert len(clauses[unit.key.split("#")[0]].text) > WHOLE
        if unit.form == "clause":
            assert len(unit.text) <= WHOLE or len(clauses[unit.key].sentences) == 1


def test_a_list_has_a_heading_and_its_clauses_in_order(units: list[Unit], plans: Mapping[str, Plan]) -> None:
    lists = [unit for unit in units if unit.form == "list" and unit.path != "signature"]
    assert lists
    for unit in lists:
        order = [clause.id for clause in plans[unit.plan].clauses]
        at = [order.index(member) for member in unit.members]
        assert unit.headings
        assert at == sorted(at)
        assert len(unit.items) == len(unit.members) > 1


def test_a_list_shows_what_fits_on_a_phone(units: list[Unit]) -> None:
    for unit in units:
        if unit.form == "list":
            assert 1 <= unit.shown <= len(unit.items)
            assert unit.shown == 1 or sum(map(len, unit.items[: unit.shown])) <= LIST_LIMIT


def test_the_four_awards_of_vinh_phuc_are_one_short_list(units: list[Unit]) -> None:
    (awards,) = [unit for unit in units if unit.plan == "vinh-phuc-2021" and unit.path == "III.2.a"]
    assert awards.text.splitlines() == [
        "- Huân chương Lao động;",
        "- Bằng khen của Thủ tướng Chính phủ;",
        "- Bằng khen cấp bộ, ban, ngành, tỉnh, đoàn thể trung ương;",
        "- Giấy khen.",
    ]
    assert awards.shown == len(awards.items) == 4


def test_a_page_break_inside_a_list_is_healed_and_still_verbatim() -> None:
    text = """I. VIỆC PHẢI LÀM

- Ủy ban nhân dân xã lập danh sách hộ nghèo và gửi về

phòng phụ trách trước cuối năm.

- Trưởng thôn họp dân mỗi quý một lần để bàn việc giúp hộ nghèo.
"""
    plan = parse("noi-nao-2030", text)
    (whole,) = [unit for unit in units_of(plan) if unit.form == "list"]
    assert whole.text.splitlines()[0].endswith("gửi về phòng phụ trách trước cuối năm.")
    assert squash(whole.quote) in squash(plan.source)
    assert [clause.text for node in plan.tree for clause in clauses_below(node)] == list(whole.items)
