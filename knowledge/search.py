"""
Finding: evidence for each quotable unit, fused by score.

Four pieces of evidence, each a cosine between 0 and 1: the most similar question that people ask about the unit, the
second one, the unit's own words, and its headings. The structure (group, numbers, level) is added by `judge`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.concepts import Thesaurus
from knowledge.exemplars import Aside, Exemplars, Gap, unit_of
from knowledge.index import Index
from knowledge.parse import Plan
from knowledge.similarity import Bag, Vocabulary, Weighted
from knowledge.text import tokens
from knowledge.units import Unit, units_of

BEST, SECOND, THREE, OWN, HEADINGS, WHOLE_LIST = 1.0, 0.8, 0.8, 0.85, 0.19, -0.09
"""Weights of the best, the second and the mean of the three best questions, of the own words and of the headings, and
what a list pays for being long (fitted on the working half of the gold questions; `make eval` measures)."""
ALIKE = 0.55
"""From this likeness on, a clause takes over the questions of an annotated clause of another plan."""
ASKS_READ = 160
CLAUSES_READ = 80
ASKS_SHELF = 0
"""The shelf of questions that belong to no plan; a plan's questions and clauses stand on its own two shelves."""


def asked_score(best: float, second: float, three: float) -> float:
    """
    The three most similar questions as one figure.
    """
    return BEST * best + SECOND * second + THREE * three


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    What speaks for one unit, and the fused score.
    """

    unit: Unit
    ask: float
    second: float
    three: float
    own: float
    headings: float
    example: str = ""
    structure: float = 0.0

    @property
    def asked(self) -> float:
        """
        How much the questions that people ask about the unit speak for it.
        """
        return asked_score(self.ask, self.second, self.three)

    @property
    def words(self) -> float:
        """
        The score by words alone.
        """
        whole = WHOLE_LIST if self.unit.form == "list" else 0.0
        return self.asked + OWN * self.own + HEADINGS * self.headings + whole

    @property
    def score(self) -> float:
        """
        The score by words and structure.
        """
        return self.words + self.structure


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """
    The most similar question that the plans do not answer: a gap, another topic, or small talk.
    """

    target: Gap | Aside
    ask: float
    second: float
    three: float

    @property
    def asked(self) -> float:
        """
        How much the questions alone speak for it, on the same scale as `Evidence.asked`.
        """
        return asked_score(self.ask, self.second, self.three)


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

    def __init__(self, plans: Sequence[Plan], exemplars: Exemplars, index: Index | None = None) -> None:
        self.exemplars = exemplars
        self._index = index or Index()
        units = [unit for plan in plans for unit in units_of(plan)]
        self.vocabulary = Vocabulary(self._texts(units), Thesaurus())
        self._others: list[Gap | Aside] = [*exemplars.gaps, *exemplars.topics, *exemplars.talks]
        self._asks = self._read_asks()
        self._units: list[Unit] = []
        self._own: list[tuple[Bag, Bag]] = []
        self._at: dict[str, list[int]] = {}
        self._kinds_of: dict[int, list[tuple[int, float]]] = {}
        self._units_of_kind: dict[int, list[tuple[int, float]]] = defaultdict(list)
        self._annotated: dict[int, int] = {}
        self._shelf_of = {plan.id: 2 * n + 2 for n, plan in enumerate(plans)}
        self._fill(plans, units)

    def _texts(self, units: Iterable[Unit]) -> Iterable[str]:
        yield from (unit.text for unit in units)
        for kind in self.exemplars.kinds:
            yield from kind.asks
        for other in (*self.exemplars.gaps, *self.exemplars.topics, *self.exemplars.talks):
            yield from other.asks

    def _read_asks(self) -> list[_Ask]:
        bag = self.vocabulary.bag
        asks = [_Ask(text, bag(text), kind=n) for n, kind in enumerate(self.exemplars.kinds) for text in kind.asks]
        for n, other in enumerate(self._others):
            asks.extend(_Ask(text, bag(text), other=n) for text in other.asks)
        return asks

    def _fill(self, plans: Sequence[Plan], units: Sequence[Unit]) -> None:
        for unit in units:
            self._at.setdefault(unit.plan, []).append(len(self._units))
            self._units.append(unit)
            self._own.append((self.vocabulary.bag(unit.text), self.vocabulary.bag(" ".join(unit.headings[-2:]))))
        self._attach(plans)
        self._index.put(self._documents(plans))

    def _attach(self, plans: Sequence[Plan]) -> None:
        """
        Give each unit its own questions, then those of similar annotated units elsewhere.
        """
        number = {unit.key: n for n, unit in enumerate(self._units)}
        by_id = {plan.id: plan for plan in plans}
        for n, kind in enumerate(self.exemplars.kinds):
            plan = by_id.get(kind.plan)
            unit = plan and unit_of(kind, plan, (self._units[at] for at in self._at[plan.id]))
            if unit is not None:
                self._annotated[n] = number[unit.key]
                self._units_of_kind[n].append((number[unit.key], 1.0))
        for n, home in self._annotated.items():
            for at, unit in enumerate(self._units):
                if unit.plan != self._units[home].plan and unit.form == self._units[home].form:
                    likeness = self._likeness(home, at)
                    if likeness >= ALIKE:
                        self._units_of_kind[n].append((at, likeness))

    def _likeness(self, first: int, second: int) -> float:
        side = 1 if self._units[first].form == "list" else 0
        return self.vocabulary.cosine(self._own[first][side], self._own[second][side])

    def _documents(self, plans: Sequence[Plan]) -> Mapping[int, list[tuple[int, Sequence[str]]]]:
        shelves: dict[int, list[tuple[int, Sequence[str]]]] = {ASKS_SHELF: []}
        for plan in plans:
            shelves[self._shelf_of[plan.id]] = [
                (at, self.vocabulary.index_terms(tokens(self._units[at].text))) for at in self._at[plan.id]
            ]
            shelves[self._shelf_of[plan.id] + 1] = []
        for n, ask in enumerate(self._asks):
            shelf = ASKS_SHELF
            if ask.kind is not None and ask.kind in self._annotated:
                shelf = self._shelf_of[self.exemplars.kinds[ask.kind].plan] + 1
            shelves[shelf].append((n, self.vocabulary.index_terms(tokens(ask.text))))
        return shelves

    def evidence(self, terms: Mapping[str, float], plan: str | None) -> tuple[list[Evidence], list[Elsewhere]]:
        """
        What speaks for each unit of the plan (of any plan: None), best first, and what speaks for none.
        """
        query = self.vocabulary.weighted(terms)
        asked, elsewhere = self._asked(query, self._similar_asks(terms, plan), plan)
        scope = self._scope(terms, plan, asked)
        found = [self._weigh(at, query, asked.get(at, ())) for at in scope]
        return sorted(found, key=lambda one: -one.score), elsewhere

    def _asked(
        self, query: Weighted, similar: Iterable[int], plan: str | None
    ) -> tuple[dict[int, list[tuple[float, str]]], list[Elsewhere]]:
        asked: dict[int, list[tuple[float, str]]] = defaultdict(list)
        other: dict[int, list[float]] = defaultdict(list)
        for n in similar:
            ask = self._asks[n]
            likeness = query.likeness(ask.bag)
            if ask.other is not None:
                other[ask.other].append(likeness)
            for at, share in self._units_of_kind.get(ask.kind, ()) if ask.kind is not None else ():
                if plan is None or self._units[at].plan == plan:
                    asked[at].append((likeness * share, ask.text))
        elsewhere = [self._elsewhere(n, likenesses) for n, likenesses in other.items()]
        return asked, sorted(elsewhere, key=lambda one: -one.asked)

    def _elsewhere(self, n: int, likenesses: list[float]) -> Elsewhere:
        best = [*sorted(likenesses, reverse=True)[:3], 0.0, 0.0]
        return Elsewhere(self._others[n], best[0], best[1], sum(best[:3]) / 3)

    def _similar_asks(self, terms: Mapping[str, float], plan: str | None) -> set[int]:
        shelf = self._shelf_of.get(plan) if plan else None
        terms = {term: factor for term, factor in terms.items() if term[0] != "~"}
        hits = self._index.search(terms, ASKS_READ, ASKS_SHELF)
        if shelf is not None:
            hits += self._index.search(terms, ASKS_READ, shelf + 1)
        others = [other + 1 for other in self._shelf_of.values() if other != shelf]
        for other in others[:8]:
            hits += self._index.search(terms, ASKS_READ // 4 if shelf is not None else ASKS_READ // 2, other)
        return {number for number, _ in hits}

    def _scope(self, terms: Mapping[str, float], plan: str | None, asked: Mapping[int, object]) -> Iterable[int]:
        if plan is not None:
            return self._at.get(plan, ())
        terms = {term: factor for term, factor in terms.items() if term[0] != "~"}
        found = {
            number
            for shelf in self._shelf_of.values()
            for number, _ in self._index.search(terms, CLAUSES_READ // 4, shelf)
        }
        return found | asked.keys()

    def _weigh(self, at: int, query: Weighted, asked: Sequence[tuple[float, str]]) -> Evidence:
        best = sorted(asked, reverse=True)[:3]
        own, headings = self._own[at]
        return Evidence(
            unit=self._units[at],
            ask=best[0][0] if best else 0.0,
            second=best[1][0] if len(best) > 1 else 0.0,
            three=sum(likeness for likeness, _ in best) / 3,
            own=query.likeness(own),
            headings=query.likeness(headings),
            example=best[0][1] if best else "",
        )

    def units(self, plan: str) -> Sequence[Unit]:
        """
        The units of a plan.
        """
        return [self._units[at] for at in self._at.get(plan, ())]
