"""
Tables as workbooks, to be sorted, filtered and printed: all registrations of a unit, and what others make of
`workbook`.

Whatever people typed is text there and stays text when somebody edits the cell: nothing of it is ever calculated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Generic, TypeAlias, TypeVar

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bot.papers.wording import printable, short_date

TITLE = "DANH SÁCH HỘ TỰ NGUYỆN ĐĂNG KÝ THOÁT NGHÈO"
CONFIDENTIAL = "Có dữ liệu cá nhân của bà con: chỉ dùng cho công tác giảm nghèo, không chuyển cho người khác."
SHEET = "Hộ đăng ký"
HEADER = 5
"""The row of the headings, counted from 0."""
FONT = "Times New Roman"
TEXT: Mapping[str, object] = {"font_name": FONT, "num_format": "@", "quote_prefix": True}
"""Text that stays text: Excel shows it as if it had been typed with an apostrophe before it."""

Value: TypeAlias = str | int | date | None
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """
    One registration, in words that officers read.
    """

    receipt: str
    head: str
    phone: str
    hamlet: str
    commune: str
    status_now: str
    leaving: str
    members: int
    workers: int
    sent_on: date
    state: str
    decided_no: str | None
    decided_on: date | None
    entered_by: str
    waiting_days: int


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """
    Its width is in characters.
    """

    heading: str
    width: float
    value: Callable[[Row], Value]


@dataclass(frozen=True, slots=True)
class Head:
    """
    What stands over a table: its title, the unit, how it was made, and a warning where it needs one; `sheet` is the
    name of the page.
    """

    title: str
    unit: str
    made: str
    sheet: str
    warning: str = ""


COLUMNS: tuple[Column[RegistrationRow], ...] = (
    Column("Mã đăng ký", 14, lambda row: row.receipt),
    Column("Họ tên chủ hộ", 22, lambda row: row.head),
    Column("Điện thoại", 13, lambda row: row.phone),
    Column("Thôn, ấp, khóm", 11, lambda row: row.hamlet),
    Column("Xã, phường", 18, lambda row: row.commune),
    Column("Hiện nay là", 13, lambda row: row.status_now),
    Column("Đăng ký thoát", 13, lambda row: row.leaving),
    Column("Số khẩu", 8, lambda row: row.members),
    Column("Số lao động", 8, lambda row: row.workers),
    Column("Ngày gửi", 11, lambda row: row.sent_on),
    Column("Tình trạng", 15, lambda row: row.state),
    Column("Số ngày chờ", 8, lambda row: row.waiting_days),
    Column("Số quyết định", 14, lambda row: row.decided_no),
    Column("Ngày quyết định", 11, lambda row: row.decided_on),
    Column("Người nhập", 16, lambda row: row.entered_by),
)


@dataclass(frozen=True, slots=True)
class Looks:
    """
    Of the cells, by what is in them.
    """

    heading: Format
    text: Format
    number: Format
    day: Format


def registrations_xlsx(unit: str, rows: Sequence[RegistrationRow], made_on: date) -> bytes:
    """
    One row a registration, in the order given. Dates are dates, counts are numbers, phone numbers are text.
    """
    made = f"Lập ngày {short_date(made_on)}: {len(rows)} hộ"
    return workbook(Head(TITLE, unit, made, SHEET, CONFIDENTIAL), COLUMNS, rows, made_on)


def workbook(head: Head, columns: Sequence[Column[Row]], rows: Sequence[Row], made_on: date) -> bytes:
    """
    A table with frozen headings and filters.
    """
    file = BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"title": head.title, "author": "Chung Tay", "created": midnight(made_on)})
        sheet = book.add_worksheet(head.sheet)
        set_up(sheet, len(rows), columns)
        add_titles(book, sheet, head)
        add_rows(sheet, columns, rows, looks(book))
    return file.getvalue()


def set_up(sheet: Worksheet, count: int, columns: Sequence[Column[Row]]) -> None:
    """
    How the sheet behaves on the screen and on paper.
    """
    sheet.freeze_panes(HEADER + 1, min(3, len(columns)))
    sheet.autofilter(HEADER, 0, HEADER + count, len(columns))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.repeat_rows(HEADER)
    sheet.set_footer("&C&P/&N")
    for place, width in enumerate((6, *(column.width for column in columns))):
        sheet.set_column(place, place, width)


def add_titles(book: Workbook, sheet: Worksheet, head: Head) -> None:
    lines: tuple[tuple[str, Mapping[str, object]], ...] = (
        (printable(head.title), {"bold": True, "font_size": 14}),
        (printable(head.unit), {"bold": True, "font_size": 12}),
        (printable(head.made), {"italic": True, "font_size": 12}),
        (head.warning, {"italic": True, "font_size": 11, "font_color": "#C00000"}),
    )
    for place, (line, look) in enumerate(lines):
        sheet.write_string(place, 0, line, book.add_format({**TEXT, **look}))


def looks(book: Workbook) -> Looks:
    cell = {"font_name": FONT, "font_size": 11, "border": 1, "valign": "top"}
    heading = {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#DDE8F3"}
    return Looks(
        heading=book.add_format({**cell, **heading}),
        text=book.add_format({**cell, **TEXT, "text_wrap": True}),
        number=book.add_format({**cell, "num_format": "0", "align": "center"}),
        day=book.add_format({**cell, "num_format": "dd/mm/yyyy", "align": "center"}),
    )


def add_rows(sheet: Worksheet, columns: Sequence[Column[Row]], rows: Sequence[Row], look: Looks) -> None:
    sheet.set_row(HEADER, 34)
    for place, heading in enumerate(("Số TT", *(column.heading for column in columns))):
        sheet.write_string(HEADER, place, heading, look.heading)
    for order, row in enumerate(rows, start=1):
        values = (order, *(column.value(row) for column in columns))
        for place, value in enumerate(values):
            add_cell(sheet, HEADER + order, place, value, look)


def add_cell(sheet: Worksheet, down: int, across: int, value: Value, look: Looks) -> None:
    match value:
        case None:
            sheet.write_blank(down, across, None, look.text)
        case date():
            sheet.write_datetime(down, across, midnight(value), look.day)
        case int():
            sheet.write_number(down, across, value, look.number)
        case str():
            sheet.write_string(down, across, printable(value), look.text)


def midnight(day: date) -> datetime:
    """
    Naive, as a workbook has no time zones.
    """
    return datetime.combine(day, time())
