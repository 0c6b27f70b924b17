"""
What all conversations of officers share: who is one, what he may see, how posts, codes, dates and typed words read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from handlers import texts_officer as say
from handlers.cases import Case, Post
from handlers.flow import State, Step, Tools, Turn
from handlers.messages import Choice, IncomingMessage, Reply
from knowledge.areas import Match
from knowledge.compose import ASK_OFFICER
from knowledge.text import clean, fold
from knowledge.workdays import VIET_NAM, local_day, working_days

CODE_DIGITS = 9
"""Of a receipt code."""
LONGEST = 1_000
"""Characters that somebody may type for others to read: a reason, a question, an answer."""
ON_A_PAGE = 8
"""Choices of a list that a phone shows without scrolling far."""
MOST_UNITS = 8
"""Communes that are offered for a typed name."""
LONGEST_LABEL = 64
"""Characters of a choice that every channel shows whole."""


class Unfit(ValueError):
    """
    What was typed cannot be taken; the message tells the officer why and what to type instead.
    """


def for_officers(step: Step) -> Step:
    """
    The step for those who hold a post now; everybody else hears how one is taken.
    """

    def guarded(state: State, message: IncomingMessage, tools: Tools) -> Turn:
        if not tools.registry.posts():
            return Turn(at_home(state), (Reply(say.NOT_AN_OFFICER),))
        return step(state, message, tools)

    return guarded


def addressed(step: Step) -> Step:
    """
    A step that speaks to households, where an officer is called as one is; what it quotes stays as it is.
    """

    def calling(state: State, message: IncomingMessage, tools: Tools) -> Turn:
        turn = step(state, message, tools)
        if not any(HOUSEHOLD.search(reply.text) for reply in turn.replies) or not tools.registry.posts():
            return turn
        return replace(turn, replies=tuple(replace(reply, text=to_officer(reply.text)) for reply in turn.replies))

    return calling


HOUSEHOLD = re.compile(r"“[^”]*”|[Bb]à con")


def to_officer(text: str) -> str:
    """
    Words to a household as an officer reads them.
    """
    text = text.replace(ASK_OFFICER, say.ASK_ABOVE)
    return HOUSEHOLD.sub(lambda found: CALLED.get(found[0], found[0]), text)


CALLED = {"Bà con": "Anh chị", "bà con": "anh chị"}


def at_home(state: State) -> State:
    """
    The state of somebody who does nothing else.
    """
    return replace(state, flow="ask", step="listen", slots={})


def seen(code: str, tools: Tools) -> Case | None:
    """
    A case in the units of this officer's posts. None for all others, the officer's own registration elsewhere too.
    """
    case = tools.registry.case(code)
    return case if case and post_for(case.unit, tools) else None


def post_for(unit: str, tools: Tools) -> Post | None:
    """
    The post of this officer that answers for a unit: the one at the unit itself before one above.
    """
    fitting = [post for post in tools.registry.posts() if tools.covers(post.unit, unit)]
    return min(fitting, key=lambda post: post.unit != unit, default=None)


def unit_name(unit: str, tools: Tools) -> str:
    """
    The name of a unit, or its code where it is not known.
    """
    return tools.unit_name(unit) or unit


def home_unit(unit: str, tools: Tools) -> str:
    """
    A unit as those who live there call it: a commune without its province.
    """
    area = tools.area(unit)
    return area.name if area else unit_name(unit, tools)


def digits(text: str) -> str:
    """
    The ASCII digits of a text.
    """
    return "".join(letter for letter in text if letter in "0123456789")


def minute(moment: datetime) -> str:
    """
    A moment in Viet Nam as "dd/mm/yyyy hh:mm".
    """
    return f"{moment.astimezone(VIET_NAM):%d/%m/%Y %H:%M}"


def waited(since: datetime, today: date) -> str:
    """
    The working days since a moment, in words: "4 ngày".
    """
    return say.DAYS.format(days=working_days(local_day(since), today))


def shortened(text: str, most: int = LONGEST_LABEL) -> str:
    """
    The text on one line, cut to `most` characters.
    """
    line = clean(text)
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def unit_choices(matches: Iterable[Match]) -> tuple[Choice, ...]:
    """
    The communes that a typed name may mean, each once, with the older name that was understood: `unit:<code>`.
    """
    known = {match.area.code: (match.area.full, match.was) for match in matches}
    return tuple(
        Choice(f"unit:{code}", say.UNIT_WAS.format(area=area, was=was) if was else area)
        for code, (area, was) in list(known.items())[:MOST_UNITS]
    )


def typed(message: IncomingMessage, most: int = LONGEST, least: int = 1) -> str:
    """
    What somebody typed for others to read: its lines as they are, without control, zero-width and bidirectional
    characters. Raises Unfit for more than `most` characters, fewer than `least` words, or no words at all.
    """
    text = "\n".join(line for line in map(clean, message.text.splitlines()) if line)
    if not text:
        raise Unfit(say.ONLY_WORDS)
    if len(text) > most:
        raise Unfit(say.TOO_LONG.format(length=len(text), most=most))
    if sum(any(letter.isalpha() for letter in word) for word in text.split()) < least:
        raise Unfit(say.TOO_SHORT.format(least=least))
    return text


SAID_DAYS = {"hom nay": 0, "bua nay": 0, "hom qua": 1, "bua qua": 1}
"""Days ago."""
DAY = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4}|\d{2})", re.ASCII)


def read_day(text: str, today: date) -> date:
    """
    A typed date, day first: "28/11/2026", "28-11-26", "28.11.2026", "hôm qua". Raises Unfit.
    """
    if (ago := SAID_DAYS.get(fold(clean(text)).rstrip(" ."))) is not None:
        return today - timedelta(days=ago)
    found = DAY.fullmatch(text.strip())
    if found is None:
        raise Unfit(say.NOT_A_DATE)
    dd, mm, yyyy = (int(part) for part in found.groups())
    try:
        return date(yyyy + 2000 if yyyy < 100 else yyyy, mm, dd)
    except ValueError:
        raise Unfit(say.NOT_A_DATE) from None


def rounds(today: date) -> Iterator[date]:
    """
    The starts of monthly reviews that a paper may go into: the 15th, from last month's to the one in three months.
    """
    month = today.year * 12 + today.month - 1
    yield from (date(n // 12, n % 12 + 1, 15) for n in range(month - 1, month + 4))
