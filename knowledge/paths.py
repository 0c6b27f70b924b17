"""
The address of a clause as people type it: "mục III.1.đ", "khoản 4 mục V", "phần V nói gì".
"""

from __future__ import annotations

import re
import unicodedata

from knowledge.text import tokens

STEP = re.compile(
    r"\b(?:phần|phan|mục|muc|khoản|khoan|điểm|diem|ý)\s+((?:[ivx]{1,4}|\d{1,2}|[a-zđ])(?:\.\w{1,2})*)(?![\w%])"
)
ROMAN = re.compile(r"[ivx]+")
AROUND = frozenset(
    word
    for line in (
        "xem doc cho toi em trich nguyen van noi gi ghi la cua ke hoach o trong",
        "tinh huyen thanh pho toan bo het lai muon a",
    )
    for word in line.split()
)
"""Words that may stand beside an address where nothing else is asked."""


def path_in(text: str) -> tuple[str, str]:
    """
    The path that a text names ("III.1.đ"; "" for none), and the text without it. The section in Roman figures comes
    first, whatever the order in which it is said.
    """
    typed = unicodedata.normalize("NFC", text).casefold()
    pieces = [piece for step in STEP.finditer(typed) for piece in step[1].split(".") if piece]
    pieces.sort(key=lambda piece: (not ROMAN.fullmatch(piece), not piece.isdigit()))
    if not pieces or not ROMAN.fullmatch(pieces[0]):
        return "", text
    return ".".join([pieces[0].upper(), *pieces[1:]]), STEP.sub(" ", typed)


def asks_nothing_else(rest: str) -> bool:
    """
    Whether what stands beside an address asks for no more than to read it.
    """
    return AROUND.issuperset(tokens(rest))
