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
from knowledge.deadlines import Duty, duties, next_day
from knowledge.library import Library


def print_deadlines(arguments: argparse.Namespace) -> int:
    """
    The duties of all plans with their proof, as one JSON list or as a table.
    """
    today = local_date(system_clock())
    found = duties(Library.shipped(today).plans, today)
    if arguments.json:
        print(json.dumps([deadline_as_json(duty, today) for duty in found], ensure_ascii=False, indent=1))
    else:
        print("\n".join(_table(found, today)))
    return 0


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
        last = next_day(duty.rule, today)
        day = f"{last:%d/%m/%Y}" if last else "không nêu ngày"
        mark = "đang nhắc" if duty.active else "không nhắc"
        yield f"{duty.key:<28}{day:<16}{mark:<12}{duty.title}"
