"""
Working days in Viet Nam: Monday to Friday without the public holidays of the `holidays` library (Bộ luật Lao động
2019, Điều 112, with the days that the Government names each year). Saturdays made up for are not counted.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")
SATURDAY = 5
DAY = timedelta(days=1)


def local_day(moment: datetime) -> date:
    """
    The date of a moment where people live.
    """
    return moment.astimezone(VIET_NAM).date()


def is_working(day: date) -> bool:
    """
    Whether offices are open on that day.
    """
    return day.weekday() < SATURDAY and day not in _public_holidays(day.year)


def working_days(after: date, until: date) -> int:
    """
    How many working days begin after one day and end with another, that one counted: 0 on the same day.
    """
    return sum(is_working(after + DAY * n) for n in range(1, (until - after).days + 1))


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("VN", years=year))
