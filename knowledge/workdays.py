"""
The days on which offices in Viet Nam are open, and the local day: the one place for both.

Monday to Friday without public holidays (Bộ luật Lao động 2019, Điều 112, with the days given for those that fall on
a weekend), as the `holidays` library knows them. Which days are swapped for a Saturday, how long Tết is and which day
goes with 2 September is decided anew each year: the library knows what was decided by its release (0.109: up to 2026)
and expects the usual for later years. What a province decides by itself (a storm, a day of mourning) is not known.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from holidays import HolidayBase

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
AWAKE = (time(8), time(20))
"""Nobody is written to at night."""
DAY = timedelta(days=1)


def local_day(moment: datetime) -> date:
    """
    The date of a moment where people live.
    """
    return moment.astimezone(VIET_NAM).date()


def next_morning(now: datetime) -> datetime | None:
    """
    Until when nobody is written to; None by day.
    """
    here = now.astimezone(VIET_NAM)
    if AWAKE[0] <= here.time() < AWAKE[1]:
        return None
    return datetime.combine(here.date() + DAY * (here.time() >= AWAKE[1]), AWAKE[0], VIET_NAM)


def is_working(day: date) -> bool:
    """
    Whether offices are open on that day; a Saturday that is worked for another day off counts.
    """
    return _calendar(day.year).is_working_day(day)


def working_days(after: date, until: date) -> int:
    """
    How many working days begin after one day and end with another, that one counted: 0 on the same day.
    """
    return sum(is_working(after + DAY * n) for n in range(1, (until - after).days + 1))


@cache
def _calendar(year: int) -> HolidayBase:
    return holidays.country_holidays("VN", years=year)
