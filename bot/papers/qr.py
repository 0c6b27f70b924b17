"""
A QR code, as squares and as a picture.
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

QUIET = 4
"""Empty squares on each side, as ISO/IEC 18004 asks."""


def squares(text: str) -> list[list[bool]]:
    """
    The dark squares, row by row, without the quiet zone. A quarter of them may be stained.
    """
    code = QRCode(None, QRErrorCorrectLevel.Q)
    code.addData(text)
    code.make()
    side = range(code.moduleCount)
    return [[bool(code.isDark(row, column)) for column in side] for row in side]  # type: ignore[no-untyped-call]


def png(text: str, pixels: int = 8) -> bytes:
    """
    Black on white, `pixels` a square, with the quiet zone.
    """
    rows = squares(text)
    side = len(rows) + 2 * QUIET
    picture = Image.new("1", (side, side), 1)
    for down, row in enumerate(rows):
        for across, dark in enumerate(row):
            picture.putpixel((across + QUIET, down + QUIET), int(not dark))
    file = BytesIO()
    picture.resize((side * pixels, side * pixels)).save(file, "PNG")
    return file.getvalue()
