"""
Numbers as people say them to a phone.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.numbers import percents_in, spell_numbers
from knowledge.text import fold

YEARS = {
    "hai không hai lăm": "2025",
    "hai khong hai lam": "2025",
    "hai không hai mốt": "2021",
    "hai không hai mươi": "2020",
    "hai không hai mươi hai": "2022",
    "hai ngàn không trăm hai mươi": "2020",
    "hai nghìn không trăm mười tám": "2018",
    "hai ngàn không trăm hai lăm": "2025",
    "hai nghìn không trăm linh năm": "2005",
    "hai ngàn không trăm lẻ chín": "2009",
}
SHARES = {
    "bốn phẩy sáu phần trăm": 4.6,
    "bon phay sau phan tram": 4.6,
    "không phẩy năm phần trăm": 0.5,
    "3 phẩy 8 phần trăm": 3.8,
    "mười hai phẩy ba bốn phần trăm": 12.34,
    "năm phần trăm": 5.0,
    "mười phần trăm": 10.0,
    "hai mươi phần trăm": 20.0,
    "ba mươi tư phần trăm": 34.0,
    "hai mươi lăm phần trăm": 25.0,
    "hai mươi hai phẩy năm phần trăm": 22.5,
    "một trăm phần trăm": 100.0,
    "7,2 %": 7.2,
    "7.2%": 7.2,
    "20 phần trăm": 20.0,
}


@pytest.mark.parametrize(("said", "year"), YEARS.items())
def test_a_dictated_year_becomes_figures(said: str, year: str) -> None:
    assert spell_numbers(f"cuối năm {said} còn bao nhiêu") == f"cuối năm {year} còn bao nhiêu"


@pytest.mark.parametrize(("said", "share"), SHARES.items())
def test_a_dictated_share_becomes_a_percentage(said: str, share: float) -> None:
    assert percents_in(fold(spell_numbers(f"xã còn {said} hộ nghèo"))) == (share,)


def test_a_decimal_without_percent_becomes_figures() -> None:
    assert spell_numbers("thu nhập tăng một phẩy năm lần") == "thu nhập tăng 1,5 lần"


def test_several_numbers_in_one_sentence_all_become_figures() -> None:
    said = "từ hai không hai mốt đến hai không hai lăm giảm bốn phẩy sáu phần trăm, rồi mười phần trăm"
    assert spell_numbers(said) == "từ 2021 đến 2025 giảm 4,6 phần trăm, rồi 10%"


@pytest.mark.parametrize(
    "words", ["hai năm liên tục", "trong ba năm", "hai bên phối hợp", "mấy phần trăm", "năm nào", "tư cách", "hai"]
)
def test_words_that_are_no_figures_stay(words: str) -> None:
    assert spell_numbers(words) == words


def test_several_percentages_are_read_in_order() -> None:
    assert percents_in("tu 3,8% len 7.25 phan tram va 100 %") == (3.8, 7.25, 100.0)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    percents_in(fold(spell_numbers(text)))
