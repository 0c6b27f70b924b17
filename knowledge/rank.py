"""
The same search engine over any corpus: candidates from tantivy, then rescored by fusing four pieces of evidence.

`python -m knowledge rank` reads and writes JSON lines; it is how the engine is measured on public collections. It
learns what is rare and how words are spelled from the corpus that it is given, and nothing from the questions.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from knowledge.concepts import Thesaurus
from knowledge.index import Index
from knowledge.similarity import Bag, Vocabulary, Weighted
from knowledge.spelling import Speller, Spellings, vocabulary_of
from knowledge.text import tokens, with_bigrams

CANDIDATES = 100
SHELF = 1
SENTENCE = re.compile(r"(?<=[.;:])\s+(?=\S)")
SHORTEST_SENTENCE = 4
"""Words; a shorter one (a mark such as "1.") is no evidence of its own."""
OPENING = 6
"""So many words at the beginning of a sentence say what it is about."""
K1 = 0.9
"""BM25's saturation, in rescoring; in tantivy it is fixed at 1.2."""
B = 0.6
"""BM25's length normalisation."""

WEIGHTS = {"whole": 5.0, "sentence": 12.0, "opening": 3.5, "pairs": 8.0}
"""
What each piece of evidence counts; each lies between 0 and about 1. Fitted by softmax regression on half of a public
collection's questions, as typed and damaged, and rounded.
"""


class LineError(Exception):
    """
    A line of the corpus or of the questions that cannot be used; the sentence says which and why.
    """


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A document or a question: its id and its words.
    """

    id: str
    text: str


class _Statistics:
    """
    BM25's statistics of a collection of texts: how rare each term is, and how long a text is beside the average.
    """

    def __init__(self, texts: Iterable[Counter[str]]) -> None:
        self._counts: Counter[str] = Counter()
        self._texts, words = 0, 0
        for text in texts:
            self._counts.update(text.keys())
            self._texts += 1
            words += text.total()
        self._average = words / max(self._texts, 1) or 1.0

    def rarity(self, term: str) -> float:
        """
        From nearly 0 (in every text) to the logarithm of their number (in none).
        """
        count = self._counts[term]
        return math.log(1 + (self._texts - count + 0.5) / (count + 0.5))

    def score(self, query: Mapping[str, float], text: Counter[str]) -> float:
        """
        BM25 of a text for a query that gives each of its terms the rarity.
        """
        norm = K1 * (1 - B + B * text.total() / self._average)
        found = query.keys() & text.keys()
        return sum(query[term] * text[term] * (K1 + 1) / (text[term] + norm) for term in found)

    def weighted(self, terms: Iterable[str]) -> dict[str, float]:
        """
        The terms, once each, with their rarity.
        """
        return {term: self.rarity(term) for term in terms}


@dataclass(frozen=True, slots=True)
class _Document:
    terms: Counter[str]
    sentences: tuple[Bag, ...]
    openings: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Query:
    """
    A question with its terms weighed; `pair_mass` is the weight of all its word pairs.
    """

    words: frozenset[str]
    terms: Mapping[str, float]
    bag: Weighted
    pair_mass: float


class Ranker:
    """
    A corpus that can be asked: which documents answer a question best.
    """

    def __init__(self, corpus: Sequence[Entry]) -> None:
        texts = [document.text for document in corpus]
        self._ids = [document.id for document in corpus]
        self._vocabulary = Vocabulary(texts, Thesaurus())
        self._speller = Speller(Spellings({}, {}), vocabulary_of(texts))
        self._documents = [self._read(document) for document in corpus]
        self._statistics = _Statistics(document.terms for document in self._documents)
        self._index = Index()
        self._index.put({SHELF: ((n, list(document.terms.elements())) for n, document in enumerate(self._documents))})

    def best(self, question: str, count: int) -> list[str]:
        """
        The ids of the documents that answer a question best, best first.
        """
        evidence = self.evidence(question)
        order = sorted(evidence, key=lambda at: (-_fused(evidence[at]), at))
        return [self._ids[at] for at in order[:count]]

    def evidence(self, question: str) -> dict[int, dict[str, float]]:
        """
        For each candidate, by its position in the corpus, what speaks for it.
        """
        query = self._understand(question)
        found = self._index.search(dict.fromkeys(query.terms, 1.0), CANDIDATES)
        evidence = {at: self._weigh(query, self._documents[at]) for at, _ in found}
        best = max((one["whole"] for one in evidence.values()), default=0.0) or 1.0
        return {at: {**one, "whole": one["whole"] / best} for at, one in evidence.items()}

    def _read(self, document: Entry) -> _Document:
        words = tokens(document.text)
        parts = (tokens(part) for line in document.text.splitlines() for part in SENTENCE.split(line))
        sentences = [part for part in parts if len(part) >= SHORTEST_SENTENCE] or [words]
        return _Document(
            terms=Counter(with_bigrams(words)),
            sentences=tuple(self._bag(said) for said in sentences),
            openings=tuple(tuple(said[:OPENING]) for said in sentences),
        )

    def _bag(self, words: Sequence[str]) -> Bag:
        terms = frozenset(self._vocabulary.index_terms(words))
        return Bag(terms, terms, math.sqrt(sum(map(self._vocabulary.square, terms))) or 1.0)

    def _understand(self, question: str) -> _Query:
        words = tokens(self._speller.spell_out(question))
        terms = self._statistics.weighted(with_bigrams(words))
        return _Query(
            words=frozenset(words),
            terms=terms,
            bag=self._vocabulary.weighted(dict.fromkeys(self._vocabulary.index_terms(words), 1.0)),
            pair_mass=sum(weight for term, weight in terms.items() if "_" in term) or 1.0,
        )

    def _weigh(self, query: _Query, document: _Document) -> dict[str, float]:
        pairs = sum(query.terms[term] for term in query.terms.keys() & document.terms.keys() if "_" in term)
        return {
            "whole": self._statistics.score(query.terms, document.terms),
            "sentence": max(map(query.bag.likeness, document.sentences)),
            "opening": max(self._opened(query, opening) for opening in document.openings),
            "pairs": pairs / query.pair_mass,
        }

    def _opened(self, query: _Query, opening: Sequence[str]) -> float:
        """
        The share of a sentence's first words, by rarity, that the question has too.
        """
        whole = sum(map(self._statistics.rarity, opening)) or 1.0
        asked = sum(self._statistics.rarity(word) for word in opening if word in query.words)
        return asked / whole


def _fused(evidence: Mapping[str, float]) -> float:
    return sum(WEIGHTS[name] * value for name, value in evidence.items())


# ── JSON lines ──


def run(
    corpus: Path, questions: Path, count: int, out: TextIO, clock: Callable[[], float] = time.perf_counter
) -> None:
    """
    Answer every question of a file with the best `count` ids of the corpus, a line each. Raises LineError.
    """
    asked = read(questions, "question")
    ranker = Ranker(read(corpus, "text"))
    for question in asked:
        begun = clock()
        hits = ranker.best(question.text, count)
        line = {"id": question.id, "hits": hits, "ms": round((clock() - begun) * 1000, 2)}
        print(json.dumps(line, ensure_ascii=False), file=out)


def read(path: Path, field: str) -> list[Entry]:
    """
    The entries of a file of JSON lines with "id" and this field. Raises LineError.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise LineError(f"{path} cannot be read: {error}. Give a UTF-8 file of JSON lines.") from error
    entries = [_entry(line, field, f"{path}, line {n}") for n, line in enumerate(lines, 1) if line.strip()]
    if not entries:
        raise LineError(f'{path} is empty. Write one line each: {{"id": …, "{field}": …}}.')
    return entries


def _entry(line: str, field: str, where: str) -> Entry:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise LineError(f"{where}: not valid JSON ({error}). Write one object a line.") from error
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not isinstance(row.get(field), str):
        raise LineError(f'{where}: "id" and "{field}" are needed, both as text.')
    return Entry(row["id"], row[field])
