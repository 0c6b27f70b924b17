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
        self._single: dict[str, str] = {}
        self._forms: dict[tuple[str, str], list[tuple[tuple[str, ...], str]]] = {}
        for entry in tomllib.loads(path.read_text("utf-8"))["concept"] if path else ():
            for form in entry["forms"]:
                words = tuple(tokens(form))
                if len(words) == 1:
                    self._single.setdefault(words[0], f"§{entry['id']}")
                elif words:
                    self._forms.setdefault((words[0], words[1]), []).append((words, f"§{entry['id']}"))
        for forms in self._forms.values():
            forms.sort(key=lambda pair: -len(pair[0]))

    def spans(self, words: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """
        The concepts in these words as (start, end, term), longest form first at each place; "§id" is the term.
        """
        at = 0
        while at < len(words):
            found = self._at(words, at)
            if found is not None:
                yield at, *found
            at = found[0] if found is not None else at + 1

    def _at(self, words: Sequence[str], at: int) -> tuple[int, str] | None:
        """
        Where the longest form that begins here ends, and its concept.
        """
        first, *second = words[at : at + 2]
        for form, concept in self._forms.get((first, second[0]), ()) if second else ():
            if tuple(words[at : at + len(form)]) == form:
                return at + len(form), concept
        concept = self._single.get(first, "")
        return (at + 1, concept) if concept else None

    def in_words(self, words: Sequence[str]) -> Iterator[str]:
        """
        The concepts in these words, in order, each as a term of its own.
        """
        return (concept for _, _, concept in self.spans(words))
