"""
A sheet as .docx, for Word and LibreOffice: Times New Roman, A4, the margins of the sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from io import BytesIO
from types import MappingProxyType
from typing import cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from bot.papers import qr
from bot.papers.sheet import (
    BOTTOM,
    BREADTH,
    LEFT,
    PAGE,
    POINTS,
    RIGHT,
    TOP,
    Block,
    Code,
    Columns,
    Gap,
    Lines,
    Rule,
    Sheet,
)

FONT = "Times New Roman"
SIZE = 13
ALIGNED = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
SIDES = ("w:top", "w:left", "w:bottom", "w:right")
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP file can name."""


def render(sheet: Sheet, made_on: date) -> bytes:
    """
    The same sheet of the same day gives the same bytes.
    """
    document = Document()
    describe(document, sheet, made_on)
    set_letters(document)
    set_page(document.sections[0])
    for block in sheet.blocks:
        add(document, block)
    file = BytesIO()
    document.save(file)
    return without_clock(file.getvalue())


def describe(document: DocumentObject, sheet: Sheet, made_on: date) -> None:
    about = document.core_properties
    about.title, about.author, about.comments, about.language = sheet.title, "Chung Tay", "", "vi-VN"
    about.created = about.modified = datetime.combine(made_on, time(), UTC)


def set_letters(document: DocumentObject) -> None:
    normal = cast(ParagraphStyle, document.styles["Normal"])
    normal.font.name, normal.font.size = FONT, Pt(SIZE)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    letters = normal.element.rPr
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        letters.rFonts.set(qn(script), FONT)
    letters.append(element("w:lang", {"w:val": "vi-VN"}))


def set_page(page: Section) -> None:
    page.page_width, page.page_height = Mm(PAGE[0]), Mm(PAGE[1])
    page.top_margin, page.right_margin, page.bottom_margin, page.left_margin = map(Mm, (TOP, RIGHT, BOTTOM, LEFT))
    page.header_distance = Mm(10)
    page.different_first_page_header_footer = True
    number = page.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    number._p.append(element("w:fldSimple", {"w:instr": "PAGE"}))


def add(document: DocumentObject, block: Block | Columns) -> None:
    if isinstance(block, Columns):
        fill(document.add_paragraph(), Gap(block.before))
        add_columns(document, block)
    else:
        fill(document.add_paragraph(), block)


def add_columns(document: DocumentObject, columns: Columns) -> None:
    table = document.add_table(1, len(columns.cells))
    table.autofit = False
    margins = element("w:tblCellMar", {}, *(element(side, {"w:w": "0", "w:type": "dxa"}) for side in SIDES))
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")
    [row] = table.rows
    row._tr.get_or_add_trPr().append(element("w:cantSplit"))
    for cell, column, width, blocks in zip(row.cells, table.columns, columns.widths, columns.cells, strict=True):
        cell.width = column.width = Mm(width)
        for number, block in enumerate(blocks):
            fill(cell.add_paragraph() if number else cell.paragraphs[0], block)


def fill(paragraph: Paragraph, block: Block) -> None:
    match block:
        case Lines():
            write(paragraph, block)
        case Rule():
            rule_off(paragraph, block.length)
        case Gap():
            paragraph.paragraph_format.line_spacing = Pt(block.height)
        case Code():
            picture = paragraph.add_run().add_picture(BytesIO(qr.png(block.text)), width=Mm(block.side))
            picture._inline.docPr.set("descr", f"Mã QR: {block.text}")


def write(paragraph: Paragraph, lines: Lines) -> None:
    layout = paragraph.paragraph_format
    layout.alignment = ALIGNED[lines.align]
    layout.space_before = Pt(lines.before)
    layout.first_line_indent = Mm(10) if lines.indented else None
    for piece in lines.pieces:
        run = paragraph.add_run(piece.text)
        run.bold, run.italic = piece.bold or None, piece.italic or None
        run.font.size = None if lines.size == SIZE else Pt(lines.size)


def rule_off(paragraph: Paragraph, length: float) -> None:
    layout = paragraph.paragraph_format
    layout.line_spacing = Pt(3)
    layout.left_indent = layout.right_indent = Pt((BREADTH * POINTS - length) / 2)
    line = element("w:bottom", {"w:val": "single", "w:sz": "6", "w:space": "0", "w:color": "000000"})
    paragraph._p.get_or_add_pPr().insert_element_before(element("w:pBdr", {}, line), "w:spacing", "w:ind", "w:jc")


def element(
    tag: str, attributes: Mapping[str, str] = MappingProxyType({}), *inside: BaseOxmlElement
) -> BaseOxmlElement:
    """
    A piece of WordprocessingML that python-docx has no word for.
    """
    made: BaseOxmlElement = OxmlElement(tag, {qn(key): value for key, value in attributes.items()})
    made.extend(inside)
    return made


def without_clock(file: bytes) -> bytes:
    """
    The same ZIP file, its members dated as early as a ZIP file can be.
    """
    dateless = BytesIO()
    with ZipFile(BytesIO(file)) as old, ZipFile(dateless, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(ZipInfo(name, EPOCH), old.read(name), ZIP_DEFLATED)
    return dateless.getvalue()
