"""
What people typed, made fit for paper.
"""

from __future__ import annotations

import unicodedata
from datetime import date

LONGEST = 1_000
"""Characters of a free text; more is cut, and the cut shows as "…"."""
LONGEST_NAME = 120
"""Characters of the name of a person or a place."""

UNPRINTABLE = {"Cc", "Cf", "Cn", "Co", "Cs"}
PICTURES = {"Me", "Sk", "So"}
FIRST_PICTURE = "\u2100"


def printable(text: str, longest: int = LONGEST) -> str:
    """
    The text on one line, composed (NFC), without what no paper can carry: control and bidirectional characters,
    halves of surrogates, unassigned characters, pictographs.
    """
    kept = (" " if letter.isspace() else letter for letter in unicodedata.normalize("NFC", text))
    line = " ".join("".join(letter for letter in kept if is_printable(letter)).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def is_printable(letter: str) -> bool:
    kind = unicodedata.category(letter)
    picture = kind in PICTURES and letter >= FIRST_PICTURE
    return not (kind in UNPRINTABLE or picture or "\ufe00" <= letter <= "\ufe0f")


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def short_date(day: date) -> str:
    """
    25/11/2026, 05/02/2027.
    """
    return f"{day:%d/%m}/{day.year}"


def long_date(day: date) -> str:
    """
    As Nghị định 30/2020/NĐ-CP writes it: days below 10 and the months 1 and 2 with a nought before them.
    """
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02} tháng {month} năm {day.year}"
