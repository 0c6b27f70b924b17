"""
Days as people write them: read as a rule, or refused with a reason, and never guessed.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.dates import Read, Unclear, read_rule, without_day
from knowledge.deadlines import next_day
from knowledge.facts import Rule
from knowledge.text import fold

TODAY = date(2026, 11, 25)
"""A Wednesday."""
DAYS = st.dates(date(2024, 1, 1), date(2076, 12, 31))

TASKS = {
    "gửi quà rằm tháng chạp": "gửi quà",
    "ngày 30/2 nộp quỹ": "nộp quỹ",
    "báo cáo mỗi quý": "báo cáo",
    "nộp danh sách": "nộp danh sách",
    "nộp quà 15/12 (ÂL)": "nộp quà",
    "họp tổ hằng tuần": "họp tổ",
}
"""What is to be done, in texts whose day cannot be taken."""
ONCE = {
    "2026-11-25": ["hôm nay", "hom nay"],
    "2026-11-26": ["ngày mai", "mai", "sáng mai"],
    "2026-11-27": ["ngày kia", "mốt", "thứ sáu", "thứ 6 này"],
    "2026-11-28": ["3 ngày nữa", "trong 3 ngày tới", "ba ngày nữa"],
    "2026-11-29": ["chủ nhật này", "cn"],
    "2026-11-30": ["cuối tháng", "cuối tháng này", "hết tháng", "trước khi hết tháng 11", "thứ hai"],
    "2026-12-01": [
        "mùng 1 tháng 12",
        "mồng một tháng mười hai",
        "1-12",
        "01/12/2026",
        "1.12.26",
        "ngày 1 tháng 12",
        "2026-12-01",
    ],
    "2026-12-02": ["một tuần nữa", "1 tuần nữa"],
    "2026-12-04": ["thứ sáu tuần sau", "thứ 6 tuần tới"],
    "2026-12-05": ["ngày 5 tháng sau", "ngày năm tháng tới", "mùng năm tháng 12"],
    "2026-12-06": ["chủ nhật tuần sau"],
    "2026-12-14": ["trước 15/12", "trc 15/12", "truowcs 15/12", "trước ngày 15 tháng 12"],
    "2026-12-15": ["15/12", "15 - 12", "15t12", "15 thg 12", "đến hết ngày 15/12", "chậm nhất 15/12", "ngày 15"],
    "2026-12-31": ["cuối năm", "hết năm nay", "cuối tháng sau", "cuối quý này", "cuối quý 4", "trong tháng 12"],
    "2027-01-05": ["mồng năm tháng 1", "5/1"],
    "2027-02-28": ["cuối tháng 2", "28/2"],
    "2027-06-30": ["cuối tháng sáu", "30/6"],
    "2027-12-15": ["15/12 năm sau", "15 tháng 12 năm 2027", "15/12/2027"],
    "2027-12-31": ["cuối năm sau"],
    "2028-02-29": ["29/2", "29 tháng 2"],
}


@pytest.mark.parametrize(("day", "text"), [(day, text) for day, texts in ONCE.items() for text in texts])
def test_a_day_is_read_in_its_many_forms(day: str, text: str) -> None:
    for written in {text, text.upper(), text if text.endswith("tháng sáu") else fold(text)}:
        read = read_rule(written, TODAY)

        assert isinstance(read, Read), written
        assert next_day(read.rule, TODAY) == date.fromisoformat(day), written
        assert read.rule.year is not None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("trước 15/12, mỗi năm", Rule("before", day=15, month=12)),
        ("mỗi năm trước ngày 15 tháng 12", Rule("before", day=15, month=12)),
        ("mùng 1 tháng 12 hằng năm", Rule("on", day=1, month=12)),
        ("cuối tháng 12 hằng năm", Rule("on", day=31, month=12)),
        ("29/2 mỗi năm", Rule("on", day=29, month=2)),
        ("ngày 5 hằng tháng", Rule("on", day=5)),
        ("15 hàng tháng", Rule("on", day=15)),
        ("trước ngày 20 mỗi tháng", Rule("before", day=20)),
        ("cuối mỗi tháng", Rule("on", day=31)),
        ("thứ sáu hằng tuần", Rule("on", day=5, every="week")),
        ("hàng tuần vào thứ 6", Rule("on", day=5, every="week")),
        ("chủ nhật mỗi tuần", Rule("on", day=7, every="week")),
        ("trước thứ hai hằng tuần", Rule("before", day=1, every="week")),
        ("cuối mỗi quý", Rule("on", day=31, month=3, every="quarter")),
        ("cuối quý, hằng quý", Rule("on", day=31, month=3, every="quarter")),
        ("ngày 20 tháng cuối mỗi quý", Rule("on", day=20, month=3, every="quarter")),
        ("trước ngày 5 của tháng đầu hàng quý", Rule("before", day=5, month=1, every="quarter")),
        ("trước 20/3 hàng quý", Rule("before", day=20, month=3, every="quarter")),
    ],
)
def test_what_comes_again_has_no_year(text: str, rule: Rule) -> None:
    for written in (text, fold(text)):
        assert isinstance(read := read_rule(written, TODAY), Read)
        assert read.rule == rule


@pytest.mark.parametrize(
    "text",
    [
        *("tháng chạp", "mùng 5 tết", "rằm tháng 7", "15/7 âm lịch", "mồng 10 tháng 3 âm", "20 tháng giêng"),
        *("trước tết", "giỗ tổ", "đầu tháng chạp", "ngày 15/12 (ÂL)", "15/12 ÂL", "cuối năm âm"),
    ],
)
def test_a_lunar_day_is_told_apart(text: str) -> None:
    assert read_rule(text, TODAY) is Unclear.LUNAR
    assert read_rule(fold(text), TODAY) is Unclear.LUNAR


@pytest.mark.parametrize("text", ["30/2", "31/4", "32/1", "15/13", "29/2/2027", "ngày 31 tháng 11", "0/5"])
def test_a_day_that_no_calendar_has_is_refused(text: str) -> None:
    assert read_rule(text, TODAY) is Unclear.NO_SUCH_DAY


@pytest.mark.parametrize("text", ["nhắc mỗi ngày", "hằng ngày"])
def test_what_no_rule_can_say_is_refused(text: str) -> None:
    assert read_rule(text, TODAY) is Unclear.TOO_OFTEN


@pytest.mark.parametrize(
    "text", ["họp hằng tuần", "báo cáo hằng quý", "ngày 15 hàng quý", "15/12 mỗi tuần", "30/2 mỗi quý"]
)
def test_of_a_week_or_a_quarter_the_day_is_asked_for(text: str) -> None:
    assert read_rule(text, TODAY) is Unclear.WHICH_DAY


@pytest.mark.parametrize(
    "text",
    [
        *("", "nộp báo cáo", "báo cáo số 45/BC-UBND", "công văn 12/2026", "báo cáo 6 tháng", "tháng sau", "năm 2027"),
        *("báo cáo 6 tháng một lần", "hai tháng 1 lần, ngày 5"),
        *("ngày 15 và 30 hằng tháng", "15/6 và 15/12 mỗi năm"),
        *(
            "đầu tháng sau",
            "giữa tháng 12",
            "gọi chị Mai",
            "thứ hai đầu tháng sau",
            "ngày 15 mỗi năm",
            "thứ sáu cuối tháng",
            "0912 345 678",
            "tặng áo ấm",
            "họp với cô Mai",
        ),
    ],
)
def test_where_no_day_is_named_none_is_guessed(text: str) -> None:
    assert read_rule(text, TODAY) is Unclear.NO_DAY


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("nhắc tôi nộp danh sách trước 15/12, mỗi năm", "nhắc tôi nộp danh sách"),
        ("trước 15/12 nộp danh sách hộ nghèo", "nộp danh sách hộ nghèo"),
        ("nộp 2 bản báo cáo, hạn chót 20/12", "nộp 2 bản báo cáo"),
        ("rà soát từ 1/12 đến 15/12", "rà soát"),
        ("nộp trước 17h ngày 15/12", "nộp trước 17h"),
        ("tặng áo ấm ngày 15/12", "tặng áo ấm"),
        ("gửi biên bản ngày 15 tháng cuối quý này", "gửi biên bản"),
    ],
)
def test_the_rest_is_what_is_to_be_done_as_it_was_typed(text: str, rest: str) -> None:
    assert isinstance(read := read_rule(text, TODAY), Read)
    assert read.rest == rest
    assert next_day(read.rule, TODAY) in {date(2026, 12, 14), date(2026, 12, 15), date(2026, 12, 20)}


@given(
    DAYS,
    st.integers(0, 364),
    st.sampled_from(["{0.day}/{0.month}", "{0.day}-{0.month}", "ngày {0.day} tháng {0.month}"]),
)
def test_a_day_without_a_year_is_the_next_such_day(today: date, ahead: int, form: str) -> None:
    day = today + timedelta(days=ahead)

    assert isinstance(read := read_rule(form.format(day), today), Read)
    assert next_day(read.rule, today) == day


@given(DAYS, st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(today: date, text: str) -> None:
    read = read_rule(text, today)

    assert isinstance(read, Unclear) or read.rule.day is not None


@pytest.mark.parametrize(("text", "task"), TASKS.items())
def test_what_is_to_be_done_stays_where_the_day_cannot_be_taken(text: str, task: str) -> None:
    assert isinstance(read_rule(text, TODAY), Unclear)
    assert without_day(text) == task
