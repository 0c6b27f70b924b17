"""
The workbook, read as the XML that it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest
from hypothesis import given, settings

from bot.papers.table import RegistrationRow, registrations_xlsx
from tests.papers.samples import HOSTILE, ROW, TODAY, UNIT, any_text

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FIRST = 7
"""The row of the first household, counted from 1."""


class Book:
    """
    The one sheet of a workbook, with its texts and looks.
    """

    def __init__(self, file: bytes) -> None:
        with ZipFile(BytesIO(file)) as parts:
            self.names = parts.namelist()
            self.sheet = ET.fromstring(parts.read("xl/worksheets/sheet1.xml"))
            self.book = ET.fromstring(parts.read("xl/workbook.xml"))
            strings = ET.fromstring(parts.read("xl/sharedStrings.xml"))
            styles = ET.fromstring(parts.read("xl/styles.xml"))
        self.texts = ["".join(text.itertext()) for text in strings.findall(f"{MAIN}si")]
        self.looks = styles.findall(f"{MAIN}cellXfs/{MAIN}xf")
        self.formats = {form.get("numFmtId"): form.get("formatCode") for form in styles.iter(f"{MAIN}numFmt")}

    def cell(self, address: str) -> ET.Element:
        return next(cell for cell in self.sheet.iter(f"{MAIN}c") if cell.get("r") == address)

    def shown(self, address: str) -> str | float | None:
        """
        A text as str, a number as float, nothing as None.
        """
        cell = self.cell(address)
        value = cell.findtext(f"{MAIN}v")
        if value is None:
            return None
        return self.texts[int(value)] if cell.get("t") == "s" else float(value)

    def look(self, address: str) -> ET.Element:
        return self.looks[int(self.cell(address).get("s", "0"))]

    def row(self, number: int) -> list[str | float | None]:
        return [self.shown(f"{column}{number}") for column in "ABCDEFGHIJKLMNOP"]


def book(*rows: RegistrationRow) -> Book:
    return Book(registrations_xlsx(UNIT, rows, TODAY))


def serial(day: date) -> float:
    return float((day - date(1899, 12, 30)).days)


def test_it_says_what_it_is_whose_and_of_which_day() -> None:
    shown = book(ROW, ROW)

    assert shown.shown("A1") == "DANH SÁCH HỘ TỰ NGUYỆN ĐĂNG KÝ THOÁT NGHÈO"
    assert shown.shown("A2") == UNIT
    assert shown.shown("A3") == "Lập ngày 25/11/2026: 2 hộ"
    assert "dữ liệu cá nhân" in str(shown.shown("A4"))


def test_each_registration_is_a_row_below_its_headings() -> None:
    shown = book(ROW, replace(ROW, head="Thạch Sơn"))

    assert dict(zip(shown.row(FIRST - 1), shown.row(FIRST), strict=True)) == {
        "Số TT": 1.0,
        "Mã đăng ký": "CT-7KD4-M2X9",
        "Họ tên chủ hộ": "Nguyễn Thị Mười Hằng",
        "Điện thoại": "0912 345 678",
        "Thôn, ấp, khóm": "khóm 3",
        "Xã, phường": "phường Mỹ Xuyên",
        "Hiện nay là": "hộ nghèo",
        "Đăng ký thoát": "hộ nghèo",
        "Số khẩu": 5.0,
        "Số lao động": 2.0,
        "Ngày gửi": serial(date(2026, 11, 2)),
        "Tình trạng": "cán bộ đã nhận",
        "Số ngày chờ": 23.0,
        "Số quyết định": "125/QĐ-UBND",
        "Ngày quyết định": serial(date(2026, 11, 25)),
        "Người nhập": "chủ hộ tự gửi",
    }
    assert shown.row(FIRST + 1)[:3] == [2.0, "CT-7KD4-M2X9", "Thạch Sơn"]


def test_dates_look_like_dates() -> None:
    shown = book(ROW)

    assert [shown.formats[shown.look(f"{column}{FIRST}").get("numFmtId")] for column in "KO"] == ["dd/mm/yyyy"] * 2


def test_what_is_not_decided_is_empty() -> None:
    assert book(replace(ROW, decided_no=None, decided_on=None)).row(FIRST)[13:15] == [None, None]


def test_a_phone_number_keeps_its_nought() -> None:
    assert book(replace(ROW, phone="0912345678")).shown(f"D{FIRST}") == "0912345678"


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x.example","ở đây")', "+84912345678", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "{=1}"]
)
def test_nothing_that_people_type_is_calculated(text: str) -> None:
    texts = {field.name: text for field in fields(RegistrationRow) if field.type in ("str", "str | None")}
    shown = Book(registrations_xlsx(text, [replace(ROW, **texts)], TODAY))  # type: ignore[arg-type]

    assert list(shown.sheet.iter(f"{MAIN}f")) == []
    assert list(shown.sheet.iter(f"{MAIN}hyperlink")) == []
    for address in ("A2", *(f"{column}{FIRST}" for column in "BCDEFGHLNP")):
        assert shown.shown(address) == text.strip()
        assert shown.look(address).get("quotePrefix") == "1", "it must stay text when the cell is edited"


def test_headings_stay_in_sight_and_can_be_filtered() -> None:
    sheet = book(ROW, ROW, ROW).sheet
    pane = sheet.find(f"{MAIN}sheetViews/{MAIN}sheetView/{MAIN}pane")
    filtered = sheet.find(f"{MAIN}autoFilter")

    assert pane is not None
    assert filtered is not None
    assert (pane.get("state"), pane.get("topLeftCell")) == ("frozen", "D7")
    assert filtered.get("ref") == "A6:P9"


def test_it_prints_on_a4_across_as_wide_as_the_page_with_headings_on_each() -> None:
    shown = book(ROW)
    page = shown.sheet.find(f"{MAIN}pageSetup")
    names = {name.get("name"): name.text for name in shown.book.iter(f"{MAIN}definedName")}

    assert page is not None
    assert (page.get("paperSize"), page.get("orientation"), page.get("fitToHeight")) == ("9", "landscape", "0")
    assert names["_xlnm.Print_Titles"] == "'Hộ đăng ký'!$6:$6"


def test_it_has_no_macros_and_no_links() -> None:
    assert [name for name in book(ROW).names if "vba" in name.lower() or "external" in name.lower()] == []


def test_no_registration_makes_an_empty_table() -> None:
    shown = book()

    assert shown.shown("A3") == "Lập ngày 25/11/2026: 0 hộ"
    assert len(list(shown.sheet.iter(f"{MAIN}row"))) == 5


def test_the_same_registrations_give_the_same_bytes() -> None:
    assert registrations_xlsx(UNIT, [ROW], TODAY) == registrations_xlsx(UNIT, [ROW], TODAY)


def test_five_thousand_fill_as_many_rows() -> None:
    rows: Sequence[RegistrationRow] = [
        replace(ROW, receipt=f"CT-{number}", sent_on=TODAY - timedelta(days=number % 300)) for number in range(5_000)
    ]
    shown = book(*rows)

    assert len(list(shown.sheet.iter(f"{MAIN}row"))) == 5 + 5_000


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_workbook(text: str) -> None:
    shown = Book(registrations_xlsx(text, [replace(ROW, head=text, entered_by=text)], TODAY))

    assert shown.shown(f"D{FIRST}") == ROW.phone


@settings(max_examples=30, deadline=None)
@given(head=any_text, unit=any_text)
def test_nothing_that_hypothesis_thinks_of_breaks_the_workbook(head: str, unit: str) -> None:
    shown = Book(registrations_xlsx(unit, [replace(ROW, head=head)], TODAY))

    assert shown.shown(f"D{FIRST}") == ROW.phone
