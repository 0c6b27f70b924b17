"""
Deadlines asked for in words: "tháng này có hạn gì?", "con may ngay nua?", and by officers "khi nào nộp báo cáo?".

An officer hears what the posts owe; everybody else what the plans state with a day, for their place if it is known.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from handlers import texts
from handlers import texts_reminders as say
from handlers.cases import Post, Role
from handlers.duties import Duty
from handlers.flow import Flow, State, Tools, Turn
from handlers.flows import ask, deadlines
from handlers.flows.dated import next_last, words_of
from handlers.flows.due import told
from handlers.flows.officers import addressed, at_home
from handlers.messages import Choice, IncomingMessage, Json, Reply
from knowledge.answer import Answer, Citation, Kind, Option
from knowledge.deadlines import occurrences
from knowledge.places import Named, Place
from knowledge.workdays import local_day

LONGEST = 14
"""Words of a question that asks for nothing else."""
MOST = 3
"""Deadlines that one answer shows."""
WHEN = r"(?:khi nao|bao gio|chung nao|luc nao|hoi nao|khi mo|chung mo|bua mo|hom mo|ngay nao|ngay may|bao lau nua)"
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
    r"|\bcon (?:gi|(?:viec|cai) (?:gi|nao))\b.*\b(?:nop|bao cao|lam)\b|\b(?:qua|tre|toi|den) han chua\b"
    r"|^(?:hom nay|tuan nay|thang nay) (?:co |phai |can )*(?:viec gi|lam gi|nop gi)(?: khong)?$"
)
CONTENT = re.compile(r"\bbao cao (?:nhung )?(?:gi|noi dung gi)\b(?!.*\b(?:han|nay|sau|toi)\b)")
"""Asks what a report holds, not by when it is due."""
OTHER = re.compile(
    r"\b(?:don|ho so|dang ky|vay|von|tien|thuong|khen|ngheo|the|bao hiem|giay|ho|so ket|tong ket|nam ngoai|"
    r"quyen han|gioi han)\b"
)
"""Words of other subjects: such questions are the library's."""
SO = re.compile(r"^vay\b|\bvay(?= (?:a|ha|nhi|em|anh|chi|ban|bot|ta)$|$)")
"""The "vậy" of a question, which reads as a loan without its marks."""
SPAN = re.compile(r"\b(?:(tuan|thang|nam) (nay|sau|toi)|thang (\d{1,2})|(hom nay|ngay mai))\b")


def hears(state: State, message: IncomingMessage, tools: Tools) -> bool:
    """
    Whether plain words ask for deadlines and nothing else; officers may ask by when a report is due, too.
    """
    if message.choice is not None or not _may_ask(spelled := tools.spell_out(message.text)):
        return False
    named = tools.named(message.text)
    if asks_for_days(spelled, tools.spell_out(named.rest), named):
        return True
    own = _fits(spelled, named) and not named.places and REPORT.search(words_of(spelled))
    return bool(own and tools.registry.posts())


def _may_ask(spelled: str) -> bool:
    """
    Whether there is anything in it that asks for deadlines: tells most messages apart at once.
    """
    said = words_of(spelled)
    return any(pattern.search(said) for pattern in (LEFT, LISTS, REPORT))


def asks_for_days(spelled: str, rest: str, named: Named) -> bool:
    """
    Whether a question, spelled out, asks what is due or how many days are left, and nothing else. `rest` is without
    the places that it names.
    """
    said = words_of(spelled)
    if not _fits(spelled, named):
        return False
    left = LEFT.fullmatch(said) or LEFT.fullmatch(words_of(rest))
    return bool(left) or (LISTS.search(said) is not None and not CONTENT.search(said))


def _fits(spelled: str, named: Named) -> bool:
    """
    Whether it is short, of no other subject, and about one place at most that a plan is held for.
    """
    said = words_of(spelled)
    if not said or len(said.split()) > LONGEST or OTHER.search(SO.sub("", said)):
        return False
    return not (named.elsewhere or named.every or named.both or len(named.places) > 1)


@addressed
def tell(state: State, message: IncomingMessage, tools: Tools) -> Turn:
    """
    What is due, in the span of time that was named or soonest.
    """
    said = words_of(tools.spell_out(message.text))
    if not tools.registry.posts() or tools.named(message.text).places:
        place = place_meant(tools.named(message.text), state.context, state.profile.get("place"), tools.places)
        found = of_plans(said, place, tools.registry.stated(), tools.now)
        return Turn(at_home(state), (ask.reply_of(found),))
    owed = [(one.duty, one.last, one.post) for one in tools.registry.owed() if one.last and not one.done]
    if owed:
        return _of_posts(state, said, say.OWED, owed, deadlines.ALL, tools)
    received = [(one.duty, one.last, one.post) for one in tools.registry.boards() if one.last >= tools.today]
    if received:
        return _of_posts(state, said, say.RECEIVED, received, deadlines.SEE_BOARD, tools)
    if any(one.done for one in tools.registry.owed()):
        return deadlines.nothing_open(state, tools)
    return deadlines.show(state, replace(message, text=""), tools)


def _of_posts(
    state: State, said: str, head: str, found: list[tuple[Duty, date, Post]], way: Choice, tools: Tools
) -> Turn:
    near, today = {(duty.id, last) for duty, last, _ in found}, local_day(tools.now)
    later = {
        (duty.id, day, post.id): (duty, day, post)
        for duty, last, post in found
        for day in _coming(duty, last, said, today)
        if (duty.id, day) not in near
    }
    items = [(duty, last, post.id, Role.OFFICER) for duty, last, post in [*found, *later.values()]]
    reply = _shown(items, head.format(post=found[0][2].name), said, tools.now)
    now = {f"{duty}:{last.isoformat()}" for duty, last in near}
    acts = [choice for choice in reply.choices if choice.id.split(":", 2)[2].rpartition(":")[0] in now]
    choices = [] if way is deadlines.SEE_BOARD else acts
    looking = replace(state, flow="deadlines", step="listen", slots={})
    return Turn(looking, (replace(reply, choices=(*choices, way)),))


def of_plans(said: str, place: Place | None, stated: Iterable[Duty], now: datetime) -> Answer:
    """
    What the plans, or the one of a place, state with a day to come, for folded words that ask for it.
    """
    today = local_day(now)
    here = [duty for duty in stated if duty.active and (place is None or duty.plan == place.plan)]
    dated = [
        (duty, last, 0, Role.OFFICER) for duty in here for last in _coming(duty, next_last(duty, today), said, today)
    ]
    if not dated:
        menu = Option(texts.MENU_DEADLINES, texts.MENU_DEADLINES, place.slug if place else None)
        text = say.NO_DAYS_HERE.format(place=place.name) if place else say.NO_DAYS
        return Answer(Kind.DECLINE, text, options=(menu,))
    reply = _shown(sorted(dated, key=lambda item: item[1]), say.OF_PLANS, said, now)
    cited = (duty for duty, _, _, _ in dated if (duty.plan, duty.quote) in reply.quotes)
    return Answer(Kind.ANSWER, reply.text, tuple(Citation(duty.plan, duty.path, duty.quote) for duty in cited))


def _coming(duty: Duty, last: date | None, said: str, today: date) -> list[date]:
    """
    A last day of a duty, and the later ones that fall into the span that was named.
    """
    span = span_of(said, today)
    found = [] if span is None else [day for day in occurrences(duty.rule, *span) if day >= today]
    return sorted({*found, *([last] if last else [])})


def _shown(items: list[tuple[Duty, date, int, Role]], head: str, said: str, now: datetime) -> Reply:
    """
    Those within the span that was named, with the plan's words; the soonest where there are none.
    """
    span = span_of(said, local_day(now))
    near = [item for item in items if span is None or span[0] <= item[1] <= span[1]]
    return told((near or items[:1])[:MOST], head if near else say.NONE_THEN, now)


def place_meant(named: Named, context: Mapping[str, Json], own: str | None, places: Iterable[Place]) -> Place | None:
    """
    The place that a question names, else the one of the last answer, else the person's own.
    """
    last = context.get("places")
    slug = last[0] if isinstance(last, list) and len(last) == 1 else own
    return named.places[0] if named.places else next((place for place in places if place.slug == slug), None)


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
