"""
Deadlines asked for in words: "tháng này có hạn gì?", "con may ngay nua?", and by officers "khi nào nộp báo cáo?".

An officer hears what the posts owe; everybody else what the plans state with a day, for their place if it is known.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from handlers import texts
from handlers import texts_reminders as say
from handlers.cases import Role
from handlers.duties import Duty
from handlers.flow import Flow, State, Tools, Turn
from handlers.flows import deadlines
from handlers.flows.dated import next_last, words_of
from handlers.flows.due import told
from handlers.flows.officers import at_home
from handlers.messages import Choice, IncomingMessage, Reply

LONGEST = 14
"""Words of a question that asks for nothing else."""
MOST = 3
"""Deadlines that one answer shows."""
WHEN = r"(?:khi nao|bao gio|chung nao|luc nao|hoi nao|khi mo|ngay nao|ngay may|bao lau nua)"
LISTS = re.compile(
    r"\bhan (?:nop |bao cao |nop bao cao )?(?:gi|nao)\b"
    r"|\b(?:nop|bao cao|gui|den han|toi han) (?:bao cao )?(?:cai |nhung )?(?:gi|viec gi)\b"
    r"|\b(?:viec|cai) (?:gi|nao) (?:sap |gan )?(?:den|toi) han\b"
    rf"|\b(?:sap|gan|{WHEN}) (?:thi |la |se |moi )?(?:den|toi|het) han\b|\b(?:den|toi|het) han {WHEN}\b"
    r"|\b(?:cac|nhung|lich) han\b"
)
LEFT = re.compile(
    r"(?:\w+ )?(?:con|con lai) (?:may|bao nhieu|bao lau)(?: (?:ngay|hom|bua|tuan))?(?: nua)?"
    r"(?: (?:la|thi|den|toi|het|han|nop|bao cao|phai|moi|ngay|a|ha|vay|nhi|hen|ta|the|day))*"
)
REPORT = re.compile(
    rf"\b{WHEN}\b.*\b(?:nop|bao cao|gui|han)\b|\b(?:nop|bao cao|gui)\b.*\b{WHEN}\b"
    r"|\b(?:han|thoi han|han chot|han cuoi|deadline)\b.*\b(?:nop|bao cao)\b|\bbao cao\b.*\b(?:han|deadline)\b"
)
CONTENT = re.compile(r"\bbao cao (?:nhung )?(?:gi|noi dung gi)\b(?!.*\b(?:han|nay|sau|toi)\b)")
"""Asks what a report holds, not by when it is due."""
OTHER = re.compile(
    r"\b(?:don|ho so|dang ky|vay|von|tien|thuong|khen|ngheo|the|bao hiem|giay|ho|so ket|tong ket|nam ngoai)\b"
)
"""Words of other subjects: such questions are the library's."""
SPAN = re.compile(r"\b(?:(tuan|thang|nam) (nay|sau|toi)|thang (\d{1,2})|(hom nay|ngay mai))\b")


def hears(state: State, message: IncomingMessage, tools: Tools) -> bool:
    """
    Whether plain words ask for deadlines and nothing else.
    """
    if message.choice is not None or not message.text.strip():
        return False
    said = words_of(tools.spell_out(message.text))
    if not said or len(said.split()) > LONGEST or OTHER.search(said):
        return False
    named = tools.named(message.text)
    if named.elsewhere or named.every or named.both or len(named.places) > 1:
        return False
    return _asks(said, words_of(tools.spell_out(named.rest)), bool(tools.registry.posts()) and not named.places)


def _asks(said: str, rest: str, of_own: bool) -> bool:
    """
    Whether folded words ask for deadlines; `rest` is without the place, `of_own`: by an officer and of no place.
    """
    if LEFT.fullmatch(said) or LEFT.fullmatch(rest) or (of_own and REPORT.search(said)):
        return True
    return LISTS.search(said) is not None and not CONTENT.search(said)


def tell(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    What is due, in the span of time that was named or soonest.
    """
    said = words_of(tools.spell_out(message.text))
    if not tools.registry.posts() or tools.named(message.text).places:
        return Turn(at_home(state), (_of_plans(state, message.text, said, tools),))
    owed = [one for one in tools.registry.owed() if one.last and not one.done]
    items = [(one.duty, one.last, one.post.id, Role.OFFICER) for one in owed if one.last]
    if not items:
        return deadlines.show(state, replace(message, text=""), tools)
    head = say.OWED.format(post=owed[0].post.name)
    reply = _shown(items, head, said, tools)
    looking = replace(state, flow="deadlines", step="listen", slots={})
    return Turn(looking, (replace(reply, choices=(*reply.choices, deadlines.ALL)),))


def _shown(items: list[tuple[Duty, date, int, Role]], head: str, said: str, tools: Tools) -> Reply:
    """
    Those within the span that was named, with the plan's words; the soonest where there are none.
    """
    span = span_of(said, tools.today)
    near = [item for item in items if span is None or span[0] <= item[1] <= span[1]]
    return told((near or items[:1])[:MOST], head if near else say.NONE_THEN, tools.now)


def _of_plans(state: State, text: str, said: str, tools: Tools) -> Reply:
    place = _place(state, text, tools)
    stated = [
        duty for duty in tools.registry.stated() if duty.active and place in {None, duty.plan.rpartition("-")[0]}
    ]
    dated = [(duty, last, 0, Role.OFFICER) for duty in stated if (last := next_last(duty, tools.today))]
    if dated:
        reply = _shown(sorted(dated, key=lambda item: item[1]), say.OF_PLANS, said, tools)
        return replace(reply, choices=())
    name = next((one.name for one in tools.places if one.slug == place), None)
    menu = Choice(f"ask:{place or ''}:{texts.MENU_DEADLINES}", texts.MENU_DEADLINES)
    return Reply(say.NO_DAYS_HERE.format(place=name) if name else say.NO_DAYS, (menu,))


def _place(state: State, text: str, tools: Tools) -> str | None:
    """
    The place that is named, else the one of the last answer, else the person's own.
    """
    named = tools.named(text).places
    if named:
        return named[0].slug
    last = state.context.get("places")
    if isinstance(last, list) and len(last) == 1:
        return str(last[0])
    return state.profile.get("place") or None


def span_of(said: str, today: date) -> tuple[date, date] | None:
    """
    The first and the last day of the time that folded words name: "thang nay" is this month.
    """
    found = SPAN.search(said)
    if found is None:
        return None
    unit, which, month, near = found.groups()
    if near:
        day = today + timedelta(days=near == "ngay mai")
        return day, day
    later = which in {"sau", "toi"}
    if unit == "tuan":
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * later)
        return monday, monday + timedelta(days=6)
    if unit == "nam":
        return date(today.year + later, 1, 1), date(today.year + later, 12, 31)
    return _month(today, int(month) if month else None, later)


def _month(today: date, month: int | None, later: bool) -> tuple[date, date] | None:
    if month is not None and not 1 <= month <= 12:
        return None
    at = today.replace(day=1) + timedelta(days=32 * later)
    year = at.year if month is None else today.year + (month < today.month)
    month = month or at.month
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


WHEN_DUE = Flow(name="when", entry="tell", steps={"tell": tell}, listens=True, hears=hears)
