"""
The archive answers as `Shelves` do, and shows changes at once, to other processes too.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge import exemplars
from knowledge.archive import Archive, PlanText
from knowledge.exemplars import Exemplars
from knowledge.parse import PlanError, shipped
from knowledge.search import Evidence, Shelves
from knowledge.text import tokens

QUESTIONS = (
    "hộ nghèo được vay vốn bao nhiêu",
    "tiêu chuẩn khen thưởng cho xã giảm nghèo",
    "khi nao so ket phong trao thi dua",
    "ai chủ trì thực hiện kế hoạch này",
    "danh sách nơi nhận",
    "mấy giờ đá bóng",
)
FEW = Exemplars(kinds=(), gaps=exemplars.load().gaps[:2], topics=(), talks=())
NEW = """KẾ HOẠCH
Phong trào thi đua Vì người nghèo tại xã Tân Lập

I. MỤC ĐÍCH
1. Vận động mỗi hộ khá giúp một hộ nghèo nuôi ong lấy mật.
2. Tặng 17 máy bơm nước cho hộ cận nghèo.

II. TỔ CHỨC THỰC HIỆN
1. Hội Nông dân xã chủ trì và báo cáo trước ngày 20/12 hằng năm.
"""


@pytest.fixture(scope="module")
def shelves() -> Shelves:
    return Shelves(shipped(), exemplars.load())


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return Archive(shipped(), exemplars.load(), tmp_path_factory.mktemp("archive"))


def _terms(shelves: Shelves | Archive, question: str) -> dict[str, float]:
    return dict.fromkeys(shelves.vocabulary.terms(tokens(question)), 1.0)


def _by_key(evidence: list[Evidence]) -> dict[str, tuple[float, ...]]:
    return {one.unit.key: tuple(round(value, 9) for value in one.features().values()) for one in evidence}


def _best(archive: Archive, question: str, plan: str | None) -> str:
    found = archive.evidence(_terms(archive, question), plan)[0]
    return max(found, key=lambda one: one.own).unit.text if found else ""


@pytest.mark.parametrize("plan", [plan.id for plan in shipped()])
def test_the_same_evidence_as_shelves_in_each_plan(shelves: Shelves, lasting: Archive, plan: str) -> None:
    for question in QUESTIONS:
        wanted, elsewhere = shelves.evidence(_terms(shelves, question), plan)
        found, beside = lasting.evidence(_terms(lasting, question), plan)
        assert _by_key(found) == _by_key(wanted)
        assert {one.target.id: one.asks for one in beside} == {one.target.id: one.asks for one in elsewhere}


def test_the_same_evidence_as_shelves_where_no_place_is_known(shelves: Shelves, lasting: Archive) -> None:
    for question in QUESTIONS:
        wanted, _ = shelves.evidence(_terms(shelves, question), None)
        found, _ = lasting.evidence(_terms(lasting, question), None)
        strong = {one.unit.key for one in wanted if one.asks.best > 0}
        assert strong <= _by_key(found).keys()
        assert {key: _by_key(found)[key] for key in strong} == {key: _by_key(wanted)[key] for key in strong}


def test_units_nearness_and_coverage_are_those_of_shelves(shelves: Shelves, lasting: Archive) -> None:
    words = tokens("hộ nghèo vay vốn tín dụng ưu đãi")
    for plan in shipped():
        units = shelves.units(plan.id)
        assert list(lasting.units(plan.id)) == list(units)
        for unit in units[::7]:
            assert lasting.unit(unit.key) == unit
            assert lasting.covered(words, unit) == shelves.covered(words, unit)
            for last in (units[0], units[-1], shelves.units("soc-trang-2021")[20]):
                assert lasting.nearness(unit, last, False) == shelves.nearness(unit, last, False)
    gap = lasting.exemplars.gaps[0]
    assert lasting.covered_elsewhere(words, gap) == shelves.covered_elsewhere(words, gap)


def test_a_copy_of_a_plan_takes_over_the_questions_of_the_original(lasting: Archive) -> None:
    original = next(plan for plan in shipped() if plan.id == "soc-trang-2021")
    lasting.put([PlanText("ban-sao-2021", original.source)])
    asked = [kind.asks[0] for kind in lasting.exemplars.kinds if kind.plan == original.id and not kind.whole_list]
    same = 0
    for question in asked[::5]:
        terms = _terms(lasting, question)
        first = max(lasting.evidence(terms, original.id)[0], key=lambda one: one.asks.best)
        second = max(lasting.evidence(terms, "ban-sao-2021")[0], key=lambda one: one.asks.best)
        same += (second.unit.path, second.example) == (first.unit.path, first.example)
    lasting.withdraw("ban-sao-2021")
    assert same >= 0.95 * len(asked[::5])


def test_another_reader_sees_a_plan_put_replaced_and_withdrawn(tmp_path: Path) -> None:
    known, plans = FEW, shipped()[:1]
    writer, reader = Archive(plans, known, tmp_path), Archive(plans, known, tmp_path)
    writer.put([PlanText("tan-lap-2026", NEW)])
    assert "nuôi ong" in _best(reader, "nuôi ong lấy mật", "tan-lap-2026")
    assert "nuôi ong" in _best(reader, "nuôi ong lấy mật", None)
    writer.put([PlanText("tan-lap-2026", NEW.replace("nuôi ong lấy mật", "trồng nấm rơm"))])
    assert "nấm rơm" in _best(reader, "trồng nấm rơm", "tan-lap-2026")
    assert "ong" not in tokens(_best(reader, "nuôi ong lấy mật", None))
    writer.withdraw("tan-lap-2026")
    assert reader.units("tan-lap-2026") == []
    assert "nấm rơm" not in _best(reader, "trồng nấm rơm", None)


def test_what_was_put_is_there_after_a_restart(tmp_path: Path) -> None:
    known, plans = FEW, shipped()[:1]
    Archive(plans, known, tmp_path).put([PlanText("tan-lap-2026", NEW)])
    again = Archive(plans, known, tmp_path)
    plan = again.plan("tan-lap-2026")
    assert plan is not None
    assert plan.source == NEW
    assert "máy bơm" in _best(again, "máy bơm nước", "tan-lap-2026")


def test_a_plan_that_cannot_be_read_changes_nothing(lasting: Archive) -> None:
    with pytest.raises(PlanError):
        lasting.put([PlanText("tot-2026", NEW), PlanText("hong-2026", "  ")])
    assert lasting.units("tot-2026") == []
    assert lasting.unit("tot-2026/I.1") is None
