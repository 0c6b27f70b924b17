"""
What a plan demands by a date or in a number, each with the sentence that proves it.

Facts are reviewed by a person and stand in the plan's .toml; a fact whose quote is not in the clause that it names
does not load. `candidates` proposes, from the text alone, the sentences that a reviewer has to look at.
Time never enters here: a rule is plain data, and `last_day` counts it out for a year that the caller names.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any, Literal, cast, get_args

RuleKind = Literal["on", "before", "within", "yearly", "once", "undated"]
Recurrence = Literal["yearly", "once", "undated"]
Duty = Literal["report", "review", "closing", "stage", "inspection", "nomination", "planning"]
Signal = Literal["date", "recurring", "year", "number"]
Level = Literal["commune", "province"]
"""The two levels of local government since 2025-07-01 (Luật Tổ chức chính quyền địa phương 2025)."""

__all__ = [
    "Candidate",
    "Deadline",
    "Fact",
    "Level",
    "PlanError",
    "Rule",
    "Threshold",
    "candidates",
    "last_day",
    "read_facts",
    "refuse_unknown",
]


class PlanError(Exception):
    """A plan cannot be used; the sentence names the file, what is wrong with it and what to do."""


@dataclass(frozen=True, slots=True)
class Rule:
    """
    When, as far as the text says it: day, month and year are None where the text is silent, never guessed. A day
    without a month comes every month.

    `before` excludes the day that it names. `within` lasts from the start of `year` to the end of `to_year`. With
    `every` "week" the day is one of the week, Monday is 1; with "quarter" the month is one of the quarter, 1 to 3.
    """

    kind: RuleKind
    day: int | None = None
    month: int | None = None
    year: int | None = None
    to_year: int | None = None
    every: Literal["week", "quarter"] | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """
    A duty or a milestone: who owes what to whom, and when. `to_whom` is empty where the text names nobody.

    `owed_by` says at which level today's units answer for it, `received_by` which level receives it and is in charge
    of its days; empty where no reviewer found out. `successor` is the sentence about offices that are no more,
    `successor_source` where that is written: one does not load without the other.
    """

    title: str
    duty: Duty
    who: str
    to_whom: str
    rule: Rule
    recurrence: Recurrence
    carried_over: bool
    quote: str
    path: str
    caveat: str = ""
    owed_by: tuple[Level, ...] = ()
    received_by: Level | None = None
    successor: str = ""
    successor_source: str = ""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that a group must reach; `value` and `condition` as the plan writes them."""

    group: str
    measure: str
    value: str
    condition: str
    quote: str
    path: str


Fact = Deadline | Threshold


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that looks like a fact: what drew the eye (`signal`), the words that did, and where."""

    signal: Signal
    value: str
    quote: str
    path: str


def last_day(rule: Rule, year: int) -> date | None:
    """
    Return the last day in time for `year`, or None where the text gives no day ("trước 01/12" is 30/11). What falls
    on 29 February falls on the 28th in a year without one.
    """
    if rule.day is None or rule.month is None or (rule.year is not None and rule.year != year):
        return None
    named = date(year, rule.month, min(rule.day, monthrange(year, rule.month)[1]))
    return named - timedelta(days=1) if rule.kind == "before" else named


_SIGNALS: tuple[tuple[Signal, re.Pattern[str]], ...] = (
    ("date", re.compile(r"ngày \d{1,2} tháng \d{1,2}|(?<!\d)\d{1,2}/\d{1,2}(?:/\d{4})?(?![\d/])")),
    ("recurring", re.compile(r"h[àằ]ng (?:năm|quý|tháng)|định kỳ", re.IGNORECASE)),
    ("year", re.compile(r"(?:cuối |đến |vào |trong )*năm 20\d\d", re.IGNORECASE)),
    ("number", re.compile(r"\d+(?:,\d+)?\s?%(?:\s?/\s?năm)?|\d+(?:,\d+)? lần|\d+ năm (?=liên tục|trở lên)")),
)


def candidates(sentences: Iterable[tuple[str, str]]) -> tuple[Candidate, ...]:
    """Propose facts from (path, sentence) pairs by their dates, recurrences, years and numbers, in text order."""
    return tuple(
        Candidate(signal, found.group(), sentence, path)
        for path, sentence in sentences
        for signal, pattern in _SIGNALS
        for found in pattern.finditer(sentence)
    )


def read_facts(plan_id: str, table: Mapping[str, Any], clauses: Mapping[str, str]) -> tuple[Fact, ...]:
    """
    Build the facts of a plan's .toml against its clauses (path → text).

    Raises PlanError for an unknown path, a quote that the clause does not hold, or a field of the wrong shape.
    """
    deadlines = [_deadline(plan_id, row) for row in _rows(plan_id, table, "deadline")]
    for deadline in deadlines:
        _name_the_source(plan_id, deadline)
    thresholds = [_threshold(plan_id, row) for row in _rows(plan_id, table, "threshold")]
    facts: tuple[Fact, ...] = (*deadlines, *thresholds)
    for fact in facts:
        _prove(plan_id, fact, clauses)
    return facts


def _rows(plan_id: str, table: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    rows = table.get(name, [])
    if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
        return rows
    raise PlanError(f"{plan_id}.toml: `{name}` is not a list of tables. Write each one under [[{name}]].")


def _deadline(plan_id: str, row: dict[str, Any]) -> Deadline:
    refuse_unknown(f"{plan_id}.toml", row, Deadline.__dataclass_fields__)
    return Deadline(
        title=_text(plan_id, row, "title"),
        duty=cast(Duty, _one_of(plan_id, row, "duty", get_args(Duty))),
        who=_text(plan_id, row, "who"),
        to_whom=_text(plan_id, row, "to_whom", ""),
        rule=_rule(plan_id, row),
        recurrence=cast(Recurrence, _one_of(plan_id, row, "recurrence", get_args(Recurrence))),
        carried_over=_flag(plan_id, row, "carried_over"),
        quote=_text(plan_id, row, "quote"),
        path=_text(plan_id, row, "path"),
        caveat=_text(plan_id, row, "caveat", ""),
        owed_by=_levels(plan_id, row),
        received_by=_level(plan_id, row, "received_by"),
        successor=_text(plan_id, row, "successor", ""),
        successor_source=_text(plan_id, row, "successor_source", ""),
    )


def _threshold(plan_id: str, row: dict[str, Any]) -> Threshold:
    refuse_unknown(f"{plan_id}.toml", row, Threshold.__dataclass_fields__)
    return Threshold(
        group=_text(plan_id, row, "group"),
        measure=_text(plan_id, row, "measure"),
        value=_text(plan_id, row, "value"),
        condition=_text(plan_id, row, "condition", ""),
        quote=_text(plan_id, row, "quote"),
        path=_text(plan_id, row, "path"),
    )


def _rule(plan_id: str, row: dict[str, Any]) -> Rule:
    raw = row.get("rule")
    if not isinstance(raw, dict):
        raise PlanError(
            f'{plan_id}.toml: `rule` of "{row.get("title")}" is not a table. Write rule = {{ kind = … }}.'
        )
    refuse_unknown(f"{plan_id}.toml", raw, Rule.__dataclass_fields__.keys() - {"every"})
    kind = cast(RuleKind, _one_of(plan_id, raw, "kind", get_args(RuleKind)))
    day, month, year, to_year = (_whole(plan_id, raw, key) for key in ("day", "month", "year", "to_year"))
    _real_day(plan_id, day, month, year)
    return Rule(kind, day, month, year, to_year)


def _real_day(plan_id: str, day: int | None, month: int | None, year: int | None) -> None:
    if day is None and month is None:
        return
    try:
        date(2001 if year is None else year, month or 0, day or 0)
    except ValueError as error:
        raise PlanError(
            f"{plan_id}.toml: day {day}, month {month}, year {year} is no date. Give day and month together."
        ) from error


def refuse_unknown(file: str, row: Mapping[str, Any], fields: Iterable[str], where: str = "") -> None:
    """Raise PlanError for the first field that is none of these, with the nearest one where it looks misspelt."""
    known = list(fields)
    for field in row:
        if field not in known:
            nearest = "".join(f" Did you mean `{near}`?" for near in get_close_matches(field, known, 1))
            place = f" in {where}" if where else ""
            raise PlanError(f"{file}: unknown field `{field}`{place}.{nearest} Use only: {', '.join(known)}.")


def _text(plan_id: str, row: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = row.get(key, default)
    if isinstance(value, str) and (value or default is not None):
        return value
    raise PlanError(f'{plan_id}.toml: `{key}` is missing or no text. Write {key} = "…" in {dict(row)!r}.')


def _one_of(plan_id: str, row: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str:
    value = row.get(key)
    if isinstance(value, str) and value in allowed:
        return value
    raise PlanError(f"{plan_id}.toml: `{key}` is {value!r}. Use one of {', '.join(allowed)}.")


def _level(plan_id: str, row: Mapping[str, Any], key: str) -> Level | None:
    return cast(Level, _one_of(plan_id, row, key, get_args(Level))) if key in row else None


def _levels(plan_id: str, row: Mapping[str, Any]) -> tuple[Level, ...]:
    found = row.get("owed_by", [])
    if isinstance(found, list) and all(level in get_args(Level) for level in found):
        return tuple(found)
    raise PlanError(f"{plan_id}.toml: `owed_by` is {found!r}. Write a list of {', '.join(get_args(Level))}.")


def _flag(plan_id: str, row: Mapping[str, Any], key: str) -> bool:
    value = row.get(key, False)
    if isinstance(value, bool):
        return value
    raise PlanError(f"{plan_id}.toml: `{key}` is {value!r}. Write true or false.")


def _whole(plan_id: str, row: Mapping[str, Any], key: str) -> int | None:
    value = row.get(key)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise PlanError(f"{plan_id}.toml: `{key}` is {value!r}. Write a whole number or leave it out.")


def _name_the_source(plan_id: str, fact: Deadline) -> None:
    if bool(fact.successor) != bool(fact.successor_source):
        raise PlanError(f"{plan_id}.toml: `successor` and `successor_source` of {fact.path} go together. Write both.")


def _prove(plan_id: str, fact: Fact, clauses: Mapping[str, str]) -> None:
    if fact.path not in clauses:
        raise PlanError(f"{plan_id}.toml: no clause {fact.path}. See `python -m knowledge show {plan_id}`.")
    if fact.quote not in clauses[fact.path]:
        raise PlanError(
            f'{plan_id}.toml: clause {fact.path} does not hold the quote "{fact.quote}". Copy it word for word.'
        )
    if isinstance(fact, Threshold) and fact.value not in fact.quote:
        raise PlanError(f'{plan_id}.toml: the quote of {fact.path} does not hold the value "{fact.value}".')
