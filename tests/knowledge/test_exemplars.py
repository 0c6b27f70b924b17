"""
How people ask: the shipped questions belong to clauses that exist, and a corrupt file says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from knowledge import exemplars
from knowledge.exemplars import Exemplars, Kind, unit_of
from knowledge.library import Library
from knowledge.parse import Plan, PlanError, parse
from knowledge.text import key
from knowledge.units import units_of

NAME = "noi-nao-2030"
TEXT = """I. TIÊU CHÍ

1. Đối với hộ nghèo

- Tự nguyện đăng ký thoát nghèo.

- Phấn đấu giảm nghèo theo chỉ tiêu.

2. Đối với doanh nghiệp

- Có những đóng góp thiết thực.

- Phấn đấu giảm nghèo theo chỉ tiêu.
"""


@pytest.fixture(scope="module")
def known() -> Exemplars:
    return exemplars.load()


def kind(quote: str, under: str = "", whole_list: bool = False) -> Kind:
    return Kind(NAME, quote, under, whole_list, ("hỏi gì",))


def path_of(kind: Kind) -> str | None:
    plan = parse(NAME, TEXT)
    unit = unit_of(kind, plan, list(units_of(plan)))
    return unit.path if unit is not None else None


def test_a_question_belongs_to_the_clause_that_holds_its_quote() -> None:
    assert path_of(kind("tự nguyện ĐĂNG KÝ\nthoát nghèo")) == "I.1.1"


def test_the_heading_tells_equal_clauses_apart() -> None:
    assert path_of(kind("Phấn đấu giảm nghèo theo chỉ tiêu.")) == "I.1.2"
    assert path_of(kind("Phấn đấu giảm nghèo theo chỉ tiêu.", under="Đối với doanh nghiệp")) == "I.2.2"


def test_a_question_about_a_list_belongs_to_the_whole_list() -> None:
    assert path_of(kind("Đối với doanh nghiệp", whole_list=True)) == "I.2"


def test_a_quote_that_stands_nowhere_belongs_to_nothing() -> None:
    assert path_of(kind("Mỗi hộ được thưởng mười triệu đồng.")) is None


def test_every_shipped_question_has_its_clause(known: Exemplars, plans: Mapping[str, Plan]) -> None:
    units = {id: list(units_of(plan)) for id, plan in plans.items()}
    dropped = {key(line.text) for plan in plans.values() for line in plan.dropped}
    lost = [kind.quote for kind in known.kinds if unit_of(kind, plans[kind.plan], units[kind.plan]) is None]
    assert [quote for quote in lost if key(quote) not in dropped] == []


def test_every_plan_has_questions_and_every_entry_too(known: Exemplars, plans: Mapping[str, Plan]) -> None:
    assert {kind.plan for kind in known.kinds} == set(plans)
    assert all(kind.asks for kind in known.kinds)
    assert all(gap.asks and gap.say for gap in known.gaps)
    assert all(aside.asks for aside in (*known.topics, *known.talks))
    assert all(talk.say for talk in known.talks)


def test_ids_are_unique_over_gaps_topics_and_talks(known: Exemplars) -> None:
    ids = [one.id for one in known.gaps] + [one.id for one in (*known.topics, *known.talks)]
    assert len(set(ids)) == len(ids)


def test_an_emergency_names_a_number_to_call(known: Exemplars) -> None:
    urgent = [topic for topic in known.topics if topic.urgent]
    assert urgent
    assert all(any(number in topic.say[0] for number in ("111", "113", "114", "115")) for topic in urgent)


def test_one_question_is_not_asked_of_a_clause_and_of_what_no_plan_says(known: Exemplars) -> None:
    of_clauses = {key(ask) for kind in known.kinds for ask in kind.asks}
    elsewhere = {key(ask) for topic in (*known.topics, *known.talks) for ask in topic.asks}
    assert of_clauses & elsewhere == set()


def test_a_gap_is_closed_for_the_plan_that_fills_it(library: Library, known: Exemplars) -> None:
    (deadline,) = [gap for gap in known.gaps if gap.say == "Kế hoạch không nêu ngày cụ thể phải nộp báo cáo."]
    assert deadline.id not in library._finder.open_gaps["vinh-phuc-2021"]
    assert deadline.id in library._finder.open_gaps["ben-tre-2022"]
    assert deadline.id in library._finder.open_gaps["soc-trang-2021"]


@pytest.mark.parametrize("name", ["ben-tre-2022.toml", "gaps.toml", "offtopic.toml", "smalltalk.toml"])
@pytest.mark.parametrize("content", [b"[[clause]\nquote = ", b"\xff\xfe", b"other = 1\n"])
def test_a_corrupt_file_of_questions_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PlanError, match=name):
        exemplars.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ben-tre-2022.toml", "[[clause]]\nquote = 'a'\n"),
        ("ben-tre-2022.toml", "[[clause]]\nasks = ['a']\n"),
        ("gaps.toml", "[[gap]]\nid = 'a'\nasks = ['b']\n"),
        ("gaps.toml", "[[gap]]\nid = 'a'\nasks = ['b']\nsay = 'c'\nunless = '('\n"),
        ("smalltalk.toml", "[[talk]]\nid = 'a'\n"),
    ],
)
def test_an_entry_that_lacks_something_is_a_plan_error(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(PlanError, match=name):
        exemplars.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("ben-tre-2022.toml", "[[clause]]\nquote = 'a'\nask = ['b']\n", "`ask` in .* Did you mean `asks`"),
        ("ben-tre-2022.toml", "[[clauses]]\nquote = 'a'\nasks = ['b']\n", "`clauses`.* Did you mean `clause`"),
        ("gaps.toml", "[[gap]]\nid = 'a'\nasks = ['b']\nsay = 'c'\nnear_by = ['d']\n", "`near_by` in"),
        ("smalltalk.toml", "[[talk]]\nid = 'a'\nasks = ['b']\nsays = ['c']\n", "`says` in .* `say`"),
        ("ben-tre-2022.toml", "[[clause]]\nquote = 'a'\nasks = 'b'\n", "`asks` of an entry is no list of texts"),
    ],
)
def test_a_misspelt_field_is_named_with_the_one_that_may_be_meant(
    tmp_path: Path, name: str, content: str, sentence: str
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(PlanError, match=rf"^{name}.*{sentence}"):
        exemplars.load(tmp_path)


def test_an_empty_folder_knows_nothing(tmp_path: Path) -> None:
    assert exemplars.load(tmp_path) == Exemplars((), (), (), ())


def test_the_shipped_questions_are_those_that_the_library_has(library: Library, known: Exemplars) -> None:
    assert library._shelves.exemplars == known
