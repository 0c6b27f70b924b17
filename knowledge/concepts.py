"""
The thesaurus of the domain: everyday words and official words for the same thing share a concept.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge.text import tokens

CONCEPTS = Path(__file__).parent / "concepts.toml"


class Thesaurus:
    """
    Finds concepts in folded words: whole words only, the longest form at each place.
    """

    def __init__(self, path: Path | None = CONCEPTS) -> None:
        self._forms: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for entry in tomllib.loads(path.read_text("utf-8"))["concept"] if path else ():
            for form in entry["forms"]:
                words = tuple(tokens(form))
                if words:
                    self._forms.setdefault(words[0], []).append((words, f"§{entry['id']}"))
        for forms in self._forms.values():
            forms.sort(key=lambda pair: -len(pair[0]))

    def spans(self, words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """
        The concepts in these words as (start, end, term), longest form first at each place; "§id" is the term.
        """
        at = 0
        while at < len(words):
            end = at + 1
            for form, concept in self._forms.get(words[at], ()):
                if tuple(words[at : at + len(form)]) == form:
                    end = at + len(form)
                    yield at, end, concept
                    break
            at = end

    def in_words(self, words: Sequence[str]) -> Iterator[str]:
        """
        The concepts in these words, in order, each as a term of its own.
        """
        return (concept for _, _, concept in self.spans(words))
