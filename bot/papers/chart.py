"""
How many households registered each month, and how many have a result: a picture for a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from PIL import Image, ImageDraw

from bot.papers.fonts import drawable, for_pictures
from bot.papers.wording import LONGEST_NAME, printable, short_date

MOST_MONTHS = 12
WIDTH = 1080
"""Pixels, as all sizes here."""
MARGIN = 48
HEAD = 292
MONTH = 124
FOOT = 40
BAR = 44
BARS_FROM = 230
BARS_TO = WIDTH - MARGIN - 110
"""Leaves room for a number of five digits."""

PAPER, INK, PALE = "#FFFFFF", "#1B1B1B", "#5A5A5A"
SENT, DECIDED = "#1F5FA8", "#E08A1E"
"""Blue and orange: told apart by all eyes, and dark and light on a copier."""


def monthly_png(unit: str, counts: Sequence[tuple[str, int, int]], made_on: date) -> bytes:
    """
    Two bars a month, ("11/2026", sent, with a result), from the earliest on; of more than 12 months the last 12.
    """
    shown = counts[-MOST_MONTHS:]
    picture = Image.new("RGB", (WIDTH, HEAD + MONTH * max(len(shown), 1) + FOOT), PAPER)
    draw = ImageDraw.Draw(picture)
    draw_head(draw, unit, made_on)
    most = max((number for _, *both in shown for number in both), default=0)
    for place, (month, sent, decided) in enumerate(shown):
        draw_month(draw, HEAD + MONTH * place, month, ((sent, SENT), (decided, DECIDED)), most)
    if not shown:
        write(draw, MARGIN, HEAD + 20, "Chưa có đăng ký nào.", 40, colour=PALE)
    return as_png(picture)


def draw_head(draw: ImageDraw.ImageDraw, unit: str, made_on: date) -> None:
    write(draw, MARGIN, 40, "Hộ tự nguyện đăng ký thoát nghèo", 56, "Bold")
    write(draw, MARGIN, 116, printable(unit, LONGEST_NAME), 42)
    write(draw, MARGIN, 172, f"Tính đến ngày {short_date(made_on)}", 36, colour=PALE)
    draw_legend(draw, MARGIN, "Đã gửi", SENT)
    draw_legend(draw, MARGIN + 240, "Đã có kết quả", DECIDED)


def draw_legend(draw: ImageDraw.ImageDraw, left: int, label: str, colour: str) -> None:
    draw.rectangle((left, 238, left + 32, 270), fill=colour)
    write(draw, left + 46, 232, label, 38)


def draw_month(draw: ImageDraw.ImageDraw, top: int, month: str, bars: Sequence[tuple[int, str]], most: int) -> None:
    write(draw, MARGIN, top + BAR - 24, printable(month, 10), 40)
    for place, (number, colour) in enumerate(bars):
        upper = top + place * (BAR + 4)
        right = BARS_FROM + round((BARS_TO - BARS_FROM) * number / max(most, 1))
        draw.rectangle((BARS_FROM, upper, max(right, BARS_FROM + 2), upper + BAR), fill=colour)
        write(draw, max(right, BARS_FROM + 2) + 12, upper - 1, f"{number:,}".replace(",", "."), 38)


def write(
    draw: ImageDraw.ImageDraw, left: int, top: int, text: str, size: int, face: str = "Regular", colour: str = INK
) -> None:
    """
    One line, cut with "…" where the picture ends.
    """
    font = for_pictures(face, size)
    line = drawable(text)
    while font.getlength(line) > WIDTH - MARGIN - left:
        line = f"{line[:-2]}…"
    draw.text((left, top), line, colour, font)


def as_png(picture: Image.Image) -> bytes:
    """
    In few colours: the edges of letters need no more.
    """
    file = BytesIO()
    picture.quantize(32, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()
