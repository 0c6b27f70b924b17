"""
What the commands `deadlines` and `remind preview` print: the plans' duties, and what will go out when.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.clock import VIET_NAM, local_date, system_clock
from bot.commands import CannotStart
from bot.keys import seal_for
from bot.settings import load_settings
from db.desk import DeskRows
from db.records import Step, StoredDuty
from db.uow import Database
from handlers import texts_reminders as say
from handlers.cases import ROLE_NAMES, Role
from handlers.duties import rule_from_json, rule_to_json
from handlers.duty_desk import duty_of
from handlers.flows.due import told
from handlers.reminders import state_duties
from knowledge.areas import Areas
from knowledge.deadlines import Duty, duties, next_day, steps_between
from knowledge.parse import Plan, shipped

MOST_YEARS = 60
"""How far ahead a preview looks."""


def print_deadlines(plan: str | None, as_json: bool) -> int:
    """
    The duties of all plans, or of one, with their proof, as one JSON list or as a table. Raises CannotStart for an
    unknown plan.
    """
    today = local_date(system_clock())
    found = duties(_plans(plan, today), today)
    if as_json:
        print(json.dumps([deadline_as_json(duty, today) for duty in found], ensure_ascii=False, indent=1))
    else:
        print("\n".join(_table(found, today)))
    return 0


def _plans(id: str | None, today: date) -> tuple[Plan, ...]:
    plans = shipped(today)
    if id is None or any(plan.id == id for plan in plans):
        return tuple(plan for plan in plans if id in {None, plan.id})
    raise CannotStart(f"Không có kế hoạch {id!r}. Các kế hoạch có: {', '.join(plan.id for plan in plans)}.")


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
        "rule": rule_to_json(duty.rule),
        "recurrence": duty.recurrence,
        "last_day": last.isoformat() if last else None,
        "active": duty.active,
        "quote": duty.quote,
        "path": duty.path,
    }


def _table(found: Iterable[Duty], today: date) -> Iterator[str]:
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


async def preview(since: str, until: str, as_json: bool) -> int:
    """
    Every step that would go out from one day to another, both counted, as this database stands now. Raises
    CannotStart for a day that is none.
    """
    first, final = _day(since), _day(until)
    if not first <= final <= first + timedelta(days=366 * MOST_YEARS):
        raise CannotStart(
            f"--from {since} --to {until} không phải khoảng ngày. Ghi ngày sớm trước, cách nhau nhiều nhất 60 năm."
        )
    settings, now = load_settings(), system_clock()
    database, areas = Database(settings.database_url, seal_for(settings)), Areas.load()
    try:
        await database.migrate()
        await state_duties(database, shipped(local_date(now)), areas, now)
        async with database.read() as uow:
            steps = await uow.desk(lambda rows: list(_steps(rows, first, final)))
    finally:
        await database.close()
    for step in sorted(steps, key=lambda step: step["at"]):
        print(json.dumps(step, ensure_ascii=False) if as_json else _step_line(step))
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CannotStart(f"{text!r} không phải ngày. Ghi như 2026-11-23.") from error


def _steps(rows: DeskRows, since: date, until: date) -> Iterator[Mapping[str, Any]]:
    first, final = (datetime.combine(day, moment, VIET_NAM) for day, moment in ((since, time.min), (until, time.max)))
    for row in rows.duties.all(active=True):
        for moment, last, step in steps_between(rule_from_json(row.rule), first, final):
            yield _step(row, moment, last, step, rows.duties.audience(Step(row.id, last, step)))


def _step(row: StoredDuty, moment: datetime, last: date, step: int, audience: int) -> Mapping[str, Any]:
    duty = duty_of(row)
    greeting = say.GREETING.format(post=ROLE_NAMES[Role.OFFICER])
    own = row.post is not None
    return {
        "at": moment.isoformat(),
        "step": step,
        "plan": duty.plan or None,
        "title": None if own else duty.title,
        "audience": audience,
        "text": None if own else told([(duty, last, 0, Role.OFFICER)], greeting, moment).text,
    }


def _step_line(step: Mapping[str, Any]) -> str:
    title = step["title"] or "(hạn riêng của một vị trí)"
    return f"{step['at'][:16].replace('T', ' ')}  {step['step']:>4}  {step['audience']:>7} người  {title}"


def add_commands(commands: Any, run: Any) -> None:
    """
    The commands' place on the command line; `run` starts a coroutine.
    """
    listed = commands.add_parser("deadlines", help="các kế hoạch yêu cầu gì, hạn nào, kèm nguyên văn")
    listed.add_argument("--json", action="store_true", help="một danh sách JSON")
    listed.add_argument("--plan", metavar="KẾ-HOẠCH", help="chỉ của kế hoạch này: vinh-phuc-2021, …")
    listed.set_defaults(run=lambda arguments: print_deadlines(arguments.plan, arguments.json))

    remind = commands.add_parser("remind", help="xem trước các tin nhắc hạn")
    what = remind.add_subparsers(dest="what", required=True, metavar="VIỆC")
    seen = what.add_parser("preview", help="mọi tin nhắc sẽ gửi giữa hai ngày")
    seen.add_argument("--from", dest="since", required=True, metavar="NGÀY", help="chẳng hạn 2026-10-01")
    seen.add_argument("--to", dest="until", required=True, metavar="NGÀY", help="chẳng hạn 2027-01-31")
    seen.add_argument("--json", action="store_true", help="mỗi tin một dòng JSON")
    seen.set_defaults(run=lambda arguments: run(preview(arguments.since, arguments.until, arguments.json)))
