"""
How alike two short texts are: the cosine of their folded words and word pairs, rare ones counting more.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge.text import tokens, with_bigrams


@dataclass(frozen=True, slots=True)
class Bag:
    """
    A text as a set of terms, with the length of its weight vector.
    """

    terms: frozenset[str]
    length: float


class Weights:
    """
    The weight of each term: log of how rare it is among the texts that it was made from.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        total = 0
        for text in texts:
            total += 1
            counts.update(set(with_bigrams(tokens(text))))
        self._unknown = math.log(total + 1) + 1
        self._idf = {term: math.log((total + 1) / (count + 1)) + 1 for term, count in counts.items()}
        self._squares = {term: weight * weight for term, weight in self._idf.items()}

    def __contains__(self, term: str) -> bool:
        return term in self._idf

    def of(self, term: str) -> float:
        """
        The weight of a term; one never seen weighs most.
        """
        return self._idf.get(term, self._unknown)

    def bag(self, text: str) -> Bag:
        """
        A text of the collection.
        """
        return self.bag_of(with_bigrams(tokens(text)))

    def bag_of(self, terms: Iterable[str]) -> Bag:
        """
        Terms as a bag.
        """
        kept = frozenset(terms)
        return Bag(kept, math.sqrt(sum(self._squares.get(term, self._unknown**2) for term in kept)) or 1.0)

    def cosine(self, first: Bag, second: Bag) -> float:
        """
        Between 0 (nothing shared) and 1 (the same terms).
        """
        shared = first.terms & second.terms
        if not shared:
            return 0.0
        squares = self._squares
        return sum(squares[term] if term in squares else self._unknown**2 for term in shared) / (
            first.length * second.length
        )

    def weighted(self, query: Mapping[str, float], document: Bag, length: float) -> float:
        """
        The same with a factor for each term of the query; `length` is the query's own.
        """
        shared = query.keys() & document.terms
        return sum(query[term] * self.of(term) ** 2 for term in shared) / (length * document.length)
