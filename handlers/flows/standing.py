"""
Questions about what a household is today, what it registers for, and what it wishes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from handlers import texts
from handlers import texts_household as say
from handlers.cases import Standing
from handlers.flow import Tools
from handlers.flows import reading
from handlers.flows.drafts import Slots
from handlers.flows.question import GONE, Field, Taken, always, choices, choose_one, has
from handlers.messages import Reply
from knowledge.text import clean, fold

LONGEST_REASON = 500
REVIEW_ENDS = (12, 14)
"""The yearly review runs until 14 December (QĐ 24/2021/QĐ-TTg, Điều 3)."""


def _ask_standing(slots: Slots, tools: Tools) -> Reply:
    return Reply(say.STANDING, choices("standing", *((one, texts.STANDINGS[one].capitalize()) for one in Standing)))


STANDING_WORDS = (
    (Standing.JUST_LEFT, re.compile(r"\bthoat\b")),
    (Standing.NEAR_POOR, re.compile(r"\bcan ngheo\b|^(?:dien |ho )?can$|\bhcn\b")),
    (Standing.POOR, re.compile(r"\bngheo\b|^hn$")),
)


def _take_standing(slots: Slots, text: str, tools: Tools) -> Taken:
    said = fold(clean(text))
    if re.search(r"\b(?:khong|ko|k|hong|chua)\b", said):
        return say.STANDING_UNSURE
    named = (one for one, words in STANDING_WORDS if words.search(said))
    standing = Standing.NEAR_POOR if reading.nearly(text, "hộ cận nghèo") else next(named, None)
    return _pick_standing(slots, standing, tools) if standing else say.CHOOSE_ONE


def _pick_standing(slots: Slots, value: str, tools: Tools) -> Taken:
    changed = {"leaving": GONE} if value != slots.get("standing") else {}
    return {"standing": str(value), **changed}


def _ask_since(slots: Slots, tools: Tools) -> Reply:
    return Reply(say.SINCE, choices("since", ("unknown", say.SINCE_UNKNOWN)))


def _take_since(slots: Slots, text: str, tools: Tools) -> Taken:
    year = reading.since_in(text, tools.today)
    if year is not None:
        return {"since": year}
    return {"since": None} if reading.forgot(text) else say.SINCE_UNCLEAR


def _pick_since(slots: Slots, value: str, tools: Tools) -> Taken:
    return {"since": None}


def _ask_leaving(slots: Slots, tools: Tools) -> Reply:
    return Reply(say.LEAVING, choices("leaving", *_leavings(slots["standing"]).items()))


def leaving_shown(standing: str, leaving: str) -> str:
    """
    What is registered, as people read it. A paper may name what the household is already: it wants to stay so.
    """
    offered = _leavings(standing)
    return offered.get(leaving, say.LEAVINGS_OF_JUST_LEFT[Standing.POOR]).casefold()


def _leavings(standing: str) -> Mapping[str, str]:
    return say.LEAVINGS_OF_JUST_LEFT if standing == Standing.JUST_LEFT else say.LEAVINGS


def _pick_leaving(slots: Slots, value: str, tools: Tools) -> Taken:
    return {"leaving": value}


def _just_left(slots: Slots) -> bool:
    return slots.get("standing") == Standing.JUST_LEFT


def leaving_of(slots: Slots) -> str:
    """
    What the household registers to leave: what it is today, unless it chose.
    """
    return str(slots.get("leaving") or slots["standing"])


def _ask_needs(slots: Slots, tools: Tools) -> Reply:
    pairs = ((key, words.capitalize()) for key, words in texts.NEEDS.items())
    return Reply(say.NEEDS, choices("needs", *pairs, ("", say.NEEDS_NONE)))


NO_NEED = {
    f"{no} can{more}" for no in ("khong", "ko", "k", "hong", "hok") for more in ("", " gi", " dau", " giup gi")
} | {"thoi", "bo qua"}


def _take_needs(slots: Slots, text: str, tools: Tools) -> Taken:
    keys = tuple(texts.NEEDS)
    numbers = reading.several_in(text, len(keys))
    if numbers is not None:
        return {"needs": [keys[number - 1] for number in numbers]}
    if reading.says_one_of(text, reading.DENIALS | NO_NEED):
        return {"needs": []}
    named = [
        key for key, words in texts.NEEDS.items() if any(reading.holds(text, part) for part in words.split(", "))
    ]
    return {"needs": named} if named else say.NEEDS_UNCLEAR


def _pick_needs(slots: Slots, value: str, tools: Tools) -> Taken:
    return {"needs": [value] if value else []}


def review_year(today: date) -> int:
    """
    The year of the yearly review that is still open.
    """
    return today.year if today <= date(today.year, *REVIEW_ENDS) else today.year + 1


def _ask_year(slots: Slots, tools: Tools) -> Reply:
    first = review_year(tools.today)
    return Reply(say.YEAR, choices("year", *((str(n), say.YEAR_CHOICE.format(year=n)) for n in (first, first + 1))))


def _take_year(slots: Slots, text: str, tools: Tools) -> Taken:
    first = review_year(tools.today)
    named = [year for year in (first, first + 1) if str(year) in text]
    return {"year": named[0]} if len(named) == 1 else say.CHOOSE_ONE


def _pick_year(slots: Slots, value: str, tools: Tools) -> Taken:
    return {"year": int(value)}


def _ask_reason(slots: Slots, tools: Tools) -> Reply:
    return Reply(say.REASON, choices("reason", ("", say.REASON_NONE)))


def _take_reason(slots: Slots, text: str, tools: Tools) -> Taken:
    tidy = clean(text)[:LONGEST_REASON]
    return {"reason": tidy} if any(letter.isalpha() for letter in tidy) else say.REPLY_EMPTY


def _pick_reason(slots: Slots, value: str, tools: Tools) -> Taken:
    return {"reason": GONE}


STANDING = (
    Field("standing", _ask_standing, _take_standing, _pick_standing, has("standing")),
    Field("since", _ask_since, _take_since, _pick_since, has("since"), strict=True),
)
WISHES = (
    Field("leaving", _ask_leaving, choose_one, _pick_leaving, has("leaving"), _just_left),
    Field("needs", _ask_needs, _take_needs, _pick_needs, has("needs"), strict=True),
)
MORE = (
    Field("year", _ask_year, _take_year, _pick_year, always),
    Field("reason", _ask_reason, _take_reason, _pick_reason, always),
)
"""Asked on the review screen only."""
