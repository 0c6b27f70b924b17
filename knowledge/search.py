"""
Finding: evidence for each quotable unit, fused by score.

Four pieces of evidence, each between 0 and 1: the most similar questions that people ask about the unit, what is
typical of all of them, the unit's own words, and its headings. The structure (group, numbers, level) is added by
`judge`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest

from knowledge.concepts import Thesaurus
from knowledge.exemplars import Aside, Exemplars, Gap, unit_of
from knowledge.index import Index
from knowledge.parse import Plan
from knowledge.profiles import NO_SHELF, Profiles, Sides
from knowledge.similarity import Bag, Vocabulary, Weighted
from knowledge.text import LABEL, shortened, tokens
from knowledge.units import Unit, is_apart, units_of

ALIKE = 0.55
"""From this likeness on, a clause takes over the questions of an annotated clause of another plan."""
ASKS_READ = 60
CLAUSES_READ = 80
TWINS_READ = 12
HEADING_MARK = re.compile(r"^\s*(?:[-+]|[IVX]+\.|\d+(?:\.\d+)*\.?|[^\W\d_]\))\s*")
LOOKED_AT = 40
"""Units of the likeliest questions that are looked at closely."""
NOT_ASKED = ((0.0, 0.0, ""),)
TYPICAL_LENGTHS = range(14, 52)
PERSONAL = frozenset(
    [
        "toi",
        "tui",
        "em",
        "minh",
        "chau",
        "con",
        "bac",
        "co",
        "chu",
        "u",
        "ba",
        "nghe",
        "da",
        "thua",
        "a",
        "nha",
        "roi",
    ]
)
"""Folded words of a question that tells of somebody's own case."""
LONG_ENOUGH = 250.0
"""Squared weight of a question of about five words."""
NO_PLAN = 0
"""The shelf of questions that belong to no plan."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """
    How like the most similar questions are: the best one, the second, and the mean of three; each 0 to 1. `contained`
    is the most that a question of theirs stands whole inside a long one.
    """

    best: float
    second: float
    three: float
    contained: float = 0.0

    @property
    def asked(self) -> float:
        """
        The three as one figure, 0 to 1.
        """
        return (self.best + self.second + self.three) / 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    What speaks for one unit: likenesses of questions, of what is typical of them, of its own words and of its
    headings, and the fused score.

    `example` is the most similar question that people ask about it; without one written for this very unit it is not
    `annotated`, and other weights hold.
    """

    unit: Unit
    asks: Likeness
    own: float
    headings: float
    profile: float = 0.0
    example: str = ""
    annotated: bool = True
    score: float = 0.0

    def features(self) -> dict[str, float]:
        """
        The evidence by name, as the weights know it.
        """
        return {
            "best": self.asks.best,
            "second": self.asks.second,
            "three": self.asks.three,
            "contained": self.asks.contained,
            "profile": self.profile,
            "own": self.own,
            "headings": self.headings,
            "whole_list": float(self.unit.form == "list"),
            "header": float(self.unit.path.startswith("header")),
        }


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """
    What the plans do not answer, with how like its questions are: a gap, another topic, or small talk.
    """

    target: Gap | Aside
    asks: Likeness
    profile: float = 0.0

    @property
    def like(self) -> float:
        """
        Both likenesses as one figure, 0 to 1.
        """
        return (self.asks.asked + self.profile) / 2


def likeness_of(likenesses: Iterable[float], contained: float = 0.0) -> Likeness:
    """
    The three best of these.
    """
    best = [*sorted(likenesses, reverse=True)[:3], 0.0, 0.0, 0.0]
    return Likeness(best[0], best[1], sum(best[:3]) / 3, contained)


def _headed(unit: Unit) -> str | None:
    if not unit.headings or is_apart(unit.path):
        return None
    heading = HEADING_MARK.sub("", unit.headings[-1]).rstrip(" .:")
    return shortened(heading if unit.form == "list" else f"{heading}: {unit.text}", LABEL)


def _contained(shared: float, question: Bag) -> float:
    """
    How much of a known question stands in the asked one; a very short one says little by standing there.
    """
    whole = question.length * question.length
    return shared / whole * min(1.0, whole / LONG_ENOUGH)


@dataclass(frozen=True, slots=True)
class _Ask:
    text: str
    bag: Bag
    kind: int | None = None
    other: int | None = None


class Shelves:
    """
    All units and questions, indexed; plans can be put and withdrawn one by one.
    """

    def __init__(self, plans: Sequence[Plan], exemplars: Exemplars, without: frozenset[str] = frozenset()) -> None:
        self.exemplars = exemplars
        self._clauses = Index()
        self._questions = Index()
        units = [unit for plan in plans for unit in units_of(plan)]
        self._others: list[Gap | Aside] = [*exemplars.gaps, *exemplars.topics, *exemplars.talks]
        self.vocabulary = Vocabulary(
            self._texts(units),
            Thesaurus(None) if "concepts" in without else Thesaurus(),
            letters="letter groups" not in without,
        )
        self._asks = self._read_asks()
        self._words_of_other = {other.id: self._words(" ; ".join(other.asks)) for other in self._others}
        self._words_of_kind = [self._words(" ; ".join(kind.asks)) for kind in exemplars.kinds]
        self._units: list[Unit] = []
        self._own: list[tuple[Bag, Bag]] = []
        self._at: dict[str, list[int]] = {}
        self._number: dict[str, int] = {}
        self._units_of_kind: dict[int, list[tuple[int, float]]] = defaultdict(list)
        self._kinds_of_unit: dict[int, list[int]] = defaultdict(list)
        self._annotated: dict[str, bool] = {}
        self._shelf = {plan.id: n for n, plan in enumerate(plans, 1)}
        self._fill(plans, units)

    def _texts(self, units: Iterable[Unit]) -> Iterable[str]:
        yield from (unit.text for unit in units)
        for kind in self.exemplars.kinds:
            yield from kind.asks
        for other in self._others:
            yield from other.asks

    def _read_asks(self) -> list[_Ask]:
        bag = self.vocabulary.bag
        asks = [_Ask(text, bag(text), kind=n) for n, kind in enumerate(self.exemplars.kinds) for text in kind.asks]
        for n, other in enumerate(self._others):
            asks.extend(_Ask(text, bag(text), other=n) for text in other.asks)
        return asks

    def _words(self, text: str) -> frozenset[str]:
        return self.vocabulary.words(tokens(text))

    def _fill(self, plans: Sequence[Plan], units: Sequence[Unit]) -> None:
        for unit in units:
            self._number[unit.key] = len(self._units)
            self._at.setdefault(unit.plan, []).append(len(self._units))
            self._units.append(unit)
            self._own.append((self.vocabulary.bag(unit.text), self.vocabulary.bag(" ".join(unit.headings[-2:]))))
        self._clauses.put({self._shelf[plan.id]: self._clause_documents(plan.id) for plan in plans})
        self._attach(plans)
        self._profiles = Profiles(self._asked_about(), {unit.key: unit.plan for unit in units})
        self._sides = Sides(
            (ask.bag.plain for ask in self._asks if ask.other is None),
            (ask.bag.plain for ask in self._asks if ask.other is not None),
        )
        self._questions.put(self._question_documents())

    def _asked_about(self) -> Iterator[tuple[str, float, Iterable[str]]]:
        """
        Each unit's own words and the questions about it, and the questions about what no plan answers.
        """
        for unit, (own, _) in zip(self._units, self._own, strict=True):
            yield unit.key, 1.0, own.plain
        for ask in self._asks:
            terms = ask.bag.plain
            if ask.other is not None:
                yield self._others[ask.other].id, 1.0, terms
            elif ask.kind is not None:
                yield from ((self._units[at].key, share, terms) for at, share in self._units_of_kind[ask.kind])

    def _attach(self, plans: Sequence[Plan]) -> None:
        """
        Give each unit its own questions, then those of similar annotated units elsewhere.
        """
        by_id = {plan.id: plan for plan in plans}
        homes: dict[int, int] = {}
        for n, kind in enumerate(self.exemplars.kinds):
            plan = by_id.get(kind.plan)
            unit = plan and unit_of(kind, plan, [self._units[at] for at in self._at[plan.id]])
            if unit:
                homes[n] = self._number[unit.key]
                self._join(n, homes[n], 1.0)
        twins = {home: self._twins(home) for home in set(homes.values())}
        for n, home in homes.items():
            for at, likeness in twins[home]:
                self._join(n, at, likeness)

    def _twins(self, home: int) -> list[tuple[int, float]]:
        """
        Units of other plans that are nearly the same, found by the search engine, with how alike they are.
        """
        unit = self._units[home]
        if unit.form == "list":
            others = [at for at, other in enumerate(self._units) if other.form == "list"]
        else:
            terms = dict.fromkeys(self.vocabulary.index_terms(tokens(unit.text)), 1.0)
            others = [at for at, _ in self._clauses.search(terms, TWINS_READ) if self._units[at].form == unit.form]
        alike = [(at, self._likeness(home, at)) for at in others if self._units[at].plan != unit.plan]
        return [(at, likeness) for at, likeness in alike if likeness >= ALIKE]

    def _join(self, kind: int, at: int, share: float) -> None:
        self._units_of_kind[kind].append((at, share))
        self._kinds_of_unit[at].append(kind)

    def _likeness(self, first: int, second: int) -> float:
        side = 1 if self._units[first].form == "list" else 0
        return self.vocabulary.cosine(self._own[first][side], self._own[second][side])

    def _clause_documents(self, plan: str) -> list[tuple[int, Sequence[str]]]:
        return [(at, self.vocabulary.index_terms(tokens(self._units[at].text))) for at in self._at[plan]]

    def _question_documents(self) -> Mapping[int, list[tuple[int, Iterable[str]]]]:
        shelves: dict[int, list[tuple[int, Iterable[str]]]] = {NO_PLAN: []}
        for n, ask in enumerate(self._asks):
            home = self.exemplars.kinds[ask.kind].plan if ask.kind is not None else ""
            shelf = self._shelf.get(home, NO_PLAN)
            shelves.setdefault(shelf, []).append((n, ask.bag.plain))
        return shelves

    def evidence(self, terms: Mapping[str, float], plan: str | None) -> tuple[list[Evidence], list[Elsewhere]]:
        """
        What speaks for each unit of the plan (of any plan: None), and what speaks for none; unscored, in no order.
        """
        query = self.vocabulary.weighted(terms)
        indexed = {term: factor for term, factor in terms.items() if term[0] != "~"}
        asked, other = self._asked(query, self._similar_asks(indexed, plan), plan)
        profile = self._profile(indexed, plan)
        typical = {at: profile.get(self._units[at].key, 0.0) for at in self._scope(indexed, plan, asked)}
        scope = nlargest(LOOKED_AT, typical, key=lambda at: typical[at] + max(asked.get(at, NOT_ASKED))[0])
        elsewhere = [
            Elsewhere(self._others[n], likeness_of(found), profile.get(self._others[n].id, 0.0))
            for n, found in other.items()
        ]
        return [self._weigh(at, query, asked.get(at, ()), typical[at]) for at in scope], elsewhere

    def _profile(self, terms: Mapping[str, float], plan: str | None) -> Mapping[str, float]:
        """
        How like the questions about each unit of the plan (of any plan: None), and about what no plan answers, are.
        """
        return self._profiles.likeness(terms, [NO_SHELF, *([plan] if plan else self._at)])

    def leaning(self, terms: Mapping[str, float]) -> float:
        """
        Above 0 where a question sounds like those that plans answer, below 0 where like others.
        """
        return self._sides.leaning({term: factor for term, factor in terms.items() if term[0] != "~"})

    def _asked(
        self, query: Weighted, similar: Iterable[int], plan: str | None
    ) -> tuple[dict[int, list[tuple[float, float, str]]], dict[int, list[float]]]:
        asked: dict[int, list[tuple[float, float, str]]] = defaultdict(list)
        other: dict[int, list[float]] = defaultdict(list)
        for n in similar:
            ask = self._asks[n]
            shared = query.shared(ask.bag)
            likeness = shared / (query.length * ask.bag.length)
            if ask.other is not None:
                other[ask.other].append(likeness)
            for at, share in self._units_of_kind.get(ask.kind, ()) if ask.kind is not None else ():
                if plan is None or self._units[at].plan == plan:
                    asked[at].append((likeness * share, _contained(shared, ask.bag) * share, ask.text))
        return asked, other

    def _similar_asks(self, terms: Mapping[str, float], plan: str | None) -> set[int]:
        hits = self._questions.search(terms, ASKS_READ)
        hits += self._questions.search(terms, ASKS_READ // 2, NO_PLAN)
        if plan is not None:
            hits += self._questions.search(terms, ASKS_READ // 2, self._shelf[plan])
        return {number for number, _ in hits}

    def _scope(self, terms: Mapping[str, float], plan: str | None, asked: Mapping[int, object]) -> Iterable[int]:
        if plan is not None:
            return self._at.get(plan, ())
        return asked.keys() | {number for number, _ in self._clauses.search(terms, CLAUSES_READ)}

    def _weigh(self, at: int, query: Weighted, asked: Sequence[tuple[float, float, str]], profile: float) -> Evidence:
        own, headings = self._own[at]
        return Evidence(
            unit=self._units[at],
            asks=likeness_of((one[0] for one in asked), max((one[1] for one in asked), default=0.0)),
            own=query.likeness(own),
            headings=query.likeness(headings),
            profile=profile,
            example=max(asked, default=(0.0, 0.0, ""))[2],
            annotated=self._is_annotated(at),
        )

    def _is_annotated(self, at: int) -> bool:
        unit = self._units[at]
        if unit.key not in self._annotated:
            kinds = self._kinds_of_unit[at]
            self._annotated[unit.key] = any(self.exemplars.kinds[kind].plan == unit.plan for kind in kinds)
        return self._annotated[unit.key]

    def covered(self, words: Sequence[str], unit: Unit) -> tuple[float, float]:
        """
        How much of a question a unit's own words, headings and questions account for: the share by weight, and the
        weight of the rarest word that none of them has (0 to 1).
        """
        at = self._number[unit.key]
        known = self._words(" ; ".join((unit.text, *unit.headings))).union(
            *(self._words_of_kind[kind] for kind in self._kinds_of_unit[at])
        )
        return self.vocabulary.covered(words, known)

    def label(self, unit: Unit) -> str | None:
        """
        What a choice says that leads to the unit: as somebody wrote it, else its heading and first words. None for
        what stands in no section and nobody wrote a label for.
        """
        kinds = (self.exemplars.kinds[kind] for kind in self._kinds_of_unit[self._number[unit.key]])
        written = (kind.label for kind in kinds if kind.plan == unit.plan and kind.label)
        return next(written, None) or _headed(unit)

    def list_around(self, unit: Unit) -> Unit | None:
        """
        The list that a unit stands in, or the unit itself where only a part of it was shown.
        """
        if unit.form == "list":
            return unit if unit.shown < len(unit.items) else None
        id = unit.key.split("#")[0]
        lists = [one for one in self.units(unit.plan) if one.form == "list" and id in one.members]
        return min(lists, key=lambda one: len(one.members), default=None)

    def covered_elsewhere(self, words: Sequence[str], target: Gap | Aside) -> tuple[float, float]:
        """
        The same for the questions of a gap, another topic or small talk.
        """
        return self.vocabulary.covered(words, self._words_of_other[target.id])

    def unit(self, key: str) -> Unit | None:
        """
        The unit with this key.
        """
        at = self._number.get(key)
        return None if at is None else self._units[at]

    def nearness(self, unit: Unit, last: Unit, fresh: bool) -> float:
        """
        How near a unit stands to the last one: 1 its twin in another plan, or itself where nothing else was named;
        0.5 in the same section, else 0.
        """
        kinds = self._kinds_of_unit[self._number[last.key]]
        if unit.plan != last.plan:
            return float(not fresh and not set(kinds).isdisjoint(self._kinds_of_unit[self._number[unit.key]]))
        if unit.key == last.key:
            return float(not fresh)
        return 0.5 if unit.headings[:1] == last.headings[:1] else 0.0

    def units(self, plan: str) -> Sequence[Unit]:
        """
        The units of a plan.
        """
        return [self._units[at] for at in self._at.get(plan, ())]
