"""
Duties and the days on which they fall due: the plans' deadlines as reminders need them, and the ladder of steps.

Every day is counted out from the rule, never from the last reminder, so nothing drifts. A duty that names no day has
no occurrence: no date is ever invented.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from knowledge.areas import Areas
from knowledge.compose import source_line
from knowledge.facts import Deadline, Level, Recurrence, Rule, last_day
from knowledge.parse import Plan
from knowledge.workdays import DAY, VIET_NAM, is_working, local_day

STEPS = (30, 14, 7, 3, 1, 0, -1, -3, -7, -14, -21, -28)
"""Days before the day to aim at, that day itself, and days after the last day: one, three, then weekly four times."""
WEEKLY_STEPS = (3, 1, 0, -1)
"""The same for what comes every week: a week later it is the next one's turn."""
AT = time(8)
"""When a step goes out, in Viet Nam."""
LONGEST = timedelta(days=60)
"""More than from a first step to its last day, with the longest row of days off (Tết) between."""
A_YEAR = timedelta(days=366)
"""From one last day to the next it is never longer."""
OVER_AFTER = timedelta(days=35)
"""How long after the last day a step that was missed is still caught up."""


@dataclass(frozen=True, slots=True)
class Duty:
    """
    Something owed by a day. `key` names it for good: "vinh-phuc-2021:V.4", a second one at the same clause "…#2".

    `who`, `to_whom` and `quote` are the plan's own words, `source` is the line that says where they stand; `owed_by`
    and `received_by` say whose posts they are today, `successor` why. `active`: carried over, so that people are
    reminded of it.
    """

    key: str
    plan: str
    title: str
    who: str
    to_whom: str
    owed_by: tuple[Level, ...]
    received_by: Level | None
    rule: Rule
    recurrence: Recurrence
    quote: str
    path: str
    source: str
    caveat: str
    successor: str
    active: bool


def duties(plans: Iterable[Plan], today: date) -> tuple[Duty, ...]:
    """
    All duties of these plans, in the order of their texts; their sources say whether a plan's period is over today.
    """
    return tuple(duty for plan in plans for duty in _of_plan(plan, today))


def _of_plan(plan: Plan, today: date) -> Iterator[Duty]:
    seen: dict[str, int] = {}
    for fact in plan.facts:
        if isinstance(fact, Deadline):
            seen[fact.path] = seen.get(fact.path, 0) + 1
            yield _duty(plan, fact, seen[fact.path], today)


def _duty(plan: Plan, fact: Deadline, nth: int, today: date) -> Duty:
    return Duty(
        key=f"{plan.id}:{fact.path}" + (f"#{nth}" if nth > 1 else ""),
        plan=plan.id,
        title=fact.title,
        who=fact.who,
        to_whom=fact.to_whom,
        owed_by=fact.owed_by,
        received_by=fact.received_by,
        rule=fact.rule,
        recurrence=fact.recurrence,
        quote=fact.quote,
        path=fact.path,
        source=source_line(plan, fact.path, (), today),
        caveat=fact.caveat,
        successor=fact.successor,
        active=fact.carried_over,
    )


def aim(last: date) -> date:
    """
    The day to aim at: the last working day on or before the last day in time.
    """
    while not is_working(last):
        last -= DAY
    return last


def occurrences(rule: Rule, since: date, until: date) -> Iterator[date]:
    """
    The last days in time from one day to another, both counted; none where the rule names no day.
    """
    if rule.every == "week":
        yield from _weekly(rule, since, until)
        return
    for year in range(since.year, until.year + 2):
        for month in _months(rule):
            last = last_day(replace(rule, month=month), year)
            if last is not None and since <= last <= until:
                yield last


def _months(rule: Rule) -> Iterable[int]:
    if rule.month is None:
        return range(1, 13)
    return range(rule.month, 13, 3) if rule.every == "quarter" else (rule.month,)


def _weekly(rule: Rule, since: date, until: date) -> Iterator[date]:
    if rule.day is None:
        return
    weekday = (rule.day - 1 - (rule.kind == "before")) % 7
    last = since + DAY * ((weekday - since.weekday()) % 7)
    while last <= until:
        yield last
        last += DAY * 7


def steps_of(rule: Rule) -> tuple[int, ...]:
    """
    The ladder of what falls due by a rule.
    """
    return WEEKLY_STEPS if rule.every == "week" else STEPS


def next_day(rule: Rule, today: date) -> date | None:
    """
    The next last day in time, today counted, or the only one there is; None where the rule names no day.
    """
    if rule.year is not None:
        return last_day(rule, rule.year)
    return next(occurrences(rule, today, today + A_YEAR), None)


def moment(last: date, step: int) -> datetime:
    """
    When a step of the ladder goes out: before the last day counted from the day to aim at, after it from that day.
    """
    day = aim(last) if step >= 0 else last
    return datetime.combine(day - DAY * step, AT, VIET_NAM)


def current(last: date, now: datetime, steps: Sequence[int] = STEPS) -> int | None:
    """
    The step whose moment came last. None before the first, and when it is over.
    """
    if now > datetime.combine(last + over_after(steps), AT, VIET_NAM):
        return None
    return next((step for step in reversed(steps) if moment(last, step) <= now), None)


def over_after(steps: Sequence[int]) -> timedelta:
    """
    How long after the last day a missed step of a ladder is still caught up.
    """
    return OVER_AFTER if steps is STEPS else DAY * 3


def steps_between(rule: Rule, since: datetime, until: datetime) -> Iterator[tuple[datetime, date, int]]:
    """
    Each step that goes out from one moment to another, both counted, with its moment and its last day, in order.
    """
    first, final = local_day(since) - OVER_AFTER, local_day(until) + LONGEST
    steps = ((moment(last, step), last, step) for last in occurrences(rule, first, final) for step in steps_of(rule))
    yield from sorted(one for one in steps if since <= one[0] <= until)


def units_of(duty: Duty, areas: Areas) -> frozenset[str]:
    """
    The codes of today's units whose posts owe a duty: communes, and provinces.
    """
    communes = areas.of_plan(duty.plan.rpartition("-")[0])
    owing = {area.code for area in communes if "commune" in duty.owed_by}
    return frozenset(owing | (provinces_of(duty, areas) if "province" in duty.owed_by else set()))


def provinces_of(duty: Duty, areas: Areas) -> frozenset[str]:
    """
    The codes of today's provinces in which a duty's plan holds.
    """
    return frozenset(area.province_code for area in areas.of_plan(duty.plan.rpartition("-")[0]))
