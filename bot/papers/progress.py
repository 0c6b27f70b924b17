"""
How far units are with what they owe by a day: a table, the log of who was told when, and one picture for a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PIL import Image, ImageDraw

from bot.papers.chart import INK, MARGIN, PALE, PAPER, WIDTH, as_png, write
from bot.papers.table import Column, Head, workbook
from bot.papers.wording import LONGEST_NAME, printable, short_date

DONE, MISSING, LOST = "đã nộp", "chưa nộp", "chưa nhắc được"
COLOURS = {DONE: "#1F5FA8", MISSING: "#E08A1E", LOST: "#8A8A8A"}
"""Told apart by all eyes, and dark, light and middle on a copier."""
BAR_TOP, BAR = 330, 90
LIST_TOP, LINE = 560, 52
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """
    One unit: how it stands, the number and moment of what it handed in, when and of what it was told last.
    """

    unit: str
    state: str
    number: str | None
    done_at: str | None
    told_at: str | None


@dataclass(frozen=True, slots=True)
class ToldRow:
    """
    One reminder: whom, by which post, of which step, when.
    """

    unit: str
    post: str
    step: str
    at: str


def progress_xlsx(title: str, last: date, unit: str, rows: Sequence[ProgressRow], made_on: date) -> bytes:
    """
    One row a unit, those that have not handed in first.
    """
    done = sum(row.state == DONE for row in rows)
    made = f"Hạn {short_date(last)}. Lập ngày {short_date(made_on)}: {done} trong {len(rows)} đơn vị đã nộp"
    columns: Sequence[Column[ProgressRow]] = (
        Column("Đơn vị", 38, lambda row: row.unit),
        Column("Tình trạng", 16, lambda row: row.state),
        Column("Số văn bản", 18, lambda row: row.number),
        Column("Báo đã nộp lúc", 18, lambda row: row.done_at),
        Column("Nhắc lần cuối lúc", 18, lambda row: row.told_at),
    )
    ordered = sorted(rows, key=lambda row: row.state == DONE)
    return workbook(Head(title.upper(), unit, made, "Tiến độ"), columns, ordered, made_on)


def told_xlsx(title: str, last: date, unit: str, rows: Sequence[ToldRow], made_on: date) -> bytes:
    """
    One row a reminder, oldest first.
    """
    made = f"Hạn {short_date(last)}. Lập ngày {short_date(made_on)}: {len(rows)} lần nhắc"
    columns: Sequence[Column[ToldRow]] = (
        Column("Thời điểm", 18, lambda row: row.at),
        Column("Đơn vị", 38, lambda row: row.unit),
        Column("Vị trí", 26, lambda row: row.post),
        Column("Nấc nhắc", 22, lambda row: row.step),
    )
    return workbook(Head(f"NHẬT KÝ NHẮC: {title}", unit, made, "Nhật ký nhắc"), columns, rows, made_on)


def progress_png(title: str, last: date, unit: str, rows: Sequence[ProgressRow], made_on: date) -> bytes:
    """
    One bar of all units, with how many have handed in, and the names of those that have not.
    """
    open_ones = [row for row in rows if row.state != DONE]
    shown = open_ones[:MOST_LINES]
    more = len(open_ones) > MOST_LINES
    picture = Image.new("RGB", (WIDTH, LIST_TOP + 80 + LINE * (len(shown) + more)), PAPER)
    draw = ImageDraw.Draw(picture)
    write(draw, MARGIN, 40, printable(title, LONGEST_NAME * 2), 42, "Bold")
    write(draw, MARGIN, 112, printable(unit, LONGEST_NAME), 40)
    write(draw, MARGIN, 166, f"Hạn {short_date(last)}, tính đến {short_date(made_on)}", 36, colour=PALE)
    write(draw, MARGIN, 240, f"{len(rows) - len(open_ones)} trong {len(rows)} đơn vị đã nộp", 54, "Bold")
    _bar(draw, rows)
    write(draw, MARGIN, LIST_TOP, "Chưa nộp:" if shown else "Tất cả đã nộp.", 40, "Bold")
    for n, row in enumerate(shown):
        top = LIST_TOP + 64 + LINE * n
        draw.rectangle((MARGIN, top + 8, MARGIN + 28, top + 36), fill=COLOURS[row.state])
        write(draw, MARGIN + 46, top, printable(row.unit, LONGEST_NAME), 36)
    if more:
        top = LIST_TOP + 64 + LINE * len(shown)
        write(draw, MARGIN + 46, top, f"… và {len(open_ones) - MOST_LINES} đơn vị nữa", 36, colour=PALE)
    return as_png(picture)


def _bar(draw: ImageDraw.ImageDraw, rows: Sequence[ProgressRow]) -> None:
    left, legend = float(MARGIN), MARGIN
    for state, colour in COLOURS.items():
        count = sum(row.state == state for row in rows)
        right = left + (WIDTH - 2 * MARGIN) * count / max(len(rows), 1)
        draw.rectangle((round(left), BAR_TOP, round(right), BAR_TOP + BAR), fill=colour if count else PAPER)
        left = right
        draw.rectangle((legend, BAR_TOP + BAR + 34, legend + 28, BAR_TOP + BAR + 62), fill=colour)
        write(draw, legend + 40, BAR_TOP + BAR + 24, f"{state}: {count}", 36, colour=INK)
        legend += 330
