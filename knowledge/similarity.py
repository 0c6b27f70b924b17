"""
How alike two short texts are: the cosine of their words, word pairs, concepts and letter groups, rare ones counting
more.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from knowledge.concepts import Thesaurus
from knowledge.text import tokens, with_bigrams

TERMS_KEPT = 20_000
"""Texts whose terms are remembered: they are needed twice while a library is loaded."""
WORDS_KEPT = 10_000
LETTERS = (3, 4)
"""Sizes of the letter groups: they carry over typos and inflected short forms that the speller left."""
LETTERS_SHARE = 0.25
"""What a letter group's squared weight counts beside a word's (0.5 of its weight)."""


@dataclass(frozen=True, slots=True)
class Bag:
    """
    A text as a set of terms, with the length of its weight vector; `plain` are the terms without letter groups.
    """

    terms: frozenset[str]
    plain: frozenset[str]
    length: float


class Vocabulary:
    """
    Turns texts into terms, and weighs each term by how rare it is among the texts it was made from.
    """

    def __init__(self, texts: Iterable[str], thesaurus: Thesaurus, letters: bool = True) -> None:
        self._thesaurus = thesaurus
        self._letters = letters
        self._terms_of = lru_cache(maxsize=TERMS_KEPT)(self._read)
        counts: Counter[str] = Counter()
        total = 0
        for text in texts:
            total += 1
            counts.update(self._terms_of(text)[0])
        self._unknown = (math.log(total + 1) + 1) ** 2
        self._squares = {term: self._square(term, count, total) for term, count in counts.items()}

    @staticmethod
    def _square(term: str, count: int, total: int) -> float:
        share = LETTERS_SHARE if term[0] == "~" else 1.0
        return share * (math.log((total + 1) / (count + 1)) + 1) ** 2

    def _read(self, text: str) -> tuple[frozenset[str], frozenset[str]]:
        words = tokens(text)
        plain = frozenset(self.index_terms(words))
        return plain.union(_letter_groups(words) if self._letters else ()), plain

    def terms(self, words: Sequence[str]) -> frozenset[str]:
        """
        Folded words as terms: the words, their adjacent pairs, the concepts they name, and their letter groups.
        """
        return frozenset([*self.index_terms(words), *(_letter_groups(words) if self._letters else ())])

    def index_terms(self, words: Sequence[str]) -> list[str]:
        """
        The terms that the search engine knows: words, pairs and concepts.
        """
        return [*with_bigrams(list(words)), *self._thesaurus.in_words(words)]

    def words(self, words: Sequence[str]) -> frozenset[str]:
        """
        Folded words and the concepts they name, without pairs and letter groups.
        """
        return frozenset([*words, *self._thesaurus.in_words(words)])

    def covered(self, words: Sequence[str], known: frozenset[str]) -> tuple[float, float]:
        """
        The share (by squared weight) of these words that `known` accounts for, itself or by a concept, and the
        squared weight of the heaviest one that it does not, as a share of the heaviest possible.
        """
        meant = {at for start, end, term in self._thesaurus.spans(words) if term in known for at in range(start, end)}
        missing = [self.square(word) for at, word in enumerate(words) if at not in meant and word not in known]
        whole = sum(map(self.square, words)) or 1.0
        return 1.0 - sum(missing) / whole, max(missing, default=0.0) / self._unknown

    def square(self, term: str) -> float:
        """
        The squared weight of a term; one never seen weighs most.
        """
        found = self._squares.get(term)
        if found is not None:
            return found
        return self._unknown * (LETTERS_SHARE if term[0] == "~" else 1.0)

    def bag(self, text: str) -> Bag:
        """
        A text as a bag.
        """
        terms, plain = self._terms_of(text)
        return Bag(terms, plain, math.sqrt(sum(map(self.square, terms))) or 1.0)

    def cosine(self, first: Bag, second: Bag) -> float:
        """
        Between 0 (nothing shared) and 1 (the same terms).
        """
        return sum(map(self.square, first.terms & second.terms)) / (first.length * second.length)

    def weighted(self, query: Mapping[str, float]) -> Weighted:
        """
        A query whose terms count by a factor each, ready to be compared with many documents.
        """
        squares = {term: factor * self.square(term) for term, factor in query.items()}
        return Weighted(squares, frozenset(squares), math.sqrt(sum(squares.values())) or 1.0)


@dataclass(frozen=True, slots=True)
class Weighted:
    """
    A query as squared weights, with its terms as a set, which is much faster to intersect, and its length.
    """

    squares: Mapping[str, float]
    terms: frozenset[str]
    length: float

    def likeness(self, document: Bag) -> float:
        """
        The cosine of the query with a document.
        """
        return self.shared(document) / (self.length * document.length)

    def shared(self, document: Bag) -> float:
        """
        The squared weight of the terms that query and document share.
        """
        return sum(map(self.squares.__getitem__, self.terms & document.terms))


def _letter_groups(words: Iterable[str]) -> Iterator[str]:
    return chain.from_iterable(map(_groups_of, words))


@lru_cache(maxsize=WORDS_KEPT)
def _groups_of(word: str) -> tuple[str, ...]:
    padded = f"~{word}~"
    return tuple(f"~{padded[at : at + size]}" for size in LETTERS for at in range(max(len(padded) - size + 1, 1)))
