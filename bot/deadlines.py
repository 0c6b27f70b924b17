"""
What the commands `deadlines` and `remind preview` print: the plans' duties, and what will go out when.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from bot.clock import local_date, system_clock
from bot.commands import CannotStart, speak_utf8
from knowledge.deadlines import Duty, duties, next_day
from knowledge.library import Library
from knowledge.parse import Plan


def print_deadlines(arguments: argparse.Namespace) -> int:
    """
    The duties of all plans, or of one, with their proof, as one JSON list or as a table. Raises CannotStart for an
    unknown plan.
    """
    speak_utf8()
    today = local_date(system_clock())
    found = duties(_plans(arguments.plan, today), today)
    if arguments.json:
        print(json.dumps([deadline_as_json(duty, today) for duty in found], ensure_ascii=False, indent=1))
    else:
        print("\n".join(_table(found, today)))
    return 0


def _plans(id: str | None, today: date) -> tuple[Plan, ...]:
    plans = Library.shipped(today).plans
    if id is None or any(plan.id == id for plan in plans):
        return tuple(plan for plan in plans if id in {None, plan.id})
    raise CannotStart(f"there is no plan {id!r}; known: {', '.join(plan.id for plan in plans)}")


def deadline_as_json(duty: Duty, today: date) -> Mapping[str, Any]:
    """
    A duty as people script against it. `last_day` is the next last day in time, or the only one; null where the plan
    names no day.
    """
    last = next_day(duty.rule, today)
    return {
        "plan": duty.plan,
        "title": duty.title,
        "who": duty.who,
        "to_whom": duty.to_whom,
        "rule": {name: value for name, value in asdict(duty.rule).items() if value is not None},
        "recurrence": duty.recurrence,
        "last_day": last.isoformat() if last else None,
        "active": duty.active,
        "quote": duty.quote,
        "path": duty.path,
    }


def _table(found: Iterable[Duty], today: date) -> Iterable[str]:
    for duty in found:
        mark = "đang nhắc" if duty.active else "không nhắc"
        yield f"{duty.key:<28}{_when(duty, today):<26}{mark:<12}{duty.title}"


def _when(duty: Duty, today: date) -> str:
    """
    The last day in time, or as much as the plan says.
    """
    if last := next_day(duty.rule, today):
        return f"{last:%d/%m/%Y}"
    years = "–".join(str(year) for year in (duty.rule.year, duty.rule.to_year) if year)
    if years:
        return f"năm {years}"
    return "hàng năm, không nêu ngày" if duty.recurrence == "yearly" else "không nêu ngày"
