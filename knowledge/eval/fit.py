"""
Learn the weights: a listwise model that ranks units, then a logistic one that decides whether the best unit answers.

They learn from the working half of the gold questions, and from questions of `asks` that a library does not know:
every tenth is kept from it. What the bot never saw is what it must judge. Plain gradient ascent does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any, TypeAlias

from knowledge import exemplars, weights
from knowledge.answer import Question
from knowledge.compose import citation
from knowledge.decide import probability
from knowledge.eval.ablate import unannotated
from knowledge.eval.gate import TODAY
from knowledge.eval.gold import Item, Wanted, dialogues, questions
from knowledge.eval.marks import covers
from knowledge.exemplars import Exemplars, unit_of
from knowledge.library import Library
from knowledge.parse import shipped
from knowledge.units import units_of

Features: TypeAlias = Mapping[str, float]

APART = 10
"""One question of so many is kept from the library that is asked it."""
CANDIDATES = 12
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
    known = exemplars.load()
    unaware = Library(shipped(), _kept(known, False))
    asked = [(library, item) for item in items]
    asked += [(unaware, item) for item in held_out(_kept(known, True), library)]
    rank = rank_weights([ranking(*one) for one in asked if one[1].answerable], before.annotated.rank)
    for each in (library, unaware):
        each.weights = replace(before, annotated=weights.Table(rank, before.annotated.decide))
    return weights.Table(rank, decide_weights([*decisions(asked), *turns(library)]))


def _plain(items: Sequence[Item], before: weights.Weights) -> weights.Table:
    """
    From each plan's questions, asked of a library that does not know how people ask about it.
    """
    known = _kept(exemplars.load(), True)
    asked = [
        (library, item)
        for plan, library in unannotated()
        for item in _asked_of(plan.id, [*items, *held_out(replace(known, gaps=(), topics=(), talks=()), library)])
    ]
    rank = rank_weights([ranking(*one) for one in asked if one[1].answerable], before.plain.rank)
    for library, _ in asked:
        library.weights = replace(before, plain=weights.Table(rank, before.plain.decide))
    return weights.Table(rank, decide_weights(list(decisions(asked))))


def _kept(known: Exemplars, out: bool) -> Exemplars:
    """
    Every tenth of the questions (`out`), or all others.
    """

    def kept(asks: Sequence[str]) -> tuple[str, ...]:
        return tuple(ask for n, ask in enumerate(asks) if (n % APART == 0) == out)

    return Exemplars(
        kinds=tuple(replace(kind, asks=kept(kind.asks)) for kind in known.kinds),
        gaps=tuple(replace(gap, asks=kept(gap.asks)) for gap in known.gaps),
        topics=tuple(replace(topic, asks=kept(topic.asks)) for topic in known.topics),
        talks=tuple(replace(talk, asks=kept(talk.asks)) for talk in known.talks),
    )


def held_out(asked: Exemplars, library: Library) -> Iterator[Item]:
    """
    Questions of `asks` as gold questions: those about a clause in its place, the others in one place after another.
    """
    plans = {plan.id: plan for plan in shipped()}
    for kind in asked.kinds:
        plan = plans[kind.plan]
        unit = unit_of(kind, plan, list(units_of(plan)))
        wanted = (Wanted(plan.id, citation(unit).quote), Wanted(plan.id, kind.quote)) if unit else ()
        yield from (_item_of(ask, plan.meta.place, wanted) for ask in kind.asks if wanted)
    for n, gap in enumerate(asked.gaps):
        lacking = [place.slug for place in library.places if library.lacks(place.plan, gap)]
        yield from (_item_of(ask, lacking[(n + m) % len(lacking)]) for m, ask in enumerate(gap.asks) if lacking)
    for n, aside in enumerate((*asked.topics, *asked.talks)):
        yield from (_item_of(ask, library.places[n % len(library.places)].slug) for ask in aside.asks)


def _item_of(ask: str, place: str, wanted: tuple[Wanted, ...] = ()) -> Item:
    return Item(ask, ask, place, "held out", "formal", bool(wanted), wanted, (), (), "work")


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


def decisions(asked: Iterable[tuple[Library, Item]]) -> Iterator[tuple[Features, bool]]:
    """
    What the decision sees of each single question, and whether the plans answer it. Where they do and another clause
    was found, either decision would be wrong: nothing is learnt.
    """
    for library, item in asked:
        seen = library.answer(Question(item.question, TODAY, item.place)).seen
        if seen and (not item.answerable or any(ranking(library, item).right[:2])):
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
