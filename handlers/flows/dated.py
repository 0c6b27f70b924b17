"""
The day under an answer about a deadline: counted from the rule as it stands now, said in fixed sentences before the
plan's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from handlers import texts_reminders as say
from handlers.duties import Duty, days_of
from handlers.flows.due import day_words, goes_on, last_day_words, target
from knowledge.answer import Answer, Citation
from knowledge.text import fold

ASKS_WHEN = re.compile(
    r"\b(?:khi nao|bao gio|chung nao|luc nao|hoi nao|khi mo|bao chu|(?:ngay|thang|hom|bua) (?:nao|may|mo)|"
    r"(?:may|bao nhieu) ngay|bao lau|han|thoi han|deadline|den han|toi han)\b"
)
LONGEST = 1_500
"""Characters of an answer about one place."""
RECURRING = frozenset(("yearly", "undated"))
"""Rules that name no day although the duty goes on."""


def words_of(text: str) -> str:
    """
    A text as folded words, for recognising what is meant only.
    """
    return " ".join(re.findall(r"\w+", fold(text)))


def asks_when(text: str) -> bool:
    """
    Whether a question, spelled out, asks for a day.
    """
    return ASKS_WHEN.search(words_of(text)) is not None


def with_days(found: Answer, duties: Iterable[Duty], today: date) -> Answer:
    """
    The answer, with the days of the duties that it quotes first of each plan said before it; the day alone where more
    would be too long to read on a phone.
    """
    firsts = {cite.document: cite for cite in reversed(found.citations)}.values()
    quoted = [duty for duty in duties if any(_proves(cite, duty) for cite in firsts)]
    lines = list(_lines(quoted, today))
    if not lines:
        return found
    whole = "\n".join([*lines, "", found.text])
    return replace(found, text=whole if len(whole) <= LONGEST else f"{lines[0]}\n\n{found.text}")


def _proves(cite: Citation, duty: Duty) -> bool:
    same = (cite.document, cite.path) == (duty.plan, duty.path)
    return same and (duty.quote in cite.quote or cite.quote in duty.quote)


def _lines(duties: list[Duty], today: date) -> Iterator[str]:
    dated = [duty for duty in duties if duty.active and next_last(duty, today)]
    for duty in dated:
        yield from _when(duty, today)
    if duties and not dated and all(duty.rule.kind in RECURRING for duty in duties):
        yield say.NO_DAY_STATED


def _when(duty: Duty, today: date) -> Iterator[str]:
    for passed in (day for day in days_of(duty.rule, today) if day < today and day.year == today.year):
        yield say.PASSED.format(day=day_words(passed), days=(today - passed).days)
    if last := next_last(duty, today):
        days = (target(last, today) - today).days
        left = say.UNTIL_THEN.format(days=days) if days else say.THAT_IS_TODAY
        yield f"{last_day_words(last)} {left}"
        if basis := goes_on(duty):
            yield basis


def next_last(duty: Duty, today: date) -> date | None:
    """
    The next last day in time of a duty, today counted.
    """
    return next((day for day in days_of(duty.rule, today) if day >= today), None)
