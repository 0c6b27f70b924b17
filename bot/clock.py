"""
The only reader of the time. Everything else takes a moment as an argument, always aware.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")

Clock: TypeAlias = Callable[[], datetime]


def system_clock() -> datetime:
    """
    This moment, in UTC.
    """
    return datetime.now(UTC)  # noqa: TID251  the one place


def clock_from(moment: datetime) -> Clock:
    """
    A clock that shows a moment now and goes on from there.
    """
    ahead = moment - system_clock()
    return lambda: system_clock() + ahead


def local_date(moment: datetime) -> date:
    """
    The date of a moment where people and deadlines live.
    """
    return moment.astimezone(VIET_NAM).date()
