"""
The calendar file, read as RFC 5545 says.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.papers.calendar import Entry, calendar_ics

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
ENTRY = Entry("duty-1-20261130@chung-tay", date(2026, 11, 30), "Báo cáo kết quả", ("Gửi về: Sở Nội vụ",))


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_an_entry_is_the_whole_day_with_three_alarms() -> None:
    lines = unfolded(calendar_ics([ENTRY], NOW))
    assert "DTSTART;VALUE=DATE:20261130" in lines
    assert "DTEND;VALUE=DATE:20261201" in lines
    assert "DTSTAMP:20261123T010000Z" in lines
    assert [line for line in lines if line.startswith("TRIGGER")] == [
        "TRIGGER:-P6DT16H",
        "TRIGGER:-PT16H",
        "TRIGGER:PT8H",
    ]


def test_no_line_is_longer_than_75_bytes_and_no_letter_is_cut() -> None:
    title = "Báo cáo kết quả phong trào thi đua của Ủy ban nhân dân " * 4
    content = calendar_ics([Entry(ENTRY.uid, ENTRY.day, title, ())], NOW)
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    assert f"SUMMARY:{title.strip()}" in unfolded(content)


def test_hostile_words_stay_words() -> None:
    hostile = "Họp\r\nEND:VEVENT\nATTACH:http://x; a, b\\n\u202e"
    lines = unfolded(calendar_ics([Entry(ENTRY.uid, ENTRY.day, hostile, (hostile,))], NOW))
    assert r"SUMMARY:Họp END:VEVENT ATTACH:http://x\; a\, b\\n" in lines
    assert not [line for line in lines if line.startswith("ATTACH")]
    assert lines.count("END:VEVENT") == 1
