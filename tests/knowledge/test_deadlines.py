"""
Duties, their last days, and the ladder of steps.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.areas import Areas
from knowledge.catalogue import Catalogue
from knowledge.deadlines import STEPS, aim, current, duties, moment, next_day, occurrences, steps_between, units_of
from knowledge.facts import Rule, RuleKind
from knowledge.library import Library
from knowledge.workdays import VIET_NAM, is_working

BEFORE_DECEMBER = Rule("before", day=1, month=12)
TODAY = date(2026, 11, 25)
DAYS = st.dates(date(2020, 1, 1), date(2069, 12, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIET_NAM)


def test_just_one_duty_of_the_five_plans_is_carried_over_and_falls_on_30_november(library: Library) -> None:
    (duty,) = [one for one in duties(library.plans, TODAY) if one.active]

    assert duty.key == "vinh-phuc-2021:V.4"
    assert next_day(duty.rule, date(2026, 11, 25)) == date(2026, 11, 30)
    assert next_day(duty.rule, date(2026, 12, 1)) == date(2027, 11, 30)
    assert "Kế hoạch 166/KH-UBND, giai đoạn 2021–2025" in duty.caveat
    assert duty.successor.startswith("Từ ngày 01/7/2025 không còn cấp huyện")


def test_no_other_recurring_duty_has_a_day(library: Library) -> None:
    dated = {one.key: next_day(one.rule, date(2026, 1, 1)) for one in duties(library.plans, TODAY)}

    assert {key: day for key, day in dated.items() if day} == {
        "vinh-phuc-2021:V.4": date(2026, 11, 30),
        "cam-thuy-2018:V.2.1": date(2020, 6, 11),
    }


def test_the_keys_of_duties_are_their_own(library: Library) -> None:
    keys = [one.key for one in duties(library.plans, TODAY)]

    assert len(keys) == len(set(keys)) > 30


def test_a_duty_of_vinh_phuc_is_owed_by_communes_of_phu_tho_that_lay_there(library: Library) -> None:
    areas = Areas(Catalogue.seed())
    (duty,) = [one for one in duties(library.plans, TODAY) if one.active]

    units = units_of(duty, areas)

    assert units
    assert {area.province for code in units if (area := areas.by_code(code))} == {"tỉnh Phú Thọ"}
    assert all(areas.by_code(code) for code in units)


@pytest.mark.parametrize(
    ("year", "aimed"),
    [(2025, date(2025, 11, 28)), (2026, date(2026, 11, 30)), (2027, date(2027, 11, 30)), (2030, date(2030, 11, 29))],
)
def test_the_ladder_aims_at_the_last_working_day(year: int, aimed: date) -> None:
    assert aim(date(year, 11, 30)) == aimed


def test_a_last_day_within_tet_is_aimed_at_before_tet() -> None:
    assert aim(date(2026, 2, 18)) < date(2026, 2, 16)


@given(DAYS)
def test_the_day_to_aim_at_is_a_working_day_not_after_the_last(last: date) -> None:
    assert is_working(aim(last))
    assert timedelta(0) <= last - aim(last) < timedelta(days=14)


def test_fifty_years_of_occurrences_do_not_drift() -> None:
    found = list(occurrences(BEFORE_DECEMBER, date(2026, 1, 1), date(2075, 12, 31)))

    assert found == [date(year, 11, 30) for year in range(2026, 2076)]


@pytest.mark.parametrize(
    ("rule", "since", "until", "found"),
    [
        (Rule("on", day=29, month=2), "2027-01-01", "2028-12-31", ["2027-02-28", "2028-02-29"]),
        (Rule("before", day=1, month=3), "2027-01-01", "2028-12-31", ["2027-02-28", "2028-02-29"]),
        (Rule("before", day=1, month=1), "2026-12-01", "2026-12-31", ["2026-12-31"]),
        (Rule("on", day=31), "2026-01-01", "2026-03-31", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        (Rule("before", day=1), "2026-12-31", "2027-01-31", ["2026-12-31", "2027-01-31"]),
        (Rule("on", day=11, month=6, year=2020), "2019-01-01", "2022-01-01", ["2020-06-11"]),
        (Rule("on", day=5, every="week"), "2026-11-20", "2026-12-04", ["2026-11-20", "2026-11-27", "2026-12-04"]),
        (Rule("before", day=1, every="week"), "2026-11-23", "2026-11-30", ["2026-11-29"]),
        (
            Rule("on", day=31, month=3, every="quarter"),
            "2026-06-01",
            "2026-12-31",
            ["2026-06-30", "2026-09-30", "2026-12-31"],
        ),
        (Rule("before", day=1, month=1, every="quarter"), "2026-12-01", "2027-04-01", ["2026-12-31", "2027-03-31"]),
        (Rule("yearly"), "2019-01-01", "2022-01-01", []),
        (Rule("once", year=2023), "2019-01-01", "2024-01-01", []),
        (Rule("within", year=2021, to_year=2025), "2019-01-01", "2026-01-01", []),
    ],
)
def test_occurrences_come_from_the_rule_alone(rule: Rule, since: str, until: str, found: list[str]) -> None:
    days = occurrences(rule, date.fromisoformat(since), date.fromisoformat(until))

    assert [day.isoformat() for day in days] == found


def test_steps_go_out_at_eight_in_the_morning() -> None:
    last = date(2026, 11, 30)

    assert moment(last, 30) == at("2026-10-31T08:00")
    assert moment(last, 0) == at("2026-11-30T08:00")
    assert moment(last, -28) == at("2026-12-28T08:00")


def test_before_a_sunday_steps_count_from_friday_and_after_it_from_sunday() -> None:
    last = date(2025, 11, 30)

    assert moment(last, 0) == at("2025-11-28T08:00")
    assert moment(last, -1) == at("2025-12-01T08:00")


@pytest.mark.parametrize(
    ("now", "step"),
    [
        ("2026-10-31T07:59:59", None),
        ("2026-10-31T08:00", 30),
        ("2026-11-23T07:59:30", 14),
        ("2026-11-23T08:00", 7),
        ("2026-11-30T23:59", 0),
        ("2026-12-01T08:00", -1),
        ("2027-01-01T00:00", -28),
        ("2027-02-01T00:00", None),
    ],
)
def test_the_current_step_is_the_one_whose_moment_came_last(now: str, step: int | None) -> None:
    assert current(date(2026, 11, 30), at(now)) == step


@given(DAYS, st.integers(-90, 60), st.integers(0, 23))
def test_a_step_is_current_from_its_moment_to_the_next(last: date, days: int, hour: int) -> None:
    now = at(last.isoformat()) + timedelta(days=days, hours=hour)
    step = current(last, now)

    if step is not None:
        assert moment(last, step) <= now
        assert all(moment(last, later) > now for later in STEPS if later < step)


def test_all_steps_of_a_year_are_seen_beforehand() -> None:
    found = list(steps_between(BEFORE_DECEMBER, at("2026-10-01T00:00"), at("2027-02-01T00:00")))

    assert [step for _, _, step in found] == list(STEPS)
    assert found == sorted(found)


@given(DAYS, st.integers(1, 12), st.integers(1, 29), st.sampled_from(["on", "before"]))
def test_whatever_comes_each_year_comes_within_a_year(today: date, month: int, day: int, kind: RuleKind) -> None:
    rule = Rule(kind, day=min(day, 28 if month == 2 else day), month=month)
    found = next_day(rule, today)

    assert found is not None
    assert timedelta(0) <= found - today <= timedelta(days=366)
    assert not [one for one in occurrences(rule, today, found) if one < found]


@given(DAYS)
def test_steps_follow_one_another_and_none_is_before_its_time(last: date) -> None:
    moments = [moment(last, step) for step in STEPS]

    assert moments == sorted(moments)
    assert len(set(moments)) == len(STEPS)
    assert all(one.tzinfo is VIET_NAM and (one.hour, one.minute) == (8, 0) for one in moments)


def test_duties_are_placed_by_the_level_that_owes_them(library: Library) -> None:
    areas = Areas(Catalogue.seed())
    placed = {one.key: units_of(one, areas) for one in duties(library.plans, TODAY)}

    assert placed["dong-nai-2016:VI.5"] == {"75"}
    assert {areas.by_code(code).full for code in placed["cam-thuy-2018:III.1"]} == {  # type: ignore[union-attr]
        *("xã Cẩm Thủy, tỉnh Thanh Hóa", "xã Cẩm Thạch, tỉnh Thanh Hóa", "xã Cẩm Tú, tỉnh Thanh Hóa"),
        *("xã Cẩm Vân, tỉnh Thanh Hóa", "xã Cẩm Tân, tỉnh Thanh Hóa"),
    }
    assert placed["soc-trang-2021:V.1"] == frozenset()
