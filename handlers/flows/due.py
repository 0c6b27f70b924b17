"""
How deadlines read: the words of one duty with its day, of a digest, and of a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from handlers import texts_reminders as say
from handlers.cases import Role
from handlers.duties import ASKED, NUDGED, Duty
from handlers.messages import Choice, Reply
from knowledge.deadlines import aim
from knowledge.facts import Rule
from knowledge.workdays import local_day

MOST_QUOTED = 3
"""Duties of a digest that are quoted; more of them are named."""


def told(items: list[tuple[Duty, date, int, Role]], greeting: str, now: datetime) -> Reply:
    """
    The words of a digest about duties with their last days, for a post of a role.
    """
    parts = [_part(duty, last, role, now, quoted=n < MOST_QUOTED) for n, (duty, last, _, role) in enumerate(items)]
    several = len(items) > 1
    choices = [choice for duty, last, post, _ in items for choice in _choices(duty, last, post, several)]
    quotes = tuple((duty.plan, duty.quote) for duty, _, _, _ in items[:MOST_QUOTED] if duty.quote)
    soonest = min(last for _, last, _, _ in items)
    brief = say.BRIEF.format(n=len(items), day=f"{soonest:%d/%m/%Y}")
    return Reply("\n\n".join([greeting, *parts]), tuple(choices), quotes=quotes, brief=brief)


def _choices(duty: Duty, last: date, post: int, several: bool) -> Iterator[Choice]:
    of = f"{duty.id}:{last.isoformat()}:{post}"
    yield Choice(f"due:done:{of}", say.DONE_ONE.format(title=duty.title) if several else say.DONE)
    yield Choice(f"due:later:{of}", say.LATER_ONE.format(title=duty.title) if several else say.LATER)


def _part(duty: Duty, last: date, role: Role, now: datetime, quoted: bool) -> str:
    lines = [headline(duty, last, local_day(now)), last_day_words(last)]
    if duty.to_whom:
        lines.append(say.TO_WHOM.format(to_whom=duty.to_whom))
    if role is not Role.OFFICER:
        lines.append(say.UP)
    return "\n".join([*lines, *(proof(duty) if quoted else ())])


def proof(duty: Duty) -> Iterator[str]:
    """
    The plan's own words, where they stand, by what they go on, and who stands in for offices that are no more.
    """
    if duty.quote:
        yield from ("", say.QUOTE.format(quote=duty.quote), "", duty.source)
    if basis := goes_on(duty):
        yield basis
    if duty.successor:
        yield duty.successor


def goes_on(duty: Duty) -> str:
    """
    By what it goes on: what an officer in charge wrote, else the caveat of the plan's own day; nothing for one's own.
    """
    return say.BASIS.format(basis=duty.basis) if duty.basis else duty.caveat


def headline(duty: Duty, last: date, today: date) -> str:
    """
    How many days are left, or how late it is.
    """
    if today > last:
        return say.LATE.format(days=(today - last).days, title=duty.title)
    day = target(last, today)
    left, on_it = (say.LEFT, say.TODAY) if day == last else (say.LEFT_WORKING, say.TODAY_WORKING)
    return left.format(days=(day - today).days, title=duty.title) if day > today else on_it.format(title=duty.title)


def target(last: date, today: date) -> date:
    """
    The day to which days are counted: the last working day, the last day itself once that has passed.
    """
    return last if aim(last) < today else aim(last)


def last_day_words(last: date) -> str:
    """
    The last day in time, and the last working day before it where offices are closed then.
    """
    aimed = aim(last)
    if aimed == last:
        return say.LAST_DAY.format(day=day_words(last))
    return say.AIM.format(day=day_words(last), aim=day_words(aimed))


def day_words(day: date) -> str:
    """
    "30/11/2026 (Thứ Hai)".
    """
    return say.DAY.format(day=day, weekday=say.WEEKDAYS[day.weekday()])


def rule_words(rule: Rule, last: date) -> str:
    """
    The last day in time, and whether it comes again.
    """
    return f"{day_words(last)}. {_repeats(rule)}"


def _repeats(rule: Rule) -> str:
    if rule.every is not None:
        return say.WEEKLY if rule.every == "week" else say.QUARTERLY
    return say.ONCE if rule.year else say.YEARLY if rule.month else say.MONTHLY


def step_words(step: int) -> str:
    """
    A rung of the ladder: "trước 7 ngày".
    """
    if step == NUDGED:
        return say.STEP_NUDGED
    if step == ASKED:
        return say.STEP_ASKED
    if step == 0:
        return say.STEP_LAST
    return say.STEP_BEFORE.format(days=step) if step > 0 else say.STEP_LATE.format(days=-step)
