"""
The same search engine over any corpus: candidates from tantivy, then rescored by fusing seven pieces of evidence.

`python -m knowledge rank` reads and writes JSON lines; it is how the engine is measured on public collections. It
learns what is rare and how words are spelled from the corpus that it is given, and nothing from the questions.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
OPENING, FULL_OPENING = 10, 6
"""Words at the beginning of a sentence that say what it is about, and from how many on they count fully."""
GROUP_BEST = 5
"""So many hits speak for a group of documents, such as one law."""
K1 = 0.9
"""BM25's saturation, in rescoring; in tantivy it is fixed at 1.2."""
WHOLE_B, LINE_B, APART_B = 0.6, 0.4, 0.4
"""BM25's length normalisation for whole documents, for their lines, and for pairs of words set apart."""

WEIGHTS = {"whole": 1.0, "line": 1.0, "sentence": 1.0, "opening": 1.0, "pairs": 1.0, "apart": 1.0, "group": 1.0}
"""What each piece of evidence counts; each lies between 0 and about 1."""


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

    def score(self, query: Mapping[str, float], text: Counter[str], b: float) -> float:
        """
        BM25 of a text for a query that gives each of its terms the rarity.
        """
        norm = K1 * (1 - b + b * text.total() / self._average)
        found = query.keys() & text.keys()
        return sum(query[term] * text[term] * (K1 + 1) / (text[term] + norm) for term in found)

    def weighted(self, terms: Iterable[str]) -> dict[str, float]:
        """
        The terms, once each, with their rarity.
        """
        return {term: self.rarity(term) for term in terms}


@dataclass(frozen=True, slots=True)
class _Document:
    group: str
    terms: Counter[str]
    apart: Counter[str]
    lines: tuple[Counter[str], ...]
    sentences: tuple[Bag, ...]
    openings: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Query:
    """
    A question with its terms weighed as each collection weighs them; `mass` is the best score that a text could have.
    """

    words: frozenset[str]
    terms: Mapping[str, float]
    line_terms: Mapping[str, float]
    apart: Mapping[str, float]
    bag: Weighted
    mass: float
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
        self._whole = _Statistics(document.terms for document in self._documents)
        self._lines = _Statistics(line for document in self._documents for line in document.lines)
        self._apart = _Statistics(document.apart for document in self._documents)
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
        self._compare(evidence)
        return evidence

    def _read(self, document: Entry) -> _Document:
        title, lines = _title_and_lines(document.text)
        words = tokens(document.text)
        sentences = [said for line in (title, *lines) for part in SENTENCE.split(line) if (said := tokens(part))]
        sentences = [said for said in sentences if len(said) >= SHORTEST_SENTENCE] or [words]
        return _Document(
            group=document.id.rpartition("-")[0],
            terms=Counter(with_bigrams(words)),
            apart=Counter(_set_apart(words)),
            lines=tuple(Counter(with_bigrams(tokens(f"{title} {line}"))) for line in lines or [title]),
            sentences=tuple(self._bag(said) for said in sentences),
            openings=tuple(tuple(said[:OPENING]) for said in sentences),
        )

    def _bag(self, words: Sequence[str]) -> Bag:
        terms = frozenset(self._vocabulary.index_terms(words))
        return Bag(terms, math.sqrt(sum(map(self._vocabulary.square, terms))) or 1.0)

    def _understand(self, question: str) -> _Query:
        words = tokens(self._speller.spell_out(question))
        terms = self._whole.weighted(with_bigrams(words))
        return _Query(
            words=frozenset(words),
            terms=terms,
            line_terms=self._lines.weighted(terms),
            apart=self._apart.weighted(_set_apart(words)),
            bag=self._vocabulary.weighted(dict.fromkeys(self._vocabulary.index_terms(words), 1.0)),
            mass=sum(terms.values()) or 1.0,
            pair_mass=sum(weight for term, weight in terms.items() if "_" in term) or 1.0,
        )

    def _weigh(self, query: _Query, document: _Document) -> dict[str, float]:
        pairs = sum(query.terms[term] for term in query.terms.keys() & document.terms.keys() if "_" in term)
        lines = (self._lines.score(query.line_terms, line, LINE_B) for line in document.lines)
        return {
            "whole": self._whole.score(query.terms, document.terms, WHOLE_B) / query.mass,
            "line": max(lines, default=0.0) / query.mass,
            "sentence": max(map(query.bag.likeness, document.sentences), default=0.0),
            "opening": max((self._opened(query, opening) for opening in document.openings), default=0.0),
            "pairs": pairs / query.pair_mass,
            "apart": self._apart.score(query.apart, document.apart, APART_B) / query.mass,
        }

    def _opened(self, query: _Query, opening: Sequence[str]) -> float:
        """
        The share of a sentence's first words, by rarity, that the question has too.
        """
        whole = sum(map(self._whole.rarity, opening)) or 1.0
        asked = sum(self._whole.rarity(word) for word in opening if word in query.words)
        return asked / whole * min(1.0, len(opening) / FULL_OPENING)

    def _compare(self, evidence: Mapping[int, dict[str, float]]) -> None:
        """
        Add what only the candidates together tell: how their group does, and how each does beside the best.
        """
        groups: dict[str, list[float]] = defaultdict(list)
        for at, one in evidence.items():
            groups[self._documents[at].group].append(one["whole"])
        standing = {group: sum(sorted(scores)[-GROUP_BEST:]) / GROUP_BEST for group, scores in groups.items()}
        best = max((one["whole"] for one in evidence.values()), default=0.0) or 1.0
        for at, one in evidence.items():
            one["group"] = standing[self._documents[at].group]
            one["whole"] /= best


def _fused(evidence: Mapping[str, float]) -> float:
    return sum(WEIGHTS[name] * value for name, value in evidence.items())


def _title_and_lines(text: str) -> tuple[str, list[str]]:
    """
    The first line, which heads a document, and the other lines.
    """
    first, *others = [line for raw in text.splitlines() if (line := raw.strip())] or [""]
    return first, others


def _set_apart(words: Sequence[str]) -> Iterator[str]:
    """
    Pairs of words with one or two others between them: they hold where a question puts a word in.
    """
    for gap in (2, 3):
        yield from (f"{first}~{second}" for first, second in zip(words, words[gap:], strict=False))


# ── JSON lines ──


def run(
    corpus: Path, questions: Path, count: int, out: TextIO, clock: Callable[[], float] = time.perf_counter
) -> None:
    """
    Answer every question of a file with the best `count` ids of the corpus, a line each. Raises LineError.
    """
    ranker = Ranker(read(corpus, "text"))
    for question in read(questions, "question"):
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
