"""
Emergencies: heard in any spelling, answered with the right numbers, and never made of an ordinary question.
"""

from __future__ import annotations

import re

import pytest

from knowledge.eval.gold import dialogues, questions
from knowledge.library import Library
from tests.knowledge.conftest import Ask, Talk

HEARD = {
    "tự tử": (
        "115",
        "buồn quá muốn tự tử",
        "buon qua muon tu tu",
        "bun wa mun tu tu",
        "buoonf quas muoons tuwj tuwr",
        "em muốn tự tữ",
        "không muốn sống nữa",
        "ko mun sog nua",
        "k mún sống nx",
        "khogn muon song nua",
        "khoong muoons soongs nuwax",
        "mún chít quá",
        "khổ quá chết cho rồi",
        "tôi sẽ uống thuốc sâu",
        "toi se uong thuoc sau",
        "tui dinh nhay song cho roi",
        "không được khen, tôi muốn chết",
    ),
    "bạo hành": (
        "113",
        "bị chồng bạo hành",
        "bi chong bao hanh",
        "bi ck oanh hoai",
        "chồng em hay đánh em lắm",
        "tui so qua chong tui no hay danh",
        "chong danh dap toi gan chet",
        "ong xa nhau xong danh tui",
        "chồng tui cầm dao đòi chém",
        "tôi bị hiếp dâm",
    ),
    "trẻ em": (
        "111",
        "con bị bố đánh",
        "con be hang xom bi bo duong xam hai",
        "thầy giáo sờ mó con gái tôi",
        "em bị bố dượng hiếp",
    ),
    "lũ": (
        "114",
        "lũ cuốn nhà rồi",
        "lu cuon nha roi",
        "nước ngập tới nóc nhà rồi",
        "nuoc len toi mai nha roi",
        "lữ cuốn nhà tui rồi",
    ),
    "đuối nước": ("114", "con tôi chết đuối", "co nguoi duoi nuoc", "chau te xuong ao roi"),
    "cháy": ("114", "nhà tôi đang cháy", "nha toi dang chay", "chay nha roi", "nhà cháy rồi"),
    "tai nạn": (
        "115",
        "tai nạn giao thông rồi cứu với",
        "vo toi bi tai nan xe",
        "me toi ngat xiu roi",
        "tôi uống thuốc sâu rồi",
    ),
    "đói": (
        "Ủy ban xã",
        "nhà hết gạo, mấy đứa nhỏ đói",
        "nha het gao may dua nho doi",
        "con tui doi qua",
        "nha khong con gi an",
        "mấy đứa nhỏ nhịn đói",
    ),
    "cứu": ("113", "cứu tôi với", "cuu toi voi"),
}
PLAIN = (
    "hộ nghèo có người bị tai nạn được hỗ trợ gì",
    "nhà bị thiên tai được khen không",
    "nhà bị cháy được hỗ trợ gì",
    "nha bi lu cuon duoc ho tro gi",
    "phòng chống bạo lực gia đình",
    "kế hoạch có nói gì về đuối nước trẻ em không",
    "nhà có ông chồng hay đánh vợ có được xét không",
    "xóa đói giảm nghèo là gì",
    "không muốn sống nghèo nữa",
    "tôi muốn từ từ đọc",
    "tu tu da",
    "doi qua ben tre",
    "muon tu van",
    "cựu chiến binh làm gì",
    "cấp huyện đánh giá hộ nghèo thế nào",
    "bị đánh giá thấp thì sao",
    "hộ có 3 căn nhà sắp sập gõ cửa bên nào",
    "con nho doi tuong gi",
    "cho can bo giam ngheo",
)
NUMBERS = {"111", "112", "113", "114", "115"}


@pytest.mark.parametrize("place", [None, "vinh-phuc"])
@pytest.mark.parametrize(
    ("wanted", "text"), [(wanted, text) for wanted, *spellings in HEARD.values() for text in spellings]
)
def test_an_emergency_is_heard_in_every_spelling(ask: Ask, wanted: str, text: str, place: str | None) -> None:
    answer = ask(text, place)
    assert answer.urgent, answer.text
    assert wanted in answer.text
    assert (answer.options, answer.citations) == ((), ())


@pytest.mark.parametrize("text", PLAIN)
def test_an_ordinary_question_is_no_emergency(ask: Ask, text: str) -> None:
    assert not ask(text, "vinh-phuc").urgent


def test_no_question_that_a_plan_answers_is_an_emergency(library: Library) -> None:
    asked = [*questions(), *(turn for dialogue in dialogues() for turn in dialogue.turns)]
    assert [item.question for item in asked if item.answerable and library.alarm(item.question)] == []


def test_two_emergencies_in_one_message_are_both_heard(ask: Ask) -> None:
    answer = ask("chồng đánh tôi hoài, tôi muốn chết")
    assert {"113", "115"} <= set(re.findall(r"\d+", answer.text))
    assert "Tôi rất lo cho mình" in answer.text


def test_an_emergency_leaves_the_talk_where_it_was(talk: Talk) -> None:
    first, urgent, again = talk("hạn báo cáo là ngày nào", "nhà tôi cháy rồi", "gửi về đâu", place="vinh-phuc")
    assert urgent.urgent
    assert urgent.context == first.context
    assert again.citations


def test_only_reviewed_numbers_are_given(library: Library) -> None:
    for wanted, *spellings in HEARD.values():
        alarm = library.alarm(spellings[0])
        assert alarm is not None
        assert set(re.findall(r"\d{3,}", alarm.text)) <= NUMBERS, wanted
