"""
What is owed by a day, as officers see it: a duty, one of its occurrences for a post, and a receiving post's board.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta

from handlers.cases import Post, Role
from handlers.messages import Json
from knowledge.deadlines import LONGEST, occurrences, over_after, steps_of
from knowledge.deadlines import Duty as PlanDuty
from knowledge.facts import Rule

A_YEAR = timedelta(days=370)
NUDGED = 99
"""The step under which a nudge from a receiving post is noted: above all rungs of the ladder."""
ASKED = 98
"""The same for what a post asked to be told again before its ladder began."""


@dataclass(frozen=True, slots=True)
class Duty:
    """
    Something owed by a day. A plan's has its words and their source; an officer's own has a title and a rule alone.

    `basis`: by what it goes on, as an officer in charge wrote; `own`: made by a post for itself. A change must name
    `version`.
    """

    id: int
    version: int
    title: str
    rule: Rule
    active: bool
    who: str = ""
    to_whom: str = ""
    plan: str = ""
    path: str = ""
    quote: str = ""
    source: str = ""
    caveat: str = ""
    successor: str = ""
    basis: str | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """
    A unit's word that it is done: the document's number, when, which post said so, and whether it sent a file.
    """

    number: str | None
    at: datetime
    by: str
    with_file: bool = False


@dataclass(frozen=True, slots=True)
class Owed:
    """
    A duty of a post with the last day in time that is now or next; None where no day is named. `wanted` is what the
    post chose by hand: None for nothing, then its role decides when it is told.
    """

    duty: Duty
    post: Post
    last: date | None
    done: Submission | None = None
    wanted: bool | None = None

    @property
    def off(self) -> bool:
        """
        Whether the post turned its reminders off.
        """
        return self.wanted is False

    @property
    def early(self) -> bool:
        """
        Whether the post is told from the first step on.
        """
        return self.wanted if self.wanted is not None else self.duty.own or self.post.role is Role.OFFICER


@dataclass(frozen=True, slots=True)
class Line:
    """
    One unit on a board: what it was told last and when, whether it can be told, whether it is done.
    """

    unit: str
    name: str
    step: int | None
    told: datetime | None
    reached: bool
    done: Submission | None


@dataclass(frozen=True, slots=True)
class Board:
    """
    How far the units are that owe a duty by a day, for a post that receives it; `nudged`: they were asked today.
    """

    duty: Duty
    last: date
    post: Post
    lines: tuple[Line, ...]
    nudged: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """
    One reminder of the ledger: which step, which post, when.
    """

    step: int
    post: Post
    at: datetime


def of_plan(duty: PlanDuty) -> Duty:
    """
    A plan's duty as the plan states it, before anybody ruled about it.
    """
    same = ("title", "rule", "active", "who", "to_whom", "plan", "path", "quote", "source", "caveat", "successor")
    return Duty(id=0, version=0, **{name: getattr(duty, name) for name in same})


def rule_to_json(rule: Rule) -> Json:
    """
    A rule for the duty's row: what it does not say is left out.
    """
    return {name: value for name, value in asdict(rule).items() if value is not None}


def rule_from_json(value: Mapping[str, Json]) -> Rule:
    """
    The rule that `rule_to_json` stored.
    """
    return Rule(**{field.name: value[field.name] for field in fields(Rule) if field.name in value})


SAME_REPORT = timedelta(days=92)
"""A day that is moved farther is another report's; a quarter."""


def days_of(rule: Rule, today: date) -> list[date]:
    """
    The last days that can matter today: those whose ladder may be running, and the next one.
    """
    near = list(occurrences(rule, today - over_after(steps_of(rule)), today + LONGEST))
    later = occurrences(rule, today, today + A_YEAR)
    return near if any(day >= today for day in near) else [*near, *list(later)[:1]]


def moved_days(before: Rule, after: Rule, today: date) -> dict[date, date]:
    """
    The last days that stand no longer, each with the one that takes its place: the nearest, and near enough to be the
    same report.
    """
    old, new = days_of(before, today), days_of(after, today)
    fresh = [day for day in new if day not in old]
    nearest = {day: min(fresh, key=lambda to: abs(to - day)) for day in old if day not in new and fresh}
    return {day: to for day, to in nearest.items() if abs(to - day) <= SAME_REPORT}
