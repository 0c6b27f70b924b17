"""
Likeness of short texts, and the thesaurus that makes everyday and official words alike.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.concepts import Thesaurus
from knowledge.similarity import Vocabulary
from knowledge.text import tokens

TEXTS = [
    "hộ nghèo đăng ký thoát nghèo",
    "hộ cận nghèo vay vốn ngân hàng",
    "doanh nghiệp giúp hộ nghèo",
    "báo cáo gửi về phòng nội vụ",
    "hạn báo cáo trước ngày 01/12",
]
CONCEPTS = """
[[concept]]
id = "bank"
forms = ["ngân hàng", "nhà băng", "ngân hàng chính sách"]

[[concept]]
id = "report"
forms = ["báo cáo", "báo lên"]
"""


@pytest.fixture
def thesaurus(tmp_path: Path) -> Thesaurus:
    path = tmp_path / "concepts.toml"
    path.write_text(CONCEPTS, "utf-8")
    return Thesaurus(path)


@pytest.fixture
def vocabulary(thesaurus: Thesaurus) -> Vocabulary:
    return Vocabulary(TEXTS, thesaurus)


def alike(vocabulary: Vocabulary, first: str, second: str) -> float:
    return vocabulary.cosine(vocabulary.bag(first), vocabulary.bag(second))


def test_the_longest_form_of_a_concept_is_taken_and_only_whole_words(thesaurus: Thesaurus) -> None:
    assert list(thesaurus.spans(tokens("vay ngân hàng chính sách"))) == [(1, 5, "§bank")]
    assert list(thesaurus.in_words(tokens("báo cáo nhà băng"))) == ["§report", "§bank"]
    assert list(thesaurus.in_words(tokens("báo cho nhà bên"))) == []


def test_a_text_is_wholly_like_itself_and_not_at_all_like_another(vocabulary: Vocabulary) -> None:
    assert alike(vocabulary, TEXTS[0], TEXTS[0]) == pytest.approx(1.0)
    assert alike(vocabulary, "xyz", "qqq") == 0.0


def test_likeness_has_no_direction(vocabulary: Vocabulary) -> None:
    assert alike(vocabulary, TEXTS[0], TEXTS[2]) == pytest.approx(alike(vocabulary, TEXTS[2], TEXTS[0]))


def test_everyday_and_official_words_for_one_thing_are_alike(vocabulary: Vocabulary) -> None:
    assert alike(vocabulary, "vay nhà băng", "vay ngân hàng") > alike(vocabulary, "vay nhà bên", "vay ngân hàng")


def test_a_typo_leaves_some_likeness(vocabulary: Vocabulary) -> None:
    assert 0.0 < alike(vocabulary, "nghieo", "nghèo") < 1.0


def test_rare_words_count_more_than_common_ones(vocabulary: Vocabulary) -> None:
    assert vocabulary.square("phong") > vocabulary.square("ngheo")
    assert vocabulary.square("never-seen") >= vocabulary.square("phong")


def test_diacritics_do_not_matter(vocabulary: Vocabulary) -> None:
    assert alike(vocabulary, "ho ngheo thoat ngheo", "hộ nghèo thoát nghèo") == pytest.approx(1.0)


def test_a_query_weighs_its_terms_by_their_factors(vocabulary: Vocabulary) -> None:
    document = vocabulary.bag("hộ nghèo")
    whole = vocabulary.weighted(dict.fromkeys(document.terms, 1.0))
    assert whole.likeness(document) == pytest.approx(1.0)
    more = dict.fromkeys(document.terms, 1.0) | dict.fromkeys(vocabulary.bag("báo cáo").terms, 1.0)
    less = dict.fromkeys(document.terms, 1.0) | dict.fromkeys(vocabulary.bag("báo cáo").terms, 0.2)
    assert vocabulary.weighted(more).likeness(document) < vocabulary.weighted(less).likeness(document) < 1.0


def test_coverage_is_the_share_of_the_words_that_are_known(vocabulary: Vocabulary) -> None:
    known = vocabulary.words(tokens("hộ nghèo vay ngân hàng"))
    assert vocabulary.covered(tokens("hộ nghèo"), known) == (1.0, 0.0)
    share, missing = vocabulary.covered(tokens("hộ nghèo blockchain"), known)
    assert 0.0 < share < 1.0
    assert missing == pytest.approx(1.0)


def test_coverage_counts_a_word_that_only_a_concept_knows(vocabulary: Vocabulary) -> None:
    known = vocabulary.words(tokens("vay ngân hàng"))
    assert vocabulary.covered(tokens("vay nhà băng"), known) == (1.0, 0.0)


@cache
def vocabulary_with_the_shipped_concepts() -> Vocabulary:
    return Vocabulary(TEXTS, Thesaurus())


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_lies_between_nothing_and_the_same(first: str, second: str) -> None:
    assert -1e-9 <= alike(vocabulary_with_the_shipped_concepts(), first, second) <= 1 + 1e-9


@pytest.mark.parametrize(
    ("everyday", "official"),
    [
        ("nhà băng", "tổ chức tín dụng"),
        ("công ty", "doanh nghiệp"),
        ("đóng lời", "trả lãi"),
        ("tàn tật", "khuyết tật"),
        ("hết nghèo", "thoát nghèo"),
    ],
)
def test_the_shipped_thesaurus_knows_everyday_words(everyday: str, official: str) -> None:
    shipped = Thesaurus()
    assert set(shipped.in_words(tokens(everyday))) & set(shipped.in_words(tokens(official)))
