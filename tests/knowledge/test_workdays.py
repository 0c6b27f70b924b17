"""
The days on which offices in Viet Nam are open.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.workdays import is_working, local_day, working_days

DAYS = st.dates(date(2020, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    "day",
    [
        *("2025-01-27", "2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31"),  # Tết of 2025
        *("2025-04-07", "2025-04-30", "2025-05-01", "2025-05-02", "2025-09-01", "2025-09-02"),
        *("2026-01-01", "2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20"),  # Tết of 2026
        *("2026-04-27", "2026-04-30", "2026-05-01", "2026-08-31", "2026-09-01", "2026-09-02"),
        *("2027-02-05", "2027-02-08", "2027-02-09", "2027-05-03", "2028-05-02", "2029-09-04"),
    ],
)
def test_offices_are_closed_on_public_holidays_and_on_the_days_given_for_them(day: str) -> None:
    assert not is_working(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-02-13", "2026-02-23", "2026-04-24", "2026-09-03", "2026-11-30", "2027-12-31"])
def test_offices_are_open_on_the_days_around_them(day: str) -> None:
    assert is_working(date.fromisoformat(day))


def test_a_saturday_that_was_swapped_for_a_bridging_day_is_worked() -> None:
    assert is_working(date(2026, 8, 22))
    assert not is_working(date(2026, 8, 29))


@given(DAYS)
def test_every_tet_closes_offices_for_five_days_besides_the_weekend(day: date) -> None:
    first = date(day.year, 1, 15)
    closed = [first + timedelta(days=n) for n in range(45) if not is_working(first + timedelta(days=n))]

    assert sum(one.weekday() < 5 for one in closed) >= 5


@given(DAYS)
def test_no_row_of_days_off_is_longer_than_eleven_days(day: date) -> None:
    assert any(is_working(day + timedelta(days=n)) for n in range(11))


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_working_days_add_up(day: date, more: int, most: int) -> None:
    middle, end = day + timedelta(days=more), day + timedelta(days=more + most)

    assert working_days(day, middle) + working_days(middle, end) == working_days(day, end)


def test_the_local_day_begins_at_five_in_the_afternoon_of_greenwich() -> None:
    assert local_day(datetime(2026, 12, 31, 16, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert local_day(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)) == date(2027, 1, 1)
