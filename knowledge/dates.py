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
    Why no day was read: none was named, it is of the lunar calendar, the calendar has no such day, it comes by the
    week or the quarter and no day of it was named, or it comes every day, which no rule can say.
    """

    NO_DAY = "no day"
    LUNAR = "lunar"
    NO_SUCH_DAY = "no such day"
    WHICH_DAY = "which day"
    TOO_OFTEN = "too often"


@dataclass(frozen=True, slots=True)
class Read:
    """
    The rule that was read, and the text without the words of the day: what is to be done.
    """

    rule: Rule
    rest: str


Parts: TypeAlias = tuple[int, int | None, int | None]
"""Day, month, year: None where nothing is said."""
Reader: TypeAlias = Callable[[re.Match[str], date], Parts | None]

LUNAR = re.compile(
    r"\b(?:thang (?:chap|gieng|mot am)|am lich|lich am|ram|tet|gio to|al|(?:ngay|nam) am)\b"
    r"|\d ?(?:am|al)\b"
)
YEARLY = re.compile(r"\b(?:moi|hang) nam\b|\bnam nao cung\b")
MONTHLY = re.compile(r"\b(?:moi|hang) thang\b|\bthang nao cung\b")
WEEKLY = re.compile(r"\b(?:moi|hang) tuan\b|\btuan nao cung\b")
QUARTERLY = re.compile(r"\b(?:moi|hang|cac) quy\b|\bquy nao cung\b")
TOO_OFTEN = re.compile(r"\b(?:moi|hang) ngay\b")
FROM = re.compile(r"\btu (?:ngay )?\d{1,2}(?: ?(?:[/.-]|thang) ?\d{1,2})? (?:den|toi)\b")
"""The first day of a span; the last one counts."""
VAGUE = re.compile(
    r"\b(?:chu nhat|cn|thu (?:hai|ba|tu|nam|sau|bay|[2-7])) (?:dau|cuoi|giua|tuan (?:dau|cuoi|thu))\b"
    r"|\bngay \d{1,2} (?:moi|hang) nam\b"
    r"|\b\w+ (?:thang|quy|tuan|nam) (?:mot|1) lan\b"
    r"|\b(?:ngay \d{1,2}|\d{1,2} ?[/.-] ?\d{1,2}) va (?:ngay )?\d{1,2}(?: ?[/.-] ?\d{1,2})?\b"
)
"""Says when, but not which one day: "thứ hai đầu tháng", "ngày 15 mỗi năm", "6 tháng một lần", "ngày 15 và 30"."""
BARE_DAY = re.compile(r"(?:\btruoc )?(?:\bngay )?\b\d{1,2} ?[/.-] ?\d{1,2}(?: ?[/.-] ?\d{2,4})?\b")
JUNE = re.compile(r"(tháng )sáu\b", re.IGNORECASE)
RELATIVE = re.compile(r"\s*(?:cua )?(?P<unit>nam|thang) (?P<which>nay|sau|toi)\b")
"""After a day without its year or month."""
LEAD = (
    r"(?:\b(?P<before>truoc|trc|truowcs)\b\s*)?"
    r"(?:\b(?:truoc khi|han chot|han cuoi|han|cham nhat|muon nhat|tre nhat|den het|den|het|vao|la)\b\s*)*"
    r"(?:\bngay\b\s*)?"
)
UNITS = {"mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "lam": 5, "nham": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9}
WORDS = {**UNITS, "nam": 5, "muoi": 10}
NUMBER = rf"(?:\d{{1,2}}|(?:(?:hai|ba) )?muoi(?: (?:{'|'.join(UNITS)}))?|{'|'.join(WORDS)})"
OF_YEAR = rf"(?P<month>(?!sau\b){NUMBER})"
"""A month. "Thang sau" is the next one; "tháng sáu" is told from it by its marks."""
MONTH = rf"\s*(?:thangs?|thag|thg|th|t)\s*{OF_YEAR}(?!\d)"
YEAR = r"(?:\s*(?:nam|[/.-])\s*(?P<year>\d{4}|\d{2}(?!\d)))?"
WEEKDAYS = {"hai": 0, "2": 0, "ba": 1, "3": 1, "tu": 2, "4": 2, "nam": 3, "5": 3, "sau": 4, "6": 4, "bay": 5, "7": 5}
LONGEST = 500


def read_rule(text: str, today: date) -> Read | Unclear:
    """
    The day that a text names, as a rule. "Trước" leaves out the day itself. What does not repeat has a year: the next
    such day, today counted.
    """
    line = clean(text)[:LONGEST]
    folded = fold(JUNE.sub(r"\g<1>6  ", line))
    if len(folded) != len(line):
        line = folded
    if LUNAR.search(folded):
        return Unclear.LUNAR
    if TOO_OFTEN.search(folded) and not YEARLY.search(folded) and not MONTHLY.search(folded):
        return Unclear.TOO_OFTEN
    if VAGUE.search(folded):
        return Unclear.NO_DAY
    folded = FROM.sub(lambda found: " " * len(found[0]), folded)
    for pattern, read in FORMS:
        if found := pattern.search(folded):
            return _read(line, folded, found, read, today)
    return Unclear.WHICH_DAY if WEEKLY.search(folded) or QUARTERLY.search(folded) else Unclear.NO_DAY


def without_day(text: str) -> str:
    """
    A text of which no day could be read, without the words that speak of one: what is to be done.
    """
    line = clean(text)[:LONGEST]
    folded = fold(line)
    spoken = (LUNAR, YEARLY, MONTHLY, WEEKLY, QUARTERLY, TOO_OFTEN, BARE_DAY)
    spans = [found.span() for pattern in spoken for found in pattern.finditer(folded)]
    return _without(line if len(line) == len(folded) else folded, spans)


def _read(line: str, folded: str, found: re.Match[str], read: Reader, today: date) -> Read | Unclear:
    weekly, quarterly = WEEKLY.search(folded), QUARTERLY.search(folded)
    if again := weekly or quarterly:
        rule = _by_week(found, read) if weekly else _by_quarter(found, read, today)
        return Read(rule, _without(line, [found.span(), again.span()])) if rule else Unclear.WHICH_DAY
    yearly, monthly = YEARLY.search(folded), MONTHLY.search(folded)
    tail = RELATIVE.match(folded, found.end())
    parts = (31, None, None) if monthly and read is _end_of_month else read(found, today)
    if parts is not None and tail is not None:
        parts = _related(parts, tail, today)
    rule = parts and _rule(parts, bool(found["before"]), yearly is not None, monthly is not None, today)
    spans = [match.span() for match in (found, tail, yearly, monthly, FROM.search(fold(line))) if match]
    return Read(rule, _without(line, spans)) if rule else Unclear.NO_SUCH_DAY


def _by_week(found: re.Match[str], read: Reader) -> Rule | None:
    if read is not _weekday:
        return None
    day = 7 if found["sunday"] else WEEKDAYS[found["weekday"]] + 1
    return Rule("before" if found["before"] else "on", day=day, every="week")


def _by_quarter(found: re.Match[str], read: Reader, today: date) -> Rule | None:
    day, month, _ = read(found, today) or (0, None, None)
    if month is None or not _is_real(day, month, None):
        return None
    day = 31 if read is _end_of_quarter else day
    return Rule("before" if found["before"] else "on", day=day, month=(month - 1) % 3 + 1, every="quarter")


def _related(parts: Parts, tail: re.Match[str], today: date) -> Parts:
    """
    "15/12 năm sau", "ngày 5 tháng sau".
    """
    day, month, year = parts
    later = tail["which"] != "nay"
    if tail["unit"] == "nam":
        return day, month, today.year + later if month else year
    if month is not None:
        return parts
    at = today.replace(day=1) + timedelta(days=32 * later)
    return day, at.month, at.year


def _rule(parts: Parts, before: bool, yearly: bool, monthly: bool, today: date) -> Rule | None:
    day, month, year = parts
    if not _is_real(day, month, year):
        return None
    rule = Rule("before" if before else "on", day=day, month=month, year=year)
    if monthly and month is None:
        return rule
    if yearly and month is not None:
        return replace(rule, year=None)
    if year is not None:
        return rule
    return _next(day, month, before, today)


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
    """
    The line without the words of the day; where these overlap, they are taken out once.
    """
    gone = {at for start, end in spans for at in range(start, end)}
    line = "".join(" " if at in gone else letter for at, letter in enumerate(line))
    line = re.sub(r"\(\s*\)", " ", line)
    return re.sub(r"[\s,;.:–-]+$|^[\s,;.:–-]+", "", re.sub(r"\s+", " ", line)).replace(" ,", ",").strip(" ,")


def number_of(words: str) -> int:
    """
    "12" and "mười hai" without diacritics: 12; NUMBER matched them.
    """
    if words.isdigit():
        return int(words)
    tens, ten, units = words.rpartition("muoi")
    if not ten:
        return WORDS[words]
    return 10 * (WORDS[tens.strip()] if tens.strip() else 1) + (UNITS[units.strip()] if units.strip() else 0)


def _numbers(found: re.Match[str], today: date) -> Parts | None:
    month = found["month"]
    year = int(found["year"]) if found["year"] else None
    century = 2000 if year is not None and year < 100 else 0
    return number_of(found["day"]), number_of(month) if month else None, year and year + century


def _end_of_month(found: re.Match[str], today: date) -> Parts | None:
    if found["month"]:
        month = number_of(found["month"])
        year = int(found["year"]) if found["year"] else today.year + (month < today.month)
        return (monthrange(year, month)[1], month, year) if 1 <= month <= 12 else None
    first = today.replace(day=1) + timedelta(days=32) if found["next"] else today
    return monthrange(first.year, first.month)[1], first.month, first.year


def _end_of_quarter(found: re.Match[str], today: date) -> Parts | None:
    quarter = (
        QUARTERS.index(found["quarter"]) % 4 if found["quarter"] else (today.month - 1) // 3 + bool(found["next"])
    )
    year, month = today.year + quarter // 4, 3 * (quarter % 4) + 3
    year += (year, month) < (today.year, today.month)
    return monthrange(year, month)[1], month, year


def _in_quarter(found: re.Match[str], today: date) -> Parts | None:
    month = (today.month - 1) // 3 * 3 + MONTHS_OF_QUARTER[found["which"].replace("thu ", "")]
    return number_of(found["day"]), month, today.year


MONTHS_OF_QUARTER = {"dau": 1, "nhat": 1, "1": 1, "giua": 2, "hai": 2, "2": 2, "cuoi": 3, "ba": 3, "3": 3}
QUARTERS = ("1", "2", "3", "4", "i", "ii", "iii", "iv")


def _end_of_year(found: re.Match[str], today: date) -> Parts | None:
    return 31, 12, today.year + bool(found["next"])


def _named(days: int) -> Callable[[re.Match[str], date], Parts | None]:
    return lambda found, today: _parts(today + timedelta(days=days))


def _days_ahead(found: re.Match[str], today: date) -> Parts | None:
    return _parts(today + timedelta(days=number_of(found["n"]) * (7 if found["unit"] == "tuan" else 1)))


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


FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (
        _form(
            rf"(?<!\d)\b(?P<day>{NUMBER})(?: cua)? thang (?P<which>dau|giua|cuoi|thu (?:nhat|hai|ba|[123]))"
            r"(?: cua)?(?: moi| hang| cac)? quy\b(?: nay\b)?"
        ),
        _in_quarter,
    ),
    (_form(rf"\bm[uo]ng[fs]?\s+(?P<day>{NUMBER})(?:{MONTH})?(?!\d){YEAR}"), _numbers),
    (_form(r"(?<![\d/])(?P<year>20\d\d)-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)"), _numbers),
    (
        _form(
            r"(?<![\d/])(?P<day>\d{1,2})\s*[/.-]\s*(?P<month>\d{1,2})(?!\d)"
            r"(?:\s*(?:[/.-]|nam)\s*(?P<year>\d{4}|\d{2}(?!\d)))?"
        ),
        _numbers,
    ),
    (_form(rf"(?<!\d)\b(?P<day>{NUMBER}){MONTH}{YEAR}"), _numbers),
    (
        _form(
            r"\b(?:cuoi|het|trong)(?: moi| hang)? thang\b"
            rf"(?:\s*(?:{OF_YEAR}\b{YEAR}|(?P<next>sau|toi)\b|nay\b))?"
        ),
        _end_of_month,
    ),
    (
        _form(
            r"\b(?:cuoi|het|trong)(?: moi| hang| cac)? quy\b"
            r"(?:\s*(?:(?P<quarter>[1-4]|iv|i{1,3})\b|(?P<next>sau|toi)\b|nay\b))?"
        ),
        _end_of_quarter,
    ),
    (_form(r"\b(?:cuoi|het|trong) nam\b(?:\s*(?:(?P<next>sau|toi)\b|nay\b))?"), _end_of_year),
    (_form(r"\bhom nay\b"), _named(0)),
    (_form(r"\b(?:mot|kia)\b(?=\s*$|\s*[,.])"), _named(2)),
    (
        _form(
            r"\b(?:(?P<sunday>chu nhat|cn)|thu (?P<weekday>" + "|".join(WEEKDAYS) + r"))\b"
            r"(?:\s*(?:(?P<next>tuan (?:sau|toi)|tuan ke)|tuan nay|nay|toi))?"
        ),
        _weekday,
    ),
    (_form(rf"\b(?:trong )?(?P<n>{NUMBER}) (?P<unit>ngay|hom|tuan) (?:nua|toi|sau)\b"), _days_ahead),
    (_form(r"\b(?:sang |trua |chieu |toi |hom )?(?<!chi )(?<!co )(?<!ba )(?<!anh )(?<!em )mai\b"), _named(1)),
    (
        re.compile(
            rf"(?:\b(?P<before>truoc|trc|truowcs)\b\s*)?\bngay\s+(?P<day>{NUMBER})\b(?![/.-]\d)(?P<month>)(?P<year>)"
        ),
        _numbers,
    ),
    (re.compile(r"(?P<before>)?\b(?P<day>\d{1,2})(?= (?:moi|hang) thang\b)(?P<month>)(?P<year>)"), _numbers),
)
