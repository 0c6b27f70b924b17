"""
What a follow-up takes over from the question before it, and what it puts in its place.
"""

from __future__ import annotations

import pytest

from knowledge.followup import CARRIED, core, leans, resolved
from knowledge.library import Library
from knowledge.understand import Query


def read(library: Library, text: str) -> Query:
    return library._understanding.read(text, None)


def after(library: Library, before: str, text: str) -> Query:
    return resolved(library._understanding, read(library, text), " ".join(read(library, before).words))


def test_what_only_ties_a_follow_up_to_the_last_one_is_dropped() -> None:
    assert core(["the", "con", "doanh", "nghiep", "thi", "sao"]) == ["doanh", "nghiep"]
    assert core(["thi", "sao", "a"]) == []


def test_a_new_group_takes_the_place_of_the_old_one(library: Library) -> None:
    query = after(library, "hộ nghèo được khen cần gì", "còn doanh nghiệp thì sao")
    assert query.words == ("doanh", "nghiep", "duoc", "khen", "can", "gi")
    assert query.groups == {"doanh-nghiep"}
    assert query.fresh


def test_a_new_number_takes_the_place_of_the_old_one(library: Library) -> None:
    query = after(library, "xã còn 3,8% hộ nghèo phải giảm bao nhiêu", "còn 7,2% thì sao")
    assert query.percents == (7.2,)
    assert "3,8%" not in query.words
    assert query.fresh


def test_what_begins_alike_and_ends_otherwise_is_named_anew(library: Library) -> None:
    query = after(library, "xã khu vực ii phải giảm bao nhiêu", "còn khu vực iii")
    assert "iii" in query.words
    assert "ii" not in query.words


def test_words_taken_over_count_less_than_new_ones(library: Library) -> None:
    query = after(library, "hạn báo cáo là ngày nào", "gửi về đâu")
    assert query.terms["bao_cao"] == CARRIED
    assert query.terms["gui"] == 1.0


def test_a_mere_place_asks_the_whole_question_again(library: Library) -> None:
    query = after(library, "hạn báo cáo là ngày nào", "còn Bến Tre?")
    assert query.words == ("han", "bao", "cao", "la", "ngay", "nao")
    assert not query.fresh


@pytest.mark.parametrize(
    "text", ["gửi về đâu", "còn cấp xã?", "thế hộ cận nghèo muốn được khen thưởng thì phải làm gì"]
)
def test_short_or_tied_questions_lean(library: Library, text: str) -> None:
    assert leans(read(library, text))


def test_a_long_question_that_says_nothing_of_the_last_one_stands_alone(library: Library) -> None:
    assert not leans(read(library, "doanh nghiệp tham gia phong trào được đánh giá theo tiêu chí gì"))
