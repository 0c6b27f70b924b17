"""
A sheet as PDF/1.4, with its fonts in it and text that can be selected, searched and read aloud.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Literal
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    HRFlowable,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from bot.papers import fonts, qr
from bot.papers.sheet import (
    BOTTOM,
    LEFT,
    POINTS,
    RIGHT,
    TOP,
    Align,
    Block,
    Code,
    Columns,
    Gap,
    Lines,
    Piece,
    Rule,
    Sheet,
)

ALIGNED: Mapping[Align, Literal[0, 1, 2, 4]] = {
    "left": TA_LEFT,
    "center": TA_CENTER,
    "right": TA_RIGHT,
    "justify": TA_JUSTIFY,
}
LEADING = 1.2
"""Height of a line for its letters' size."""
NUMBER_SIZE = 13
WHOLE = ((0, 0), (-1, -1))
"""All cells of a table."""
PADDINGS = [(f"{side}PADDING", *WHOLE, 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]


def render(sheet: Sheet) -> bytes:
    """
    The same sheet gives the same bytes. Threads take turns.
    """
    with fonts.ALONE:
        return rendered(sheet)


def rendered(sheet: Sheet) -> bytes:
    file = BytesIO()
    document = BaseDocTemplate(
        file,
        pagesize=A4,
        topMargin=TOP * POINTS,
        rightMargin=RIGHT * POINTS,
        bottomMargin=BOTTOM * POINTS,
        leftMargin=LEFT * POINTS,
        title=sheet.title,
        author="Chung Tay",
        lang="vi-VN",
        invariant=1,
        initialFontName=fonts.named("Regular"),
    )
    frame = Frame(
        document.leftMargin,
        document.bottomMargin,
        document.width,
        document.height,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=number_page, pagesize=A4))
    document.build([flowable(block) for block in sheet.blocks])
    return file.getvalue()


def number_page(canvas: Canvas, document: BaseDocTemplate) -> None:
    if document.page > 1:
        canvas.setFont(fonts.named("Regular"), NUMBER_SIZE)
        canvas.drawCentredString(A4[0] / 2, A4[1] - TOP * POINTS * 0.6, str(document.page))


def flowable(block: Block | Columns) -> Flowable:
    match block:
        case Lines():
            return paragraph(block)
        case Rule():
            return HRFlowable(block.length, 0.75, spaceBefore=3, spaceAfter=0, color="black", hAlign="CENTER")
        case Gap():
            return Spacer(1, block.height)
        case Code():
            return Squares(block)
        case Columns():
            return table(block)


def paragraph(lines: Lines) -> Paragraph:
    style = ParagraphStyle(
        "said",
        fontName=fonts.named("Regular"),
        fontSize=lines.size,
        leading=lines.size * LEADING,
        alignment=ALIGNED[lines.align],
        spaceBefore=lines.before,
        firstLineIndent=10 * POINTS if lines.indented else 0,
    )
    return Paragraph(marked_up(lines.pieces), style)


def marked_up(pieces: Iterable[Piece]) -> str:
    return "".join(styled(piece, escape(fonts.drawable(piece.text))) for piece in pieces)


def styled(piece: Piece, markup: str) -> str:
    markup = f"<i>{markup}</i>" if piece.italic else markup
    return f"<b>{markup}</b>" if piece.bold else markup


def table(columns: Columns) -> Table:
    cells = [[flowable(block) for block in cell] for cell in columns.cells]
    grid = Table([cells], [width * POINTS for width in columns.widths], spaceBefore=columns.before)
    grid.setStyle([*PADDINGS, ("VALIGN", *WHOLE, "TOP"), ("FONTNAME", *WHOLE, fonts.named("Regular"))])
    return grid


class Squares(Flowable):
    """
    A QR code, drawn as squares.
    """

    def __init__(self, code: Code) -> None:
        super().__init__()
        self._rows = qr.squares(code.text)
        self.width = self.height = code.side * POINTS

    def draw(self) -> None:
        side = self.width / (len(self._rows) + 2 * qr.QUIET)
        for down, row in enumerate(self._rows, start=qr.QUIET + 1):
            for across, dark in enumerate(row, start=qr.QUIET):
                if dark:
                    self.canv.rect(across * side, self.height - down * side, side, side, stroke=0, fill=1)
