"""
From what people type to words that the index knows: chat spellings, abbreviations, Telex residue, typos.

The words are for searching only; they are never shown as if the person had typed them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.text import clean, fold, tokens

LATELY = 64
"""How many texts are remembered spelled out: one turn asks for the same one again and again."""
SPELLINGS = Path(__file__).parent / "spellings.toml"

WORD = re.compile(r"\d+(?:[.,/]\d+)*(?:\s?%)?|[^\W\d_]+\d{0,2}(?:[./&-]?[^\W\d_]+)*|[^\W_]+")
"""A typed word: a number, or letters that may carry a VNI digit or an inner mark ("b/c", "P.NV", "TT&TT")."""
BARE_PERCENT = re.compile(r"(?<!\d)(?<!\d )%")
NEAR = 3
"""How many words to either side decide what an ambiguous short form means."""
ADDRESS = frozenset({"mục", "điểm", "khoản", "phần", "muc", "diem", "khoan", "phan"})
"""After these words a single letter is an address, never a short form."""
TELEX_DOUBLES = {"aa": "a", "ee": "e", "oo": "o", "dd": "d", "aw": "a", "ow": "o", "uw": "u", "w": "u"}
TELEX_TONES = "sfrxj"
CHAT_INITIALS = {"p": ("ph",), "f": ("ph",), "w": ("qu",), "j": ("gi",), "z": ("d", "gi")}
"""How chats spell the first letter of a syllable; no Vietnamese one begins with any of these and a vowel."""
VOWELS = frozenset("aeiouy")
VNI = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True)
class Sense:
    """
    One meaning of a short form, and the words or phrases near it that choose this meaning.
    """

    full: str
    when: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """
    A short form of several meanings: the first sense with a cue near it wins, else `default` ("" leaves it as typed).

    `after_digit` decides alone right after a number; `only_bare` forms count only where nothing carries diacritics.
    """

    senses: tuple[Sense, ...]
    default: str
    after_digit: str | None
    only_bare: bool


@dataclass(frozen=True, slots=True)
class Spellings:
    """
    Short forms: those that mean one thing everywhere, and those that lean on the words around them.
    """

    always: Mapping[str, str]
    ambiguous: Mapping[str, Ambiguous]


def load(path: Path = SPELLINGS) -> Spellings:
    """
    Read the table of spellings.
    """
    table = tomllib.loads(path.read_text("utf-8"))
    return Spellings(
        always={**table["always"], **table["places"]},
        ambiguous={form: _ambiguous(entry) for entry in table["ambiguous"] for form in _forms(entry["form"])},
    )


def _forms(form: str | list[str]) -> list[str]:
    return [form] if isinstance(form, str) else form


def _ambiguous(entry: Mapping[str, Any]) -> Ambiguous:
    return Ambiguous(
        senses=tuple(Sense(sense["full"], tuple(sense.get("when", ()))) for sense in entry["senses"]),
        default=entry.get("default", ""),
        after_digit=entry.get("after_digit"),
        only_bare=entry.get("only_bare", False),
    )


class Speller:
    """
    Corrects towards a vocabulary of folded syllables with their counts.
    """

    def __init__(self, spellings: Spellings, vocabulary: Mapping[str, int]) -> None:
        self._spellings = spellings
        self._known = dict(vocabulary)
        self._longest = max((form.count(" ") + 1 for form in spellings.always), default=1)
        self._by_length: dict[int, list[str]] = {}
        for word in self._known:
            if word.isalpha():
                self._by_length.setdefault(len(word), []).append(word)
        self._spelled = lru_cache(LATELY)(self._spell)

    def spell_out(self, text: str) -> str:
        """
        The text with short forms spelled out and typos mended, lower-case, punctuation gone, diacritics as typed.
        """
        return self._spelled(text)

    def _spell(self, text: str) -> str:
        typed = BARE_PERCENT.sub(" phần trăm ", clean(text))
        words = [word.casefold().replace(" ", "") for word in WORD.findall(typed)]
        bare = all(word.isascii() for word in words)
        out, n = list[str](), 0
        while n < len(words):
            taken, written = self._phrase(words, n)
            out.append(written if taken else self._word(words, n, bare))
            n += taken or 1
        return " ".join(out).casefold()

    def _phrase(self, words: Sequence[str], n: int) -> tuple[int, str]:
        """
        The longest form of several words that begins here: how many words it takes, and what it stands for.
        """
        for length in range(min(self._longest, len(words) - n), 1, -1):
            full = self._spellings.always.get(" ".join(words[n : n + length]))
            if full is not None and not (words[n].startswith("k") and _after_digit(words, n)):
                return length, full
        return 0, ""

    def _word(self, words: Sequence[str], n: int, bare: bool) -> str:
        word = words[n]
        if word[0].isdigit() or (len(word) == 1 and n and words[n - 1] in ADDRESS):
            return word
        if word in self._spellings.ambiguous:
            return self._sense(words, n, bare) or self._mend(word)
        full = self._spellings.always.get(word) or self._spellings.always.get(word.strip("./-"))
        return full or self._mend(word)

    def _sense(self, words: Sequence[str], n: int, bare: bool) -> str:
        form = self._spellings.ambiguous[words[n]]
        if form.only_bare and not bare:
            return ""
        if form.after_digit is not None and _after_digit(words, n):
            return form.after_digit
        window = f" {' '.join(words[max(0, n - NEAR) : n + NEAR + 1])} "
        near = (sense.full for sense in form.senses if any(f" {cue} " in window for cue in sense.when))
        folded = fold(window)
        alike = (sense.full for sense in form.senses if any(f" {fold(cue)} " in folded for cue in sense.when))
        return next(near, None) or next(alike, None) or form.default

    def _mend(self, word: str) -> str:
        folded = fold(word)
        if folded in self._known or not folded.isascii():
            return word
        for candidate in (
            *_chat_forms(folded),
            without_telex(folded),
            _without_vni(folded),
            _without_repeats(folded),
        ):
            if candidate in self._known:
                return candidate
        parts = [part for part in re.split(r"[./&-]", word) if part]
        if len(parts) > 1:
            return " ".join(self._mend(part) for part in parts)
        return self._split(folded) or self._nearest(folded) or word

    def _split(self, word: str) -> str | None:
        cuts = [
            (word[:cut], word[cut:])
            for cut in range(2, len(word) - 1)
            if word[:cut] in self._known and word[cut:] in self._known
        ]
        if len(word) < 5 or not cuts:
            return None
        best = max(cuts, key=lambda cut: min(self._known[cut[0]], self._known[cut[1]]))
        return " ".join(best)

    def _nearest(self, word: str) -> str | None:
        """
        The commonest known syllable within one edit (two from seven letters on); short words are left alone.
        """
        if len(word) < 3 or not word.isalpha():
            return None
        allowed = 1 if len(word) < 7 else 2
        choices = [
            known
            for length in range(len(word) - allowed, len(word) + allowed + 1)
            for known in self._by_length.get(length, ())
        ]
        found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=20)
        near = [(hit[1], str(hit[0])) for hit in found]
        ranked = [(distance, known[0] != word[0], -self._known[known], known) for distance, known in near]
        return min(ranked)[-1] if ranked else None


def _after_digit(words: Sequence[str], n: int) -> bool:
    return n > 0 and words[n - 1][-1:].isdigit()


def _chat_forms(word: str) -> Iterator[str]:
    """
    "pai" for "phai", "trog" for "trong", "wy" for "quy": whole syllables only.
    """
    if word[1:2] in VOWELS:
        yield from (initial + word[1:] for initial in CHAT_INITIALS.get(word[0], ()))
    if len(word) > 2 and word[-1] == "g" and word[-2] in VOWELS:
        yield f"{word[:-1]}ng"


def without_telex(word: str) -> str:
    for typed, meant in TELEX_DOUBLES.items():
        word = word.replace(typed, meant)
    for position in range(len(word) - 1, 0, -1):
        if word[position] in TELEX_TONES:
            return word[:position] + word[position + 1 :]
    return word


def _without_vni(word: str) -> str:
    return VNI.sub("", word)


def _without_repeats(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)


def vocabulary_of(texts: Iterable[str]) -> dict[str, int]:
    """
    The folded syllables of these texts with how often they occur.
    """
    counts: dict[str, int] = {}
    for text in texts:
        for token in tokens(text):
            counts[token] = counts.get(token, 0) + 1
    return counts
