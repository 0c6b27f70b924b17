"""
Learn the weights from the working half of the gold questions: a listwise model that ranks units, then a logistic one
that decides whether the best unit answers. Plain gradient ascent does for a few hundred rows of a dozen features.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any, TypeAlias

from knowledge import weights
from knowledge.answer import Question
from knowledge.compose import citation
from knowledge.decide import probability
from knowledge.eval.ablate import unannotated
from knowledge.eval.gate import TODAY
from knowledge.eval.gold import Item, dialogues, questions
from knowledge.eval.marks import covers
from knowledge.library import Library

Features: TypeAlias = Mapping[str, float]

CANDIDATES = 30
ROUNDS = 400
RATE = 0.5
PULL = 0.02
"""How strongly a rank weight is held near where it started; keeps rare features from running away."""
RIDGE = 0.025


@dataclass(frozen=True, slots=True)
class Row:
    """
    A question's candidates: the features of each, and which of them answer it.
    """

    candidates: tuple[Features, ...]
    right: tuple[bool, ...]


def fit(library: Library, path: Path = weights.WEIGHTS) -> weights.Weights:
    """
    Learn both tables, write them to `path`, and return them.
    """
    before = weights.load(path)
    items = [item for item in questions() if item.split == "work" and not item.several]
    learnt = replace(before, annotated=_annotated(library, items, before))
    learnt = replace(learnt, plain=_plain(items, learnt))
    library.weights = learnt
    write(learnt, path)
    return learnt


def _annotated(library: Library, items: Sequence[Item], before: weights.Weights) -> weights.Table:
    rank = rank_weights([ranking(library, item) for item in items if item.answerable], before.annotated.rank)
    library.weights = replace(before, annotated=weights.Table(rank, before.annotated.decide))
    return weights.Table(rank, decide_weights([*decisions(library, items), *turns(library)]))


def _plain(items: Sequence[Item], before: weights.Weights) -> weights.Table:
    """
    From each plan's questions, asked of a library that does not know how people ask about it.
    """
    others = {plan.id: library for plan, library in unannotated()}
    asked = {plan: list(_asked_of(plan, items)) for plan in others}
    rows = [ranking(others[plan], item) for plan in others for item in asked[plan] if item.answerable]
    rank = rank_weights(rows, before.plain.rank)
    for library in others.values():
        library.weights = replace(before, plain=weights.Table(rank, before.plain.decide))
    return weights.Table(
        rank, decide_weights([row for plan in others for row in decisions(others[plan], asked[plan])])
    )


def ranking(library: Library, item: Item) -> Row:
    """
    A question as a row: the units that were found, best first.
    """
    found = library.candidates(item.question, item.place)[:CANDIDATES]
    wanted = (*item.gold, *item.alternatives)
    return Row(
        candidates=tuple(seen for _, seen in found),
        right=tuple(any(covers(want, citation(unit)) for want in wanted) for unit, _ in found),
    )


def _asked_of(plan: str, items: Iterable[Item]) -> Iterator[Item]:
    """
    The questions about a plan, and those of its place that it does not answer.
    """
    for item in items:
        about = {wanted.plan for wanted in item.gold} or {f"{item.place}-{plan[-4:]}"}
        if about == {plan}:
            yield item


def decisions(library: Library, items: Iterable[Item]) -> Iterator[tuple[Features, bool]]:
    """
    What the decision sees of each single question, and whether the plans answer it.
    """
    for item in items:
        seen = library.answer(Question(item.question, TODAY, item.place)).seen
        if seen:
            yield seen, item.answerable


def turns(library: Library) -> Iterator[tuple[Features, bool]]:
    """
    The same for the turns of the working dialogues, each after the turns before it.
    """
    for dialogue in dialogues():
        context: Mapping[str, Any] = {}
        for turn in dialogue.turns if dialogue.split == "work" else ():
            answer = library.answer(Question(turn.question, TODAY, dialogue.place, context))
            context = answer.context
            if answer.seen and not turn.several:
                yield answer.seen, turn.answerable


def rank_weights(rows: Sequence[Row], start: Features) -> dict[str, float]:
    """
    The weights under which the right candidates are likeliest; questions whose clause was not found teach nothing.
    """
    rows = [row for row in rows if any(row.right)]
    learnt = dict(start)
    for _ in range(ROUNDS):
        slope = dict.fromkeys(learnt, 0.0)
        for row in rows:
            _add_slope(slope, row, learnt)
        for name in learnt:
            learnt[name] += RATE * (10 * slope[name] / len(rows) - PULL * (learnt[name] - start[name]))
    return learnt


def _add_slope(slope: dict[str, float], row: Row, learnt: Features) -> None:
    chance = _softmax([weights.dot(learnt, seen) for seen in row.candidates])
    right = sum(p for p, ok in zip(chance, row.right, strict=True) if ok) or 1e-12
    for p, ok, seen in zip(chance, row.right, row.candidates, strict=True):
        pull = (p / right if ok else 0.0) - p
        for name in slope:
            slope[name] += pull * seen.get(name, 0.0)


def _softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    return [power / sum(powers) for power in powers]


def decide_weights(rows: Sequence[tuple[Features, bool]]) -> dict[str, float]:
    """
    Logistic regression with a ridge on the features' own scales.
    """
    names = [name for name in rows[0][0] if name != "bias"]
    middle = {name: fmean(seen[name] for seen, _ in rows) for name in names}
    spread = {name: pstdev([seen[name] for seen, _ in rows]) or 1.0 for name in names}
    scaled = [
        ({name: (seen[name] - middle[name]) / spread[name] for name in names} | {"bias": 1.0}, answerable)
        for seen, answerable in rows
    ]
    learnt = dict.fromkeys([*names, "bias"], 0.0)
    for _ in range(ROUNDS):
        _step(learnt, scaled)
    weight = {name: learnt[name] / spread[name] for name in names}
    return {"bias": learnt["bias"] - sum(weight[name] * middle[name] for name in names)} | weight


def _step(learnt: dict[str, float], rows: Sequence[tuple[Features, bool]]) -> None:
    slope = dict.fromkeys(learnt, 0.0)
    for seen, answerable in rows:
        error = answerable - probability(seen, learnt)
        for name, value in seen.items():
            slope[name] += error * value
    for name in learnt:
        ridge = 0.0 if name == "bias" else RIDGE * learnt[name]
        learnt[name] += RATE * (slope[name] / len(rows) - ridge)


def write(learnt: weights.Weights, path: Path) -> None:
    """
    Keep the weights as data.
    """
    lines = [
        "# Fitted by `python -m knowledge fit` on the working half of knowledge/eval; don't edit by hand.",
        f"answer_from = {learnt.answer_from}",
        f"close = {learnt.close}",
    ]
    for name, table in (("annotated", learnt.annotated), ("plain", learnt.plain)):
        for part, figures in (("rank", table.rank), ("decide", table.decide)):
            lines += ["", f"[{name}.{part}]", *(f"{key} = {value:.3f}" for key, value in figures.items())]
    path.write_text("\n".join(lines) + "\n", "utf-8")
