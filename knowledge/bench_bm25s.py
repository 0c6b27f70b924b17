"""
The part of `python -m knowledge bench` that runs where bm25s is: TERMS QUESTIONS FOLDER in, one JSON object out.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any


def main(terms: Path, questions: Path, folder: Path) -> None:
    """
    Build, save, open again, ask within a place and everywhere, and print the figures (seconds and MB).
    """
    bm25s = import_module("bm25s")

    begun = time.perf_counter()
    shelves, corpus, numbers = _read(terms)
    engine = bm25s.BM25(method="lucene", k1=0.9, b=0.4)
    engine.index((corpus, numbers), show_progress=False)
    engine.save(folder)
    build = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begun = time.perf_counter()
    engine = bm25s.BM25.load(folder, mmap=True)
    cold = time.perf_counter() - begun
    place, everywhere = [], []
    for question in json.loads(questions.read_text("utf-8")):
        known = [term for term in question["terms"] if term in numbers]
        low, high = shelves[question["shelf"]]
        begun = time.perf_counter()
        _ = engine.get_scores(known)[low : high + 1].argsort()[::-1][:10]
        place.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        engine.retrieve([known], k=10, show_progress=False)
        everywhere.append(time.perf_counter() - begun)
    print(json.dumps({"build": build, "peak": peak, "cold": cold, "place": place, "all": everywhere}))


def _read(terms: Path) -> tuple[dict[int, list[int]], list[list[int]], dict[str, Any]]:
    """
    The first and last row of each shelf, the rows as term numbers, and the number of each term.
    """
    shelves: dict[int, list[int]] = {}
    numbers: dict[str, Any] = {}
    corpus = []
    with terms.open(encoding="utf-8") as lines:
        for n, line in enumerate(lines):
            shelf, words = line.rstrip("\n").split("\t")
            shelves.setdefault(int(shelf), [n, n])[1] = n
            corpus.append([numbers.setdefault(word, len(numbers)) for word in words.split()])
    return shelves, corpus, numbers


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
