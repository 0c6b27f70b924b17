"""
Deadlines as an iCalendar file (RFC 5545), for the calendar of a phone or an office.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.papers.wording import printable

LONGEST_LINE = 75
"""Bytes of a line, its end not counted (RFC 5545, 3.1)."""
ALARMS = ("-P6DT16H", "-PT16H", "PT8H")
"""At 08:00 seven days before, the day before and on the day; counted from the midnight before the day."""

NAME = "Hạn nộp – Chung Tay"
FRESH = "PT6H"
"""How long a calendar that fetches it may think it new (RFC 7986, 5.7)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One day to hand something in. `uid` stays the same for the same duty and last day, so that a calendar which knows
    the entry changes it instead of showing it twice.
    """

    uid: str
    day: date
    title: str
    notes: Sequence[str]


def calendar_ics(entries: Sequence[Entry], made_at: datetime) -> bytes:
    """
    A whole-day entry with three alarms for each; UTF-8, lines folded and ended with CRLF.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Chung Tay//Deadlines//VI", "CALSCALE:GREGORIAN"]
    lines += [f"X-WR-CALNAME:{NAME}", f"REFRESH-INTERVAL;VALUE=DURATION:{FRESH}", f"X-PUBLISHED-TTL:{FRESH}"]
    lines += [line for entry in entries for line in _event(entry, made_at)]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _event(entry: Entry, made_at: datetime) -> Iterator[str]:
    title = _escaped(entry.title)
    yield from ("BEGIN:VEVENT", f"UID:{entry.uid}", f"DTSTAMP:{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    yield f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}"
    yield from (f"SUMMARY:{title}", "TRANSP:TRANSPARENT")
    yield "DESCRIPTION:" + r"\n".join(_escaped(note) for note in entry.notes)
    for trigger in ALARMS:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{title}", f"TRIGGER:{trigger}", "END:VALARM")
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    """
    Text that cannot end its line or begin a property (RFC 5545, 3.3.11).
    """
    line = printable(text).replace("\\", "\\\\")
    return line.replace(";", r"\;").replace(",", r"\,")


def _folded(line: str) -> str:
    """
    At most 75 bytes a line, never cut inside a letter; what goes on begins with a blank.
    """
    parts, room = [""], LONGEST_LINE
    for letter in line:
        size = len(letter.encode())
        if size > room:
            parts.append("")
            room = LONGEST_LINE - 1
        parts[-1] += letter
        room -= size
    return "\r\n ".join(parts)
