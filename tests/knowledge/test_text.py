"""
Text at the door: one form for every way to type the same letters, nothing hidden, nothing lost that is compared.
"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.text import INVISIBLE, clean, fold, key, squash, tokens, with_bigrams


def test_letters_typed_in_pieces_become_whole_ones() -> None:
    pieces = unicodedata.normalize("NFD", "Hộ nghèo đăng ký thoát nghèo")
    assert pieces != "Hộ nghèo đăng ký thoát nghèo"
    assert clean(pieces) == "Hộ nghèo đăng ký thoát nghèo"


@pytest.mark.parametrize(("old", "new"), [("hoà", "hòa"), ("thuỷ", "thủy"), ("khoẻ", "khỏe"), ("uỷ", "ủy")])
def test_old_and_new_tone_placement_fold_alike(old: str, new: str) -> None:
    assert old != new
    assert fold(old) == fold(new)
    assert tokens(old) == tokens(new)


@pytest.mark.parametrize(
    "hidden", ["\u200b", "\u200c", "\u200d", "\ufeff", "\u00ad", "\u202e", "\u202a", "\u2066", "\u2069", "\u2060"]
)
def test_zero_width_and_bidirectional_characters_are_gone(hidden: str) -> None:
    assert clean(f"hộ{hidden} nghè{hidden}o{hidden}") == "hộ nghèo"


def test_control_characters_part_words_and_blanks_collapse() -> None:
    assert clean("hộ\x00nghèo\r\n\t\x0b  cận\u00a0nghèo \x7f") == "hộ nghèo cận nghèo"


def test_fold_takes_the_diacritics_and_the_stroke() -> None:
    assert fold("Đăng ký THOÁT nghèo, Ủy ban") == "dang ky thoat ngheo, uy ban"


def test_numbers_stay_whole_as_tokens() -> None:
    assert tokens("Giảm 1,3%/năm trước ngày 01/12, theo Kế hoạch 12.560") == [
        "giam", "1,3%", "nam", "truoc", "ngay", "01/12", "theo", "ke", "hoach", "12.560",
    ]  # fmt: skip


def test_pairs_of_neighbours_follow_the_words() -> None:
    assert with_bigrams(["ho", "can", "ngheo"]) == ["ho", "can", "ngheo", "ho_can", "can_ngheo"]
    assert with_bigrams(["ho"]) == ["ho"]


def test_squash_forgets_breaks_and_markdown_and_nothing_else() -> None:
    assert squash("**Trước ngày\n 01 tháng 12**\f") == squash("Trước ngày 01 tháng 12")
    assert squash("Trước ngày 01 tháng 12") != squash("trước ngày 01 tháng 12")
    assert squash("Trước ngày 01 tháng 12") != squash("Trước ngày 01 tháng 11")
    assert squash("nghèo") != squash("ngheo")


def test_key_finds_a_text_however_it_was_broken_and_typed() -> None:
    assert key("Thoát nghèo\nổn định") == key("THOÁT NGHÈO ổn định")


@settings(deadline=None)
@given(st.text())
def test_clean_text_stays_as_it_is_when_cleaned_again(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert not INVISIBLE.search(once)
    assert not any(unicodedata.category(letter) == "Cc" for letter in once)


@settings(deadline=None)
@given(st.text())
def test_tokens_are_bare_lower_case_letters_and_numbers(text: str) -> None:
    assert all(token.isascii() and token == token.lower() and " " not in token for token in tokens(text))
