"""
The quality gate: what makes an answer right, floors that hold for the shipped library and break for a worse one, and
weights that learn.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge import weights
from knowledge.__main__ import main
from knowledge.answer import Answer, Citation, Kind
from knowledge.decide import probability
from knowledge.eval import fit, gate
from knowledge.eval.gold import Item, Wanted, dialogues, questions
from knowledge.eval.marks import NEARLY_ALL, Mark, covers, mark
from knowledge.library import Library
from knowledge.parse import Plan
from knowledge.text import squash
from knowledge.weights import Table, Weights

PLAN = "vinh-phuc-2021"
CLAUSE = "Trước ngày 01 tháng 12 hằng năm, các Sở, ban, ngành báo cáo về Sở Nội vụ chủ trì tổng hợp."
OTHER = "Phấn đấu giảm tỷ lệ hộ nghèo vượt chỉ tiêu kế hoạch."


def item(*gold: str, kind: str = "deadline", answerable: bool = True, **more: object) -> Item:
    base = Item(
        "X-1", "hỏi gì", None, kind, "formal", answerable, tuple(Wanted(PLAN, one) for one in gold), (), (), "work"
    )
    return replace(base, **more)  # type: ignore[arg-type]


def answer(*quotes: str, plan: str = PLAN, text: str | None = None) -> Answer:
    shown = text if text is not None else "\n".join(quotes)
    return Answer(Kind.ANSWER, shown, tuple(Citation(plan, "V.4", quote) for quote in quotes))


DECLINE = Answer(Kind.DECLINE, "Không thấy.")


# Marks.


def test_the_wanted_clause_is_right_and_in_focus() -> None:
    assert mark(item(CLAUSE), answer(CLAUSE), True) == Mark(True, focus=1.0)


def test_what_was_not_wanted_lowers_the_focus() -> None:
    seen = mark(item(CLAUSE), answer(CLAUSE, OTHER), True)
    assert seen.right
    assert seen.focus == pytest.approx(len(squash(CLAUSE)) / len(squash(CLAUSE + OTHER)))


def test_another_clause_is_not_the_wanted_one() -> None:
    assert mark(item(CLAUSE), answer(OTHER), True) == Mark(False, "the wanted clause is not quoted")


def test_the_same_words_of_another_plan_are_not_the_wanted_ones() -> None:
    assert not mark(item(CLAUSE), answer(CLAUSE, plan="ben-tre-2022"), True).right


def test_words_that_are_not_verbatim_are_never_right() -> None:
    assert mark(item(CLAUSE), answer(CLAUSE), False) == Mark(False, "not verbatim")


def test_a_decline_is_wrong_where_there_is_an_answer_and_right_where_there_is_none() -> None:
    assert mark(item(CLAUSE), DECLINE, True) == Mark(False, "said decline")
    assert mark(item(answerable=False), DECLINE, True).right
    assert mark(item(answerable=False), replace(DECLINE, kind=Kind.CLARIFY), True).right
    assert mark(item(answerable=False), answer(CLAUSE), True) == Mark(False, "said answer")


def test_what_must_be_shown_must_be_shown() -> None:
    wanted = item(CLAUSE, must_include=("01 tháng 12", "Sở Nội vụ"))
    assert mark(wanted, answer(CLAUSE), True).right
    half = CLAUSE[: CLAUSE.index(" về Sở")]
    assert mark(wanted, answer(half), True) == Mark(False, "lacks 'Sở Nội vụ'")


def test_an_alternative_of_the_same_plan_is_right_and_lifts_what_the_clause_would_have_shown() -> None:
    wanted = item(CLAUSE, alternatives=(Wanted(PLAN, OTHER),), must_include=("01 tháng 12",))
    assert mark(wanted, answer(OTHER), True).right
    elsewhere = item(CLAUSE, alternatives=(Wanted("ben-tre-2022", OTHER),))
    assert not mark(elsewhere, answer(OTHER, plan="ben-tre-2022"), True).right


def test_one_of_several_clauses_is_enough_but_for_a_comparison() -> None:
    assert mark(item(CLAUSE, OTHER), answer(OTHER), True).right
    assert not mark(item(CLAUSE, OTHER, kind="compare"), answer(OTHER), True).right
    assert mark(item(CLAUSE, OTHER, kind="compare"), answer(OTHER, CLAUSE), True).right
    assert not mark(item(CLAUSE, OTHER, kind="multi"), answer(CLAUSE), True).right


@pytest.mark.parametrize(("kind", "limit"), [("deadline", 1_500), ("compare", 3_000)])
def test_an_answer_too_long_for_a_phone_is_wrong(kind: str, limit: int) -> None:
    fits, longer = (f"{CLAUSE:x<{length}}" for length in (limit, limit + 1))
    assert mark(item(CLAUSE, kind=kind), answer(CLAUSE, text=fits), True).right
    assert mark(item(CLAUSE, kind=kind), answer(CLAUSE, text=longer), True) == Mark(
        False, f"too long: {limit + 1} characters"
    )


def test_a_clause_counts_as_quoted_from_half_of_it_on_or_where_nearly_all_of_it_stands() -> None:
    wanted = Wanted(PLAN, CLAUSE)
    assert covers(wanted, Citation(PLAN, "", f"{OTHER} {CLAUSE} {OTHER}"))
    assert covers(wanted, Citation(PLAN, "", CLAUSE[: len(CLAUSE) * 2 // 3]))
    assert not covers(wanted, Citation(PLAN, "", CLAUSE[: len(CLAUSE) // 3]))
    assert covers(wanted, Citation(PLAN, "", CLAUSE.replace("ngành", "nganh")))
    assert not covers(wanted, Citation(PLAN, "", OTHER))
    assert 50 < NEARLY_ALL < 100


# The gold questions.


def test_every_gold_quote_stands_in_its_plan(plans: Mapping[str, Plan]) -> None:
    sources = {id: squash(plan.source) for id, plan in plans.items()}
    items = [*questions(), *(turn for dialogue in dialogues() for turn in dialogue.turns)]
    lost = [
        one.id
        for one in items
        for wanted in (*one.gold, *one.alternatives)
        if squash(wanted.quote) not in sources[wanted.plan]
    ]
    assert lost == []


def test_gold_ids_are_unique_and_both_halves_are_large() -> None:
    items = questions()
    assert len({one.id for one in items}) == len(items)
    for split in ("work", "measure"):
        half = [one for one in items if one.split == split]
        assert sum(one.answerable for one in half) > 100
        assert sum(not one.answerable for one in half) > 40
        assert any(dialogue.split == split for dialogue in dialogues())


def test_an_answerable_question_has_gold_and_another_has_none() -> None:
    assert [one.id for one in questions() if one.answerable != bool(one.gold)] == []


# The gate.


def test_the_floors_hold(report: gate.Report) -> None:
    assert gate.broken_floors(report) == []


def test_no_answer_is_not_verbatim(report: gate.Report) -> None:
    assert gate.not_verbatim(report) == 0


def test_the_gate_asks_every_question_and_every_turn(report: gate.Report) -> None:
    turns = sum(len(dialogue.turns) for dialogue in dialogues())
    assert len(report.asked) == len(questions()) + turns


def test_the_table_and_the_misses_name_what_they_show(report: gate.Report) -> None:
    table = "\n".join(gate.table(report))
    for word in ("measure", "work", "no_diacritics", "deadline", "ben-tre-2022", "not verbatim 0"):
        assert word in table
    wrong = [one for one in report.asked if one.item.split == "work" and not one.mark.right]
    assert len(list(gate.misses(report, "work"))) == len(wrong)


def test_most_answers_take_less_than_a_fifth_of_a_second(report: gate.Report) -> None:
    times = sorted(one.ms for one in report.asked)
    assert times[int(0.95 * len(times))] < 200


def some(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """
    A tenth of them.
    """
    return items[::10]


@pytest.mark.parametrize(("answer_from", "floor"), [(2.0, "answered is 0.0%"), (-1.0, "declined is ")])
def test_a_library_that_answers_nothing_or_everything_breaks_a_floor(
    library: Library, monkeypatch: pytest.MonkeyPatch, answer_from: float, floor: str
) -> None:
    asked = some(questions())
    monkeypatch.setattr(gate, "questions", lambda: asked)
    monkeypatch.setattr(gate, "dialogues", lambda: ())
    worse = copy.copy(library)
    worse.weights = replace(library.weights, answer_from=answer_from)
    broken = gate.broken_floors(gate.run(worse, gate.TODAY))
    assert any(sentence.startswith(f"measure {floor}") for sentence in broken), broken


def test_one_answer_that_is_not_verbatim_breaks_the_gate(report: gate.Report) -> None:
    first, *rest = report.asked
    bad = gate.Report((replace(first, mark=Mark(False, "not verbatim")), *rest))
    assert "1 answers are not verbatim" in gate.broken_floors(bad)


def test_quoting_far_more_than_was_asked_breaks_the_gate(report: gate.Report) -> None:
    vague = gate.Report(tuple(replace(one, mark=replace(one.mark, focus=0.1)) for one in report.asked))
    assert any(sentence.startswith("median focus is 0.10") for sentence in gate.broken_floors(vague))


def test_those_who_type_without_diacritics_may_not_be_served_worse(report: gate.Report) -> None:
    unfair = gate.Report(
        tuple(
            replace(one, mark=Mark(False, "x")) if one.item.style == "no_diacritics" else one for one in report.asked
        )
    )
    assert any(sentence.startswith("without diacritics 0.0%") for sentence in gate.broken_floors(unfair))


@pytest.mark.parametrize(("floors", "code"), [(True, 1), (False, 0)])
def test_the_command_ends_with_1_only_where_floors_are_asked_for(
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    floors: bool,
    code: int,
) -> None:
    asked = some(questions())[::4]
    worse = copy.copy(library)
    worse.weights = replace(library.weights, answer_from=2.0)
    monkeypatch.setattr(gate, "questions", lambda: asked)
    monkeypatch.setattr(gate, "dialogues", lambda: ())
    monkeypatch.setattr(Library, "shipped", lambda: worse)
    assert main(["eval", *(["--floors"] if floors else [])]) == code
    assert "floor broken: measure answered is 0.0%" in capsys.readouterr().err


# Fitting.


def test_ranking_learns_which_feature_picks_the_right_unit() -> None:
    rows = [
        fit.Row(({"good": 1.0, "bad": 0.0}, {"good": 0.0, "bad": 1.0}), (True, False)),
        fit.Row(({"good": 0.2, "bad": 0.9}, {"good": 0.8, "bad": 0.1}), (False, True)),
    ]
    learnt = fit.rank_weights(rows, {"good": 0.0, "bad": 0.0, "never": 0.5})
    assert learnt["good"] > 0 > learnt["bad"]
    assert learnt["never"] == pytest.approx(0.5)


def test_deciding_learns_which_feature_tells_answers_from_the_rest() -> None:
    rows = [({"bias": 1.0, "good": x, "bad": 1 - x}, x > 0.5) for x in (0.0, 0.1, 0.3, 0.7, 0.9, 1.0)]
    learnt = fit.decide_weights(rows)
    assert learnt["good"] > 0 > learnt["bad"]
    assert all((probability(seen, learnt) > 0.5) == yes for seen, yes in rows)


def test_weights_written_are_the_weights_read(tmp_path: Path) -> None:
    path = tmp_path / "weights.toml"
    learnt = Weights(Table({"best": 1.5}, {"bias": 0.125}), Table({"own": -0.25}, {"bias": 2.0}), 0.55, 0.12)
    fit.write(learnt, path)
    assert weights.load(path) == learnt


def test_a_few_questions_move_the_weights_the_right_way(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "ROUNDS", 30)
    few = [one for one in questions() if one.split == "work" and not one.several][::9]
    rows = [fit.ranking(library, one) for one in few if one.answerable]
    rank = fit.rank_weights(rows, dict.fromkeys(library.weights.annotated.rank, 0.0))
    decide = fit.decide_weights(list(fit.decisions([(library, one) for one in few])))
    assert rank["profile"] > 0
    assert rank["own"] > 0
    assert rank["whole_list"] < rank["own"]
    assert decide["covered"] > 0 > decide["elsewhere"]
