"""
How codes, commands, days and times read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from knowledge import workdays
from knowledge.workdays import VIET_NAM, is_working


def grouped(code: str) -> str:
    """
    A receipt code in groups of three: "482 915 073".
    """
    return " ".join(code[at : at + 3] for at in range(0, len(code), 3))


def commands_listed(summaries: Mapping[str, str]) -> str:
    """
    Commands with what each does, a line each.
    """
    return "\n".join(f"/{name} – {summary}" for name, summary in summaries.items())


def day(value: date) -> str:
    """
    "25/11/2026".
    """
    return f"{value:%d/%m/%Y}"


def local_day(moment: datetime) -> str:
    """
    The date of a moment in Viet Nam: "25/11/2026".
    """
    return day(workdays.local_day(moment))


def local_time(moment: datetime) -> str:
    """
    A moment in Viet Nam: "15:04 ngày 25/11/2026".
    """
    return f"{moment.astimezone(VIET_NAM):%H:%M ngày %d/%m/%Y}"


def working_day_after(today: date, days: int) -> date:
    """
    The day that is so many working days on.
    """
    while days:
        today += timedelta(days=1)
        days -= is_working(today)
    return today
