"""
What is typical of the questions about one thing: the words that they use more than all others do.

The most similar question decides little when every question was put only once; all questions about a clause, taken
together, tell which of its words set it apart.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

DOUBT, DOUBT_SIDES = 4.0, 40.0
"""How many average questions a target, or a side, is taken to have had beside its own: few questions prove little."""
NO_SHELF = ""
"""The shelf of targets that stand on no other."""


class Profiles:
    """
    For each target (by key) the terms that speak for it, from (target, share, terms) a question; a question that
    belongs to a target only by likeness counts by the square of its share. Targets stand on shelves, asked apart.
    """

    def __init__(self, asked: Iterable[tuple[str, float, Iterable[str]]], shelf_of: Mapping[str, str]) -> None:
        used: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        weight: dict[str, float] = defaultdict(float)
        for target, share, terms in asked:
            weight[target] += share * share
            for term in terms:
                used[target][term] += share * share
        self._total = sum(weight.values()) + 1.0
        self._usual: dict[str, float] = defaultdict(float)
        for counted in used.values():
            for term, count in counted.items():
                self._usual[term] += count
        self._speak: dict[str, dict[str, list[tuple[str, float]]]] = defaultdict(lambda: defaultdict(list))
        for target, counted in used.items():
            shelf = self._speak[shelf_of.get(target, NO_SHELF)]
            for term, count in counted.items():
                speaks = self._speaks(term, count, weight[target])
                if speaks > 0:
                    shelf[term].append((target, speaks))

    def _speaks(self, term: str, count: float, asked: float) -> float:
        usual = self._usual[term] / self._total
        return math.log((count + DOUBT * usual) / (asked + DOUBT) / usual)

    def likeness(self, terms: Mapping[str, float], shelves: Iterable[str]) -> dict[str, float]:
        """
        For each target on these shelves that any term speaks for, how much of what the terms could say they do say:
        about 0 to 1.
        """
        spoken: dict[str, float] = defaultdict(float)
        whole = sum(self._could_say(terms)) or 1.0
        for shelf in shelves:
            speak = self._speak.get(shelf, {})
            for term, factor in terms.items():
                share = factor / whole
                for target, speaks in speak.get(term, ()):
                    spoken[target] += share * speaks
        return spoken

    def _could_say(self, terms: Mapping[str, float]) -> Iterator[float]:
        for term, factor in terms.items():
            yield factor * math.log(self._total / (self._usual.get(term, 0.0) + 0.5))


class Sides:
    """
    The words of questions that plans answer against those of all other questions.
    """

    def __init__(self, answered: Iterable[Iterable[str]], other: Iterable[Iterable[str]]) -> None:
        first, second = [frozenset(terms) for terms in answered], [frozenset(terms) for terms in other]
        yes, no = Counter(chain.from_iterable(first)), Counter(chain.from_iterable(second))
        total = len(first) + len(second) or 1
        self._odds = {
            term: math.log(
                (yes[term] + DOUBT_SIDES * usual)
                / (len(first) + DOUBT_SIDES)
                * (len(second) + DOUBT_SIDES)
                / (no[term] + DOUBT_SIDES * usual)
            )
            for term in yes | no
            if (usual := (yes[term] + no[term]) / total)
        }

    def leaning(self, terms: Mapping[str, float]) -> float:
        """
        Above 0 where the words are rather those of questions that plans answer, below 0 where of others.
        """
        said = sum(factor * self._odds.get(term, 0.0) for term, factor in terms.items())
        return said / math.sqrt(sum(terms.values()) + 1.0)
