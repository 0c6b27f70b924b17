"""
The quality gate: every gold question asked, the marks by half, style, kind and place, the floors, and the misses.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from knowledge.answer import Answer, Question
from knowledge.eval.gold import Dialogue, Item, dialogues, questions
from knowledge.eval.marks import Mark, mark
from knowledge.library import Library

TODAY = date(2026, 11, 24)
"""The day on which all questions are asked: every plan's period is over."""
FLOORS = {
    "measure": {"answered": 0.90, "declined": 0.92, "dialogues answered": 0.86, "dialogues declined": 0.90},
    "work": {"answered": 0.90, "declined": 0.92, "dialogues answered": 0.87, "dialogues declined": 0.94},
}
"""What a change must not fall below; raised whenever the figures rise for good."""
FOCUS_FLOOR = 0.6
BARE_GAP = 0.05
"""By how much questions without diacritics may be answered worse than all others."""


@dataclass(frozen=True, slots=True)
class Asked:
    """
    A question with its answer, its mark and the time it took in milliseconds.
    """

    item: Item
    answer: Answer
    mark: Mark
    ms: float


@dataclass(frozen=True, slots=True)
class Report:
    """
    All that was asked.
    """

    asked: tuple[Asked, ...]

    def share(self, split: str, answerable: bool, turns: bool) -> float:
        """
        The share of right answers in one half: of single questions or of dialogue turns, answerable or not.
        """
        rights = [
            one.mark.right
            for one in self.asked
            if one.item.split == split and one.item.answerable == answerable and bool(one.item.turn) == turns
        ]
        return sum(rights) / len(rights) if rights else 1.0


def run(library: Library, today: date) -> Report:
    """
    Ask everything.
    """
    asked = [_ask(library, item, Question(item.question, today, item.place)) for item in questions()]
    for dialogue in dialogues():
        asked.extend(_talk(library, dialogue, today))
    return Report(tuple(asked))


def _talk(library: Library, dialogue: Dialogue, today: date) -> Iterator[Asked]:
    context: Mapping[str, Any] = {}
    place = dialogue.place
    for turn in dialogue.turns:
        one = _ask(library, turn, Question(turn.question, today, place, context))
        context, place = one.answer.context, one.answer.place or place
        yield one


def _ask(library: Library, item: Item, question: Question) -> Asked:
    started = time.perf_counter()
    answer = library.answer(question)
    ms = (time.perf_counter() - started) * 1000
    verbatim = all(library.holds(cited.document, cited.quote) for cited in answer.citations)
    return Asked(item, answer, mark(item, answer, verbatim), ms)


def table(report: Report) -> Iterator[str]:
    """
    The figures as lines: each half, then each style, kind and place.
    """
    for split in ("measure", "work"):
        yield f"{split:10s}" + "  ".join(f"{name} {value:6.1%}" for name, value in figures(report, split).items())
    for title, rows in _groups(report).items():
        yield f"\n{title}"
        for name, marks in sorted(rows.items()):
            yield f"  {name:18s} {sum(marks):4d} / {len(marks):4d}  {sum(marks) / len(marks):6.1%}"
    times = sorted(one.ms for one in report.asked)
    yield (
        f"\nnot verbatim {not_verbatim(report)}, median focus {focus(report):.2f}, "
        f"p50 {median(times):.1f} ms, p99 {times[int(0.99 * len(times))]:.1f} ms, {len(report.asked)} asked"
    )


def figures(report: Report, split: str) -> dict[str, float]:
    """
    The four shares of one half.
    """
    return {
        "answered": report.share(split, True, False),
        "declined": report.share(split, False, False),
        "dialogues answered": report.share(split, True, True),
        "dialogues declined": report.share(split, False, True),
    }


def _groups(report: Report) -> dict[str, dict[str, list[bool]]]:
    singles = [one for one in report.asked if not one.item.turn]
    rows: dict[str, dict[str, list[bool]]] = {
        "style (answerable)": defaultdict(list),
        "kind": defaultdict(list),
        "place of the gold clause": defaultdict(list),
    }
    for one in singles:
        rows["kind"][one.item.kind].append(one.mark.right)
        if one.item.answerable:
            rows["style (answerable)"][one.item.style].append(one.mark.right)
        for plan in {wanted.plan for wanted in one.item.gold}:
            rows["place of the gold clause"][plan].append(one.mark.right)
    return rows


def not_verbatim(report: Report) -> int:
    """
    How many answers quoted words that do not stand in the plan; must be 0.
    """
    return sum(one.mark.why == "not verbatim" for one in report.asked)


def focus(report: Report) -> float:
    """
    The median share of quoted letters that were wanted, over right answers.
    """
    focuses = [one.mark.focus for one in report.asked if one.mark.right and one.item.answerable]
    return median(focuses) if focuses else 0.0


def misses(report: Report, split: str) -> Iterator[str]:
    """
    What went wrong in one half, a line each.
    """
    for one in report.asked:
        if one.item.split == split and not one.mark.right:
            yield f"{one.item.id} [{one.item.place or '–'}] {one.item.question[:100]} → {one.mark.why}"


def broken_floors(report: Report) -> list[str]:
    """
    The floors that do not hold, each as a sentence; empty when all do.
    """
    broken = [
        f"{split} {name} is {have:.1%}, the floor is {FLOORS[split][name]:.1%}"
        for split in FLOORS
        for name, have in figures(report, split).items()
        if have < FLOORS[split][name]
    ]
    if not_verbatim(report):
        broken.append(f"{not_verbatim(report)} answers are not verbatim")
    if focus(report) < FOCUS_FLOOR:
        broken.append(f"median focus is {focus(report):.2f}, the floor is {FOCUS_FLOOR}")
    bare = _share(one for one in report.asked if one.item.style == "no_diacritics" and one.item.answerable)
    rest = _share(one for one in report.asked if one.item.style == "formal" and one.item.answerable)
    if bare < rest - BARE_GAP:
        broken.append(f"without diacritics {bare:.1%} are right, of formal ones {rest:.1%}")
    return broken


def _share(asked: Iterable[Asked]) -> float:
    rights: Sequence[bool] = [one.mark.right for one in asked]
    return sum(rights) / len(rights) if rights else 1.0
