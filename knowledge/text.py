"""
Vietnamese text: NFC at the door, folding, tokens, sentence-insensitive comparison.
"""

from __future__ import annotations

import re
import unicodedata

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""Zero-width, bidirectional and other format characters: they carry no words and can hide some."""


def clean(text: str) -> str:
    """
    NFC, without invisible and control characters, blanks collapsed.
    """
    text = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
    return " ".join(text.split())


def fold(text: str) -> str:
    """
    Lower-case without diacritics, đ as d: "Đăng ký" → "dang ky".
    """
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))
