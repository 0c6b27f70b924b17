"""
Vietnamese text: NFC at the door, folding, tokens, comparison word for word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""Zero-width, bidirectional and other format characters: they carry no words and can hide some."""

BLANKS_AND_MARKS = re.compile(r"[\s*#\\]+")

TOKEN = re.compile(r"[0-9]+(?:[.,/][0-9]+)*%?|[a-z]+[0-9]*")
"""A folded token: a number with its decimals, date slashes and percent sign, or a syllable."""

ACCENTS = re.compile("[\u0300-\u036f]+")
"""The combining marks that Vietnamese letters fall apart into, and their neighbours."""

LABEL = 60
"""Characters of a label that a button shows whole."""


def clean(text: str) -> str:
    """
    NFC, without invisible and control characters, blanks collapsed.
    """
    text = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
    return " ".join(text.split())


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """
    Lower-case without diacritics, đ as d: "Đăng ký" → "dang ky". Old and new tone placement fold alike.
    """
    bare = ACCENTS.sub("", unicodedata.normalize("NFD", text.casefold().replace("đ", "d")))
    return bare if bare.isascii() else "".join(letter for letter in bare if not unicodedata.combining(letter))


def tokens(text: str) -> list[str]:
    """
    The folded tokens of a text, in order.
    """
    return TOKEN.findall(fold(text))


def with_bigrams(words: list[str]) -> list[str]:
    """
    Tokens and their adjacent pairs ("ho", "ngheo", "ho_ngheo"): pairs tell words that fold alike apart.
    """
    return words + [f"{first}_{second}" for first, second in pairwise(words)]


@lru_cache(maxsize=10_000)
def key(text: str) -> str:
    """
    A text squashed and folded, to find it again however it was broken into lines.
    """
    return fold(squash(text))


def squash(text: str) -> str:
    """
    For comparing word for word: NFC, case kept, Markdown marks and all blanks gone (a page break is a blank).
    """
    return BLANKS_AND_MARKS.sub("", unicodedata.normalize("NFC", text))


def shortened(text: str, longest: int) -> str:
    """
    The text, cut between words with "…" where it has more than `longest` characters.
    """
    return text if len(text) <= longest else f"{text[: longest - 1].rsplit(' ', 1)[0].rstrip(' ,;:.-')}…"
