"""
Days as people write them in Vietnamese: "trước 15/12, mỗi năm", "mùng 1 tháng 12", "cuối tháng", "thứ sáu tuần sau".

Read without diacritics. A day of the lunar calendar is told apart and never guessed. No maintained library reads
these forms (docs/adr/0015).
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeAlias

from knowledge.facts import Rule
from knowledge.text import clean, fold


class Unclear(StrEnum):
    """
    Why no day was read: none was named, it is of the lunar calendar, or the calendar has no such day.
    """

    NO_DAY = "no day"
    LUNAR = "lunar"
    NO_SUCH_DAY = "no such day"


@dataclass(frozen=True, slots=True)
class Read:
    """
    The rule that was read, and the text without the words of the day: what is to be done.
    """

    rule: Rule
    rest: str


Parts: TypeAlias = tuple[int, int | None, int | None]
"""Day, month, year: None where nothing is said."""

LUNAR = re.compile(
    r"\b(?:thang (?:chap|gieng|mot am)|am lich|lich am|ram|tet|(?:mung|mong) \w+ tet|\d+ ?[/-] ?\d+ ?(?:al|am))\b"
)
YEARLY = re.compile(r"\b(?:moi|hang|hằng) nam\b|\bnam nao cung\b")
MONTHLY = re.compile(r"\b(?:moi|hang) thang\b|\bthang nao cung\b")
LEAD = r"(?:\b(?P<before>truoc|trc)\b\s*)?(?:\b(?:han|den|vao|la)\b\s*)?(?:\bngay\b\s*)?"
YEAR = r"(?:\s*(?:nam|[/.-])\s*(?P<year>\d{4}|\d{2}(?!\d)))?"
WEEKDAYS = {"hai": 0, "2": 0, "ba": 1, "3": 1, "tu": 2, "4": 2, "nam": 3, "5": 3, "sau": 4, "6": 4, "bay": 5, "7": 5}
WORDS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10}
LONGEST = 500


def read_rule(text: str, today: date) -> Read | Unclear:
    """
    The day that a text names, as a rule. "Trước" leaves out the day itself. What does not repeat has a year: the next
    such day, today counted.
    """
    line = clean(text)[:LONGEST]
    folded = fold(line)
    if len(folded) != len(line):
        line = folded
    if LUNAR.search(folded):
        return Unclear.LUNAR
    yearly, monthly = YEARLY.search(folded), MONTHLY.search(folded)
    for pattern, read in FORMS:
        found = pattern.search(folded)
        if found is not None:
            parts = (31, None, None) if monthly and read is _end_of_month else read(found, today)
            if parts is None:
                return Unclear.NO_SUCH_DAY
            rule = _rule(parts, found.group("before") is not None, yearly is not None, monthly is not None, today)
            spans = [match.span() for match in (found, yearly, monthly) if match]
            return Unclear.NO_SUCH_DAY if rule is None else Read(rule, _without(line, spans))
    return Unclear.NO_DAY


def _rule(parts: Parts, before: bool, yearly: bool, monthly: bool, today: date) -> Rule | None:
    day, month, year = parts
    kind = "before" if before else "on"
    if not _is_real(day, month, year):
        return None
    rule = Rule("before" if before else "on", day=day, month=month, year=year)
    if monthly and month is None:
        return rule
    if yearly and month is not None:
        return replace(rule, year=None)
    if year is not None:
        return rule
    return _next(day, month, kind == "before", today)


def _next(day: int, month: int | None, before: bool, today: date) -> Rule:
    """
    The next such day as one that does not repeat.
    """
    ahead = today + timedelta(days=int(before))
    for n in range(ahead.year * 12 + ahead.month - 1, ahead.year * 12 + ahead.month + 12 * 9):
        year, of_year = n // 12, n % 12 + 1
        fits = month in {None, of_year} and day <= monthrange(year, of_year)[1]
        if fits and date(year, of_year, day) >= ahead:
            return Rule("before" if before else "on", day=day, month=of_year, year=year)
    raise AssertionError("every day comes again within nine years")


def _is_real(day: int, month: int | None, year: int | None) -> bool:
    if not 1 <= day <= 31 or not (month is None or 1 <= month <= 12):
        return False
    return month is None or day <= monthrange(2000 if year is None else year, month)[1]


def _without(line: str, spans: list[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        line = f"{line[:start]} {line[end:]}"
    return re.sub(r"[\s,;.:–-]+$|^[\s,;.:–-]+", "", re.sub(r"\s+", " ", line)).replace(" ,", ",").strip(" ,")


def _numbers(found: re.Match[str], today: date) -> Parts | None:
    year = int(found["year"]) if found["year"] else None
    day, month = int(found["day"]), int(found["month"])
    return day, month, year + 2000 if year is not None and year < 100 else year


def _first_days(found: re.Match[str], today: date) -> Parts | None:
    word = found["day"]
    day = int(word) if word.isdigit() else WORDS[word]
    return day, int(found["month"]) if found["month"] else None, int(found["year"]) if found["year"] else None


def _end_of_month(found: re.Match[str], today: date) -> Parts | None:
    if found["month"]:
        month = int(found["month"])
        year = today.year if month >= today.month else today.year + 1
        return (monthrange(year, month)[1], month, year) if 1 <= month <= 12 else None
    first = today.replace(day=1) + timedelta(days=32) if found["next"] else today
    return monthrange(first.year, first.month)[1], first.month, first.year


def _end_of_year(found: re.Match[str], today: date) -> Parts | None:
    return 31, 12, today.year + bool(found["next"])


def _named(days: int) -> Callable[[re.Match[str], date], Parts | None]:
    return lambda found, today: _parts(today + timedelta(days=days))


def _days_ahead(found: re.Match[str], today: date) -> Parts | None:
    return _parts(today + timedelta(days=int(found["n"]) * (7 if found["unit"] == "tuan" else 1)))


def _weekday(found: re.Match[str], today: date) -> Parts | None:
    wanted = 6 if found["sunday"] else WEEKDAYS[found["weekday"]]
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=wanted)
    if found["next"]:
        return _parts(day + timedelta(days=7))
    return _parts(day if day >= today else day + timedelta(days=7))


def _parts(day: date) -> Parts:
    return day.day, day.month, day.year


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(LEAD + pattern)


FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Parts | None]], ...] = (
    (
        _form(
            r"\b(?:mung|mong)\s+(?P<day>\d{1,2}|" + "|".join(WORDS) + r")(?:\s*thang\s*(?P<month>\d{1,2}))?" + YEAR
        ),
        _first_days,
    ),
    (
        _form(
            r"(?<!\d)(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})(?!\d)(?:\s*[/.-]\s*(?P<year>\d{4}|\d{2}(?!\d)))?"
        ),
        _numbers,
    ),
    (_form(r"(?<!\d)(?P<day>\d{1,2})\s*(?:thang|thg|th|t)\s*(?P<month>\d{1,2})(?!\d)" + YEAR), _numbers),
    (_form(r"\bcuoi thang\b(?:\s*(?:(?P<month>\d{1,2})(?!\d)|(?P<next>sau|toi)\b|nay\b))?"), _end_of_month),
    (_form(r"\b(?:cuoi|het) nam\b(?:\s*(?:(?P<next>sau|toi)\b|nay\b))?"), _end_of_year),
    (_form(r"\bhom nay\b"), _named(0)),
    (_form(r"\b(?:ngay )?(?:mot|kia)\b(?=\s*$|\s*[,.])"), _named(2)),
    (_form(r"\b(?P<n>\d{1,3}) (?P<unit>ngay|tuan) (?:nua|toi|sau)\b"), _days_ahead),
    (
        _form(
            r"\b(?:(?P<sunday>chu nhat|cn)|thu (?P<weekday>" + "|".join(WEEKDAYS) + r"))\b"
            r"(?:\s*(?:(?P<next>tuan (?:sau|toi)|tuan ke)|tuan nay|nay|toi))?"
        ),
        _weekday,
    ),
    (_form(r"\bmai\b"), _named(1)),
    (
        re.compile(r"(?:\b(?P<before>truoc|trc)\b\s*)?\bngay\s+(?P<day>\d{1,2})(?![\d/.-])(?P<month>)(?P<year>)"),
        _first_days,
    ),
)
