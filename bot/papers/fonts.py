"""
Liberation Serif: the widths of Times New Roman, all Vietnamese letters, free to ship and to embed. Its licence stands
beside it.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from threading import RLock

from PIL import ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(__file__).parent / "fonts"
FAMILY = "chung-tay-serif"
FACES = ("Regular", "Bold", "Italic")
ALONE = RLock()
"""Held while reportlab works with the fonts: it reads them from a place that all threads share."""
MISSING = "□"
"""Stands for a letter that the font does not have."""


def named(face: str) -> str:
    """
    The name of a face for reportlab, which then knows it and its family.
    """
    fonts()
    return f"{FAMILY}-{face}"


def fonts() -> tuple[TTFont, ...]:
    """
    The faces as reportlab knows them: the same objects for all threads.
    """
    with ALONE:
        return registered()


@cache
def registered() -> tuple[TTFont, ...]:
    faces = tuple(TTFont(f"{FAMILY}-{face}", FOLDER / f"LiberationSerif-{face}.ttf") for face in FACES)
    for face in faces:
        pdfmetrics.registerFont(face)
    regular, bold, italic = (face.fontName for face in faces)
    pdfmetrics.registerFontFamily(FAMILY, regular, bold, italic, bold)
    return faces


def width(text: str, face: str, size: float) -> float:
    """
    In points.
    """
    return float(pdfmetrics.stringWidth(text, named(face), size))


def drawable(text: str) -> str:
    """
    The text in letters that the font has: "□" for a letter that is missing, nothing for a missing mark above it.
    """
    return "".join(letter if ord(letter) in glyphs() else substitute(letter) for letter in text)


def substitute(letter: str) -> str:
    return "" if unicodedata.category(letter).startswith("M") else MISSING


@cache
def glyphs() -> frozenset[int]:
    return frozenset(set[int].intersection(*(set(font.face.charToGlyph) for font in fonts())))


@cache
def for_pictures(face: str, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FOLDER / f"LiberationSerif-{face}.ttf", pixels, layout_engine=ImageFont.Layout.BASIC)
