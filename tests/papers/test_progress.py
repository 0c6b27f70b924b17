"""
A board as a table and a picture, and the log of reminders.
"""

from __future__ import annotations

from datetime import date

from bot.papers.progress import DONE, LOST, MISSING, ProgressRow, ToldRow, progress_png, progress_xlsx, told_xlsx
from tests.papers.test_table import MAIN, Book

LAST, TODAY = date(2026, 11, 30), date(2026, 11, 23)
ROWS = (
    ProgressRow("phường Mỹ Xuyên", DONE, "=1+1", "08:10 23/11/2026", "08:00 23/11/2026"),
    ProgressRow("phường Phú Lợi", MISSING, None, None, "08:00 23/11/2026"),
    ProgressRow("xã Long Khánh", LOST, None, None, None),
)


def test_the_table_names_every_unit_and_how_it_stands() -> None:
    found = Book(progress_xlsx("Báo cáo", LAST, "thành phố Cần Thơ", ROWS, TODAY)).texts
    assert {"phường Mỹ Xuyên", "phường Phú Lợi", "xã Long Khánh", DONE, MISSING, LOST} <= set(found)


def test_a_number_that_looks_like_a_formula_is_text() -> None:
    book = Book(progress_xlsx("Báo cáo", LAST, "thành phố Cần Thơ", ROWS, TODAY))
    assert list(book.sheet.iter(f"{MAIN}f")) == []
    assert "=1+1" in book.texts


def test_the_log_names_whom_when_and_of_which_step() -> None:
    told = ToldRow("phường Phú Lợi", "Cán bộ", "trước 7 ngày", "08:00 23/11/2026")
    found = Book(told_xlsx("Báo cáo", LAST, "thành phố Cần Thơ", [told], TODAY)).texts
    assert {"phường Phú Lợi", "Cán bộ", "trước 7 ngày", "08:00 23/11/2026"} <= set(found)


def test_a_board_without_units_is_still_a_picture() -> None:
    assert progress_png("Báo cáo", LAST, "thành phố Cần Thơ", (), TODAY).startswith(b"\x89PNG")
