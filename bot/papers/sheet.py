"""
What stands on a paper, before it is a file: blocks from top to bottom. `bot/papers/pdf.py` and `bot/papers/word.py`
make the same paper of it. Sizes and gaps are in points, places on the page in millimetres.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.papers import fonts

Align: TypeAlias = Literal["left", "center", "right", "justify"]

PAGE = (210, 297)
TOP, RIGHT, BOTTOM, LEFT = 20, 20, 20, 30
"""Margins within what Nghị định 30/2020/NĐ-CP, Phụ lục I, allows: 20-25, 15-20, 20-25, 30-35."""
BREADTH = PAGE[0] - LEFT - RIGHT
POINTS = 72 / 25.4
"""Points in a millimetre."""


@dataclass(frozen=True, slots=True)
class Piece:
    """
    Text in one style, on one line as long as the paper is wide enough.
    """

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """
    A paragraph. An indented one moves its first line in by 10 mm.
    """

    pieces: tuple[Piece, ...]
    align: Align = "left"
    size: float = 13
    before: float = 0
    indented: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """
    A line in the middle, as long as the words above it.
    """

    under: Lines

    @property
    def length(self) -> float:
        """
        In points.
        """
        return sum(fonts.width(piece.text, face(piece), self.under.size) for piece in self.under.pieces)


@dataclass(frozen=True, slots=True)
class Gap:
    """
    Room for a signature.
    """

    height: float


@dataclass(frozen=True, slots=True)
class Code:
    """
    A QR code, `side` millimetres long and high with its quiet zone.
    """

    text: str
    side: float


Block: TypeAlias = Lines | Rule | Gap | Code


@dataclass(frozen=True, slots=True)
class Columns:
    """
    Blocks side by side, never torn by the end of a page; widths in millimetres.
    """

    widths: tuple[float, ...]
    cells: tuple[tuple[Block, ...], ...]
    before: float = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    From the second page on its number stands in the upper margin.
    """

    title: str
    blocks: tuple[Block | Columns, ...]


def face(piece: Piece) -> str:
    return "Bold" if piece.bold else "Italic" if piece.italic else "Regular"
