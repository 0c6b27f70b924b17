"""
What officers type about their deadlines, as it is understood; the gold questions mean none of it.
"""

from __future__ import annotations

import pytest

from handlers.flows.said import Meant, document, meant, when
from knowledge.eval import gold
from knowledge.library import Library

SAID = {
    Meant.DONE: (
        *("đã nộp", "nộp xong rồi", "xong rồi", "đã hoàn thành", "em nộp báo cáo rồi", "nop xog r", "đã nộp rùi"),
        *("hom qua em nop roi", "mình vừa gửi bc lên sở", "da nop roi khong can nhac nua", "bên em nộp rồi nha"),
        *("chị Mai nộp báo cáo rồi", "không cần nhắc nữa em nộp rồi", "mai họp nên em đã nộp báo cáo"),
    ),
    Meant.NOT_YET: (
        *("chưa nộp", "em chưa nộp kịp", "chưa kịp làm", "không kịp", "nộp rồi nhưng bị trả lại"),
        *("mai em nộp xong", "em sắp nộp xong", "chiều nay tôi sẽ nộp báo cáo xong", "gần nộp xong rồi"),
        *("cố gắng nộp xong trong tuần", "cần nộp xong trong hôm nay", "để em nộp xong rồi báo"),
    ),
    Meant.SLIP: ("bấm nhầm", "em ghi nhầm", "nhầm rồi"),
    Meant.LATER: ("nhắc lại", "nhac lai sau", "mai nhắc lại", "để mai", "lát nữa nhắc lại", "3 ngày nữa nhắc"),
    Meant.CHANGE: ("đổi hạn nộp danh sách sang 20/12", "xin gia hạn", "em muốn xóa hạn này"),
    Meant.BOARD: ("ai chưa nộp?", "xã nào chưa nộp báo cáo", "tiến độ tới đâu rồi", "nhắc các đơn vị chưa nộp"),
    Meant.CALENDAR: ("tải lịch", "gửi lịch cho tôi"),
    None: (
        *(
            "nộp chưa?",
            "làm xong chưa anh",
            "đã nộp cho ai",
            "hộ đã nộp đơn rồi",
            "ai phải nộp báo cáo",
            "nhắc lại tiêu chí",
        ),
        *("lịch sử nộp", "tiến độ giải ngân", "nhắc tôi mai nộp phiếu", "khi nào nộp báo cáo", "thôi nhắc nữa"),
    ),
}
NUMBERS = {
    "45/BC-UBND": "45/BC-UBND",
    "số 45": "45",
    "dạ số 45/BC-UBND ạ": "45/BC-UBND",
    "45/BC-UBND ngày 20/11/2026": "45/BC-UBND ngày 20/11/2026",
    "văn bản số 45 ngày 20/11": "45 ngày 20/11",
    "UBND-45": "UBND-45",
    "45-BC/UBND": "45-BC/UBND",
    "hôm qua em nộp 45/BC rồi": "45/BC",
    "nhắc lại sau 1 giờ": None,
    "3 ngày nữa": None,
    "14h": None,
    "20/11/2026": None,
    "đã nộp 2 báo cáo": None,
}


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in SAID.items() for text in texts])
def test_words_are_understood(library: Library, what: Meant | None, text: str) -> None:
    assert meant(text, library.spell_out(text)) is what


def test_a_question_about_a_plan_means_none_of_it(library: Library) -> None:
    asked = (item.question for item in gold.questions() if "bấm nhầm" not in item.question)

    assert [text for text in asked if meant(text, library.spell_out(text))] == []


@pytest.mark.parametrize(("text", "number"), NUMBERS.items())
def test_a_number_is_told_from_other_digits(text: str, number: str | None) -> None:
    assert document(text) == number


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("nhắc lại sau 1 giờ", "hour"),
        ("sáng mai nhắc", "tomorrow"),
        ("ba ngày nữa nhắc lại", "three"),
        ("2 tiếng nữa nhắc lại", "later"),
        ("chiều nhắc lại", "later"),
    ],
)
def test_the_time_is_one_that_is_offered_or_is_asked_for(text: str, time: str) -> None:
    assert when(text) == time
