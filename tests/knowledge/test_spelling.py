"""
Chat spellings, short forms by their neighbours, typing residue and typos; clean text stays as it is.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import exemplars, spelling
from knowledge.exemplars import Aside, Exemplars, Gap, Kind
from knowledge.parse import Plan
from knowledge.spelling import Speller, Spellings
from knowledge.text import fold, tokens


@pytest.fixture(scope="module")
def known() -> Exemplars:
    return exemplars.load()


@pytest.fixture(scope="module")
def asks(known: Exemplars) -> list[str]:
    everything: list[Kind | Gap | Aside] = [*known.kinds, *known.gaps, *known.topics, *known.talks]
    return [ask for one in everything for ask in one.asks]


@pytest.fixture(scope="module")
def vocabulary(plans: Mapping[str, Plan], asks: list[str]) -> dict[str, int]:
    return spelling.vocabulary_of([*(plan.source for plan in plans.values()), *asks])


@pytest.fixture(scope="module")
def speller(vocabulary: dict[str, int]) -> Speller:
    return Speller(spelling.load(), vocabulary)


def spelled(speller: Speller, text: str) -> str:
    return " ".join(tokens(speller.spell_out(text)))


CHAT = {
    "ko dc": "khong duoc",
    "bnh %": "bao nhieu phan tram",
    "ntn": "nhu the nao",
    "gì v": "gi vay",
    "nhà mk": "nha minh",
    "HN": "ho ngheo",
    "HCN": "ho can ngheo",
    "PTTĐ": "phong trao thi dua",
    "UBND": "uy ban nhan dan",
    "P.NV": "phong noi vu",
    "b/c": "bao cao",
    "TĐ-KT": "thi dua khen thuong",
    "MTTQ": "mat tran to quoc",
    "NHCSXH": "ngan hang chinh sach xa hoi",
    "nhà tui": "nha toi",
    "làm chi": "lam gi",
    "hông": "khong",
    "răng rứa": "sao the",
}


@pytest.mark.parametrize(("typed", "meant"), CHAT.items())
def test_a_chat_spelling_is_spelled_out(speller: Speller, typed: str, meant: str) -> None:
    assert spelled(speller, typed) == meant


BY_NEIGHBOURS = [
    ("nhà tôi thoát hn rồi", "ho ngheo"),
    ("nộp báo cáo hn", "hang nam"),
    ("có được dk ko", "duoc khong"),
    ("dk thoát nghèo ở đâu", "dang ky thoat ngheo"),
    ("cần dk gì", "dieu kien gi"),
    ("hộ cn thì sao", "ho can ngheo"),
    ("giấy cn đạt chuẩn", "cong nhan"),
    ("nộp bc trước ngày nào", "bao cao"),
    ("cơ quan bc đăng tin", "bao chi"),
    ("tui ko bt", "khong biet"),
    ("tỉnh bt làm gì", "tinh ben tre"),
    ("ct ubnd tỉnh ký", "chu tich uy ban nhan dan"),
    ("ở huyện ct", "huyen cam thuy"),
    ("ct mtqg", "chuong trinh muc tieu quoc gia"),
    ("các dn đóng góp", "doanh nghiep"),
    ("tỉnh dn làm gì", "tinh dong nai"),
    ("chánh vp ubnd", "chanh van phong"),
    ("tỉnh vp", "tinh vinh phuc"),
    ("tp st", "thanh pho soc trang"),
    ("cách làm st", "cach lam sang tao"),
    ("ai kt tình hình", "kiem tra"),
    ("hội đồng td kt", "thi dua khen thuong"),
    ("phát triển kt", "kinh te"),
]


@pytest.mark.parametrize(("typed", "meant"), BY_NEIGHBOURS)
def test_neighbours_decide_what_a_short_form_means(speller: Speller, typed: str, meant: str) -> None:
    assert f" {meant} " in f" {spelled(speller, typed)} "


def test_k_after_a_number_is_thousand_and_elsewhere_no(speller: Speller) -> None:
    assert spelled(speller, "phạt 500k") == "phat 500 k"
    assert spelled(speller, "phạt 500 k") == "phat 500 k"
    assert spelled(speller, "có k") == "co khong"
    assert spelled(speller, "năm 2025 k có") == "nam 2025 k co"


def test_a_letter_after_a_word_for_a_place_in_the_text_stays(speller: Speller) -> None:
    assert spelled(speller, "điểm k nói gì") == "diem k noi gi"
    assert spelled(speller, "mục v") == "muc v"


@pytest.mark.parametrize(
    "typed", ["thoatj ngheof", "thoats ngheof", "thoat1 ngheo2", "tho1at nghe2o", "thooat ngheeo"]
)
def test_telex_and_vni_residue_is_taken_off(speller: Speller, typed: str) -> None:
    assert spelled(speller, typed) == "thoat ngheo"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ngeo", "ngheo"),
        ("nghheo", "ngheo"),
        ("khen thuwong", "khen thuong"),
        ("khenn thưỡng", "khen thuong"),
        ("kế hoạhc", "ke hoach"),
        ("phưong trào", "phuong trao"),
    ],
)
def test_a_typo_of_one_edit_is_mended(speller: Speller, typed: str, meant: str) -> None:
    assert spelled(speller, typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("hộnghèo", "ho ngheo"), ("đăngký", "dang ky"), ("thoátnghèo", "thoat ngheo")]
)
def test_glued_words_are_parted(speller: Speller, typed: str, meant: str) -> None:
    assert spelled(speller, typed) == meant


def test_a_percent_sign_stays_with_its_number(speller: Speller) -> None:
    assert spelled(speller, "còn 7,2 % hộ nghèo") == "con 7,2% ho ngheo"
    assert spelled(speller, "còn 7,2% hộ nghèo") == "con 7,2% ho ngheo"


def test_words_far_from_all_that_is_known_stay(speller: Speller) -> None:
    assert spelled(speller, "xyzqwv blockchain") == "xyzqwv blockchain"


def test_no_word_of_a_plan_or_of_a_question_is_taken_for_a_typo(
    plans: Mapping[str, Plan], asks: list[str], vocabulary: dict[str, int]
) -> None:
    mending = Speller(Spellings({}, {}), vocabulary)
    sentences = [line.text for plan in plans.values() for clause in plan.clauses for line in clause.sentences]
    for text in (text.replace("%", "") for text in [*sentences, *asks]):
        words = [word for word in tokens(text) if word.isalpha()]
        assert [word for word in tokens(mending.spell_out(text)) if word.isalpha()] == words


def test_in_the_plans_only_capital_abbreviations_are_spelled_out(plans: Mapping[str, Plan], speller: Speller) -> None:
    sentences = [line.text for plan in plans.values() for clause in plan.clauses for line in clause.sentences]
    for text in sentences:
        short = {fold(word) for word in re.findall(r"QĐ-TTg|[A-ZĐ]{2,}|\b\w/\w\b|\b\w\b", text)}
        before, after = tokens(text), tokens(speller.spell_out(text))
        changes = difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes()
        gone = {word for tag, start, end, *_ in changes if tag != "equal" for word in before[start:end]}
        assert gone <= {part for word in short for part in tokens(word)}


@cache
def small_speller() -> Speller:
    return Speller(spelling.load(), {"ho": 3, "ngheo": 5, "thoat": 2})


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_spelled_out_in_lower_case_without_an_error(text: str) -> None:
    out = small_speller().spell_out(text)
    assert out == out.casefold()
    assert "  " not in out
