from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given

from bot.papers.wording import LONGEST, printable
from tests.papers.samples import any_text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("  Nguyễn\tVăn\r\nA ", "Nguyễn Văn A"),
        (unicodedata.normalize("NFD", "Trần Thị Bưởi"), "Trần Thị Bưởi"),
        ("A\x00B\u202eC\u200bD", "ABCD"),
        ("\ud83d vui \U0001f600 lắm ❤️", "vui lắm"),
        ("nhà 3° – 50% (1/2) ½ m² “quê” ©", "nhà 3° – 50% (1/2) ½ m² “quê” ©"),
        ("1.500.000 ₫", "1.500.000 ₫"),
        ("ស៊ុន", "ស៊ុន"),
        ("", ""),
    ],
)
def test_what_no_paper_can_carry_is_left_out_and_all_else_stays(typed: str, printed: str) -> None:
    assert printable(typed) == printed


def test_a_cut_shows() -> None:
    assert printable("a" * LONGEST) == "a" * LONGEST
    assert printable("a" * (LONGEST + 1)) == "a" * (LONGEST - 1) + "…"


@given(any_text)
def test_what_is_printable_stays_as_it_is(text: str) -> None:
    assert printable(printable(text)) == printable(text)
