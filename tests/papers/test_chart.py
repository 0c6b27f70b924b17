"""
The chart, measured in its pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pytest
from hypothesis import given, settings
from PIL import Image, ImageColor

from bot.papers.chart import BARS_FROM, DECIDED, HEAD, MONTH, SENT, WIDTH, monthly_png
from tests.papers.samples import HOSTILE, TODAY, UNIT, any_text

YEAR = [(f"{month:02}/2026", 10_000 - 37 * month, 29 * month) for month in range(1, 13)]


def picture(counts: Sequence[tuple[str, int, int]], unit: str = UNIT) -> Image.Image:
    return Image.open(BytesIO(monthly_png(unit, counts, TODAY))).convert("RGB")


def length(shown: Image.Image, colour: str, month: int) -> int:
    """
    Of a month's bar, in pixels.
    """
    wanted = ImageColor.getrgb(colour)
    rows = range(HEAD + MONTH * month, HEAD + MONTH * (month + 1))
    return max(sum(shown.getpixel((x, y)) == wanted for x in range(BARS_FROM, WIDTH)) for y in rows)


def test_bars_are_as_long_as_the_numbers_are_large() -> None:
    shown = picture([("10/2026", 40, 10), ("11/2026", 20, 20)])
    longest = length(shown, SENT, 0)

    assert longest > WIDTH / 2
    assert length(shown, DECIDED, 0) == pytest.approx(longest / 4, abs=2)
    assert length(shown, SENT, 1) == pytest.approx(longest / 2, abs=2)
    assert length(shown, DECIDED, 1) == pytest.approx(longest / 2, abs=2)


def test_a_month_without_registrations_is_shown_too() -> None:
    shown = picture([("11/2026", 0, 0)])

    assert shown.height > HEAD + MONTH
    assert length(shown, SENT, 0) < 5


def test_no_month_at_all_is_a_picture_that_says_so() -> None:
    assert monthly_png(UNIT, [], TODAY) != monthly_png(UNIT, [("11/2026", 0, 0)], TODAY)


def test_the_last_twelve_months_are_shown() -> None:
    assert monthly_png(UNIT, [("12/2025", 5, 5), *YEAR], TODAY) == monthly_png(UNIT, YEAR, TODAY)


def test_it_is_small_enough_for_a_slow_net_and_wide_enough_for_a_phone() -> None:
    file = monthly_png(UNIT, YEAR, TODAY)

    assert len(file) < 60_000
    assert Image.open(BytesIO(file)).width == 1080


def test_the_largest_number_stays_in_the_picture() -> None:
    shown = picture([("11/2026", 99_999, 99_999)])

    assert {shown.getpixel((WIDTH - 2, y)) for y in range(shown.height)} == {(255, 255, 255)}


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert monthly_png(UNIT, YEAR, TODAY) == monthly_png(UNIT, YEAR, TODAY)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_the_picture(text: str) -> None:
    shown = picture([(text, 1, 1)], unit=text)

    assert {shown.getpixel((WIDTH - 2, y)) for y in range(shown.height)} == {(255, 255, 255)}


@settings(max_examples=10, deadline=None)
@given(text=any_text)
def test_nothing_that_hypothesis_thinks_of_breaks_the_picture(text: str) -> None:
    assert picture([(text, 1, 1)], unit=text).width == WIDTH
