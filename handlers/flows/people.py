"""
Questions about people: who speaks and for whom, the head of the household, the telephone, how many they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from handlers import texts_household as say
from handlers.flow import Tools
from handlers.flows import reading
from handlers.flows.drafts import Slots
from handlers.flows.question import GONE, Field, Taken, choices, choose_one, has, helps, typed_only
from handlers.flows.shown import day
from handlers.messages import Choice, Reply
from knowledge.text import clean, fold

MOST_MEMBERS = 30
LONGEST_RELATION = 60
"""Characters."""


# Who speaks


def _ask_who(slots: Slots, tools: Tools) -> Reply:
    return Reply(say.WHO, choices("who", ("own", say.WHO_OWN), ("help", say.WHO_HELP)))


HELPING = re.compile(
    r"\b(?:ghi|dang ky|dang ki|dk|lam|viet|khai)(?: don)? (?:ho|giup|gium|dum|thay)\b"
    r"(?! ngheo| can| toi| em| tui| minh)"
    r"|^(?:giup|gium|dum)\b|\b(?:nha|nguoi|ho) khac\b|\bhang xom\b"
)
FOR_ANOTHER = ("giup", "gium", "dum", "nha khac", "hang xom", "ba con", "cho ba", "cho ong")
FOR_OWN = (
    "nha toi",
    "nha tui",
    "nha em",
    "nha minh",
    "nha con",
    "cho nha",
    "cho minh",
    "cho toi",
    "cho em",
    "gia dinh",
)


def _take_who(slots: Slots, text: str, tools: Tools) -> Taken:
    said = f" {fold(clean(text))} "
    if HELPING.search(said) or any(f" {words} " in said for words in FOR_ANOTHER):
        return {"who": "help"}
    return {"who": "own"} if any(reading.holds(text, words) for words in FOR_OWN) else say.CHOOSE_ONE


def _pick_who(slots: Slots, value: str, tools: Tools) -> Taken:
    return {"who": value}


def _ask_helper_name(slots: Slots, tools: Tools) -> Reply:
    return Reply(say.HELPER_NAME)


def _name(slot: str) -> Callable[[Slots, str, Tools], Taken]:
    def take(slots: Slots, text: str, tools: Tools) -> Taken:
        name = reading.name_in(text)
        return {slot: name} if name else say.NAME_UNCLEAR

    return take


def _ask_relation(slots: Slots, tools: Tools) -> Reply:
    pairs = ((str(n), words) for n, words in enumerate(say.RELATIONS))
    return Reply(say.HELPER_RELATION.format(name=slots["helper_name"]), choices("helper_relation", *pairs))


def _take_relation(slots: Slots, text: str, tools: Tools) -> Taken:
    tidy = clean(text).strip(" .,;")
    letters = sum(letter.isalpha() for letter in tidy)
    return {"helper_relation": tidy} if letters > 1 and len(tidy) <= LONGEST_RELATION else say.CHOOSE_ONE


def _pick_relation(slots: Slots, value: str, tools: Tools) -> Taken:
    return {"helper_relation": say.RELATIONS[int(value)].casefold()}


def _ask_how(slots: Slots, tools: Tools) -> Reply:
    pairs = [(str(n), words) for n, words in enumerate(say.HOWS)]
    return Reply(say.HELPER_HOW, choices("helper_how", *pairs, ("none", say.NOT_ASKED)))


def _pick_how(slots: Slots, value: str, tools: Tools) -> Taken:
    return say.ASK_HEAD_FIRST if value == "none" else {"helper_how": say.HOWS[int(value)].casefold()}


def _ask_when(slots: Slots, tools: Tools) -> Reply:
    return Reply(say.HELPER_WHEN, choices("helper_on", ("0", say.TODAY), ("1", say.YESTERDAY)))


def _take_when(slots: Slots, text: str, tools: Tools) -> Taken:
    given = reading.day_in(text, tools.today)
    return {"helper_on": day(given)} if given else say.DAY_UNCLEAR


def _pick_when(slots: Slots, value: str, tools: Tools) -> Taken:
    return {"helper_on": day(tools.today - timedelta(days=int(value)))}


# The head and the telephone


def _ask_head(slots: Slots, tools: Tools) -> Reply:
    return Reply(say.HEAD)


def _take_head(slots: Slots, text: str, tools: Tools) -> Taken:
    """
    The name; or that it is another household's after all.
    """
    if slots.get("who") != "help" and HELPING.search(fold(clean(text))):
        return {"who": "help"}
    return _name("head")(slots, text, tools)


def _ask_phone(slots: Slots, tools: Tools) -> Reply:
    return (
        Reply(say.PHONE_NONE, choices("phone", ("none", say.NO_PHONE))) if "no_phone" in slots else Reply(say.PHONE)
    )


def _pick_phone(slots: Slots, value: str, tools: Tools) -> Taken:
    """
    A household without any telephone: it goes on all the same.
    """
    return {"phone": "", "no_phone": GONE} if value == "none" and "no_phone" in slots else say.CHOOSE_ONE


NO_PHONE = ("khong co", "ko co", "hong co", "chua co", "so cua", "dung so", "muon so", "muon dien thoai")
NO_PHONE_AT_ALL = re.compile(r"^(?:da )?(?:khong|ko|k|hong|chua)(?: co)?(?: a| dau| so nao| may nao)*$")
MOBILE_BEGINS = re.compile(r"(?<!\d)0[35789]")
LONGEST_MOBILE = 10
"""Digits. Fewer that begin like a mobile number are one with a digit left out, and no identity number."""
TWO_PHONES = 18
"""From so many digits on there are two numbers in one message."""


def _take_phone(slots: Slots, text: str, tools: Tools) -> Taken:
    phone = reading.phone_in(text)
    if phone:
        return {"phone": phone, "no_phone": GONE}
    digits, folded = sum(letter.isdigit() for letter in text), fold(text)
    if not digits:
        none = NO_PHONE_AT_ALL.search(folded) or any(words in folded for words in NO_PHONE)
        return {"no_phone": True, "phone": GONE} if none else say.PHONE_MISSING
    if digits >= TWO_PHONES:
        return say.PHONE_TWO
    if digits < LONGEST_MOBILE and MOBILE_BEGINS.search(text):
        return say.PHONE_SHORT.format(digits=digits)
    return say.IDENTITY_OR_PHONE if reading.holds_identity_number(text) else say.PHONE_UNCLEAR


# How many


def _ask_members(slots: Slots, tools: Tools) -> Reply:
    return Reply(say.MEMBERS, _people("members", 6))


def _people(name: str, most: int) -> tuple[Choice, ...]:
    return choices(name, *((str(n), say.PEOPLE.format(n=n)) for n in range(1, most + 1)))


def _take_members(slots: Slots, text: str, tools: Tools) -> Taken:
    found = reading.members_in(text)
    if found is None or not 1 <= found[0] <= MOST_MEMBERS:
        return say.MEMBERS_UNCLEAR
    members, workers = found
    if workers is not None and workers <= members:
        return {"members": members, "workers": workers}
    return _members(slots, members)


def _members(slots: Slots, members: int) -> Taken:
    return {"members": members, **({"workers": GONE} if slots.get("workers", 0) > members else {})}


def _pick_members(slots: Slots, value: str, tools: Tools) -> Taken:
    return _members(slots, int(value))


def _ask_workers(slots: Slots, tools: Tools) -> Reply:
    members = slots["members"]
    if members == 1:
        return Reply(say.WORKERS_ALONE, choices("workers", ("1", say.WORKS)))
    return Reply(say.WORKERS.format(members=members), _people("workers", min(members, 6)))


def _take_workers(slots: Slots, text: str, tools: Tools) -> Taken:
    workers = reading.workers_in(text)
    if workers is None or workers > slots["members"]:
        return say.WORKERS_UNCLEAR.format(members=slots["members"])
    return {"workers": workers}


def _pick_workers(slots: Slots, value: str, tools: Tools) -> Taken:
    return _take_workers(slots, value, tools)


WHO = (
    Field("who", _ask_who, _take_who, _pick_who, has("who")),
    Field("helper_name", _ask_helper_name, _name("helper_name"), typed_only, has("helper_name"), helps),
    Field("helper_relation", _ask_relation, _take_relation, _pick_relation, has("helper_relation"), helps),
    Field("helper_how", _ask_how, choose_one, _pick_how, has("helper_how"), helps),
    Field("helper_on", _ask_when, _take_when, _pick_when, has("helper_on"), helps),
    Field("head", _ask_head, _take_head, typed_only, has("head")),
    Field("phone", _ask_phone, _take_phone, _pick_phone, has("phone"), strict=True),
)
HOW_MANY = (
    Field("members", _ask_members, _take_members, _pick_members, has("members"), strict=True, bare=True),
    Field("workers", _ask_workers, _take_workers, _pick_workers, has("workers"), strict=True, bare=True),
)
