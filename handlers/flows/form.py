"""
The questions of the registration form, in their order: how each is asked and how an answer is read.

What was answered are slots, JSON. Where the person is follows from them: the next question is the first that is due
and not answered. So going back, editing and pausing need no bookkeeping, and the order of answers does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from handlers import texts
from handlers import texts_household as say
from handlers.cases import Form, Helper, Standing
from handlers.flow import Tools
from handlers.flows import reading
from handlers.flows.drafts import Slots
from handlers.flows.shown import day
from handlers.messages import Choice, Reply
from knowledge.areas import Match
from knowledge.text import clean, fold

Taken: TypeAlias = Mapping[str, Any] | str
"""What an answer gives: slots to set (None under a name in `CLEARS` takes it away), or a sentence that says what is
wrong with it."""
GONE = object()
"""The value of a slot that is to be taken away."""
LONGEST = 200
"""Characters of an answer; the free words may have more."""
LONGEST_REASON = 500
MOST_MEMBERS = 30
MOST_FOUND = 8
"""Places that are offered to choose from."""
REVIEW_ENDS = (12, 14)
"""The yearly review runs until 14 December (QĐ 24/2021/QĐ-TTg, Điều 3)."""
FAILS = 2
"""After so many addresses that were not understood another way is offered."""


@dataclass(frozen=True, slots=True)
class Field:
    """
    One question. `done` and `due` look at the slots; `take` reads typed words, `pick` the value of a choice.

    `strict` answers are recognised for what they are even inside a question; a `passing` question is on the way to
    another one and is not come back to.
    """

    name: str
    ask: Callable[[Slots, Tools], Reply]
    take: Callable[[Slots, str, Tools], Taken]
    pick: Callable[[Slots, str, Tools], Taken]
    done: Callable[[Slots], bool]
    due: Callable[[Slots], bool] = lambda slots: True
    strict: bool = False
    passing: bool = False
    bare: bool = False
    """No choice but its own: any other number is an answer."""


def of_whom(slots: Slots, text: str) -> str:
    """
    The sentence as it is said to somebody who fills in for another household.
    """
    helps = slots.get("who") == "help" and text != say.WHO
    return text.replace("hà mình", "hà đó") if helps else text


def choices(name: str, *pairs: tuple[str, str]) -> tuple[Choice, ...]:
    """
    The choices of a question, as (value, label).
    """
    return tuple(Choice(f"reg:{name}:{value}", label) for value, label in pairs)


def _typed_only(slots: Slots, value: str, tools: Tools) -> Taken:
    return say.CHOOSE_ONE


# Who speaks


def _ask_who(slots: Slots, tools: Tools) -> Reply:
    return Reply(say.WHO, choices("who", ("own", say.WHO_OWN), ("help", say.WHO_HELP)))


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
    if any(f" {words} " in said for words in FOR_ANOTHER):
        return {"who": "help"}
    return {"who": "own"} if any(f" {words} " in said for words in FOR_OWN) else say.CHOOSE_ONE


def _pick_who(slots: Slots, value: str, tools: Tools) -> Taken:
    return {"who": value}


def _helps(slots: Slots) -> bool:
    return slots.get("who") == "help"


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
    return {"helper_relation": clean(text)[:60]}


def _pick_relation(slots: Slots, value: str, tools: Tools) -> Taken:
    return {"helper_relation": say.RELATIONS[int(value)].casefold()}


def _ask_how(slots: Slots, tools: Tools) -> Reply:
    pairs = [(str(n), words) for n, words in enumerate(say.HOWS)]
    return Reply(say.HELPER_HOW, choices("helper_how", *pairs, ("none", say.NOT_ASKED)))


def _pick_how(slots: Slots, value: str, tools: Tools) -> Taken:
    return say.ASK_HEAD_FIRST if value == "none" else {"helper_how": say.HOWS[int(value)].casefold()}


def _choose_one(slots: Slots, text: str, tools: Tools) -> Taken:
    return say.CHOOSE_ONE


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


def _ask_phone(slots: Slots, tools: Tools) -> Reply:
    return Reply(say.PHONE)


NO_PHONE = ("khong co", "ko co", "hong co", "chua co", "so cua", "dung so", "muon so", "muon dien thoai")
TWO_PHONES = 18
"""From so many digits on there are two numbers in one message."""


def _take_phone(slots: Slots, text: str, tools: Tools) -> Taken:
    phone = reading.phone_in(text)
    if phone:
        return {"phone": phone}
    digits, folded = sum(letter.isdigit() for letter in text), fold(text)
    if not digits:
        return say.PHONE_NONE if any(words in folded for words in NO_PHONE) else say.PHONE_MISSING
    if digits >= TWO_PHONES:
        return say.PHONE_TWO
    return say.IDENTITY_OR_PHONE if reading.holds_identity_number(text) else say.PHONE_UNCLEAR


# The address: typed, then chosen or confirmed; after failures step by step or by the officer


def _near(slots: Slots) -> str | None:
    return slots.get("near")


def _example(slots: Slots) -> str:
    return say.EXAMPLES.get(_near(slots) or "", say.EXAMPLES["soc-trang"])


def _ask_address(slots: Slots, tools: Tools) -> Reply:
    if slots.get("tries", 0) >= FAILS:
        pairs = (("steps", say.BY_STEPS), ("officer", say.BY_OFFICER))
        return Reply(say.ADDRESS_STUCK, choices("address", *pairs))
    return Reply(say.ADDRESS.format(example=_example(slots)))


def _take_address(slots: Slots, text: str, tools: Tools) -> Taken:
    found = tools.find_area(clean(text), _near(slots))
    if found:
        return {"found": [_found(match) for match in found[:MOST_FOUND]], "by": GONE}
    return say.ADDRESS_UNCLEAR


def _found(match: Match) -> list[str | None]:
    return [match.area.code, match.was, match.hamlet, match.plan_place]


def _pick_address(slots: Slots, value: str, tools: Tools) -> Taken:
    return {"by": value, "found": GONE, "province": GONE}


def _ask_province(slots: Slots, tools: Tools) -> Reply:
    return Reply(say.PROVINCE, choices("province", *tools.provinces()))


def _take_province(slots: Slots, text: str, tools: Tools) -> Taken:
    said = fold(clean(text))
    named = [code for code, name in tools.provinces() if _unkinded(fold(name)) in said]
    return _pick_province(slots, named[0], tools) if len(named) == 1 else say.CHOOSE_ONE


def _pick_province(slots: Slots, value: str, tools: Tools) -> Taken:
    if slots.get("by") == "officer":
        return _by_officer(value, tools)
    return {"province": value}


def _by_officer(province: str, tools: Tools) -> Taken:
    return {**_placed(province, tools.unit_name(province) or province, None, None), "hamlet": GONE}


def _placed(unit: str, area: str, was: str | None, place: str | None) -> Mapping[str, Any]:
    gone = dict.fromkeys(("found", "by", "province", "tries"), GONE)
    return {"unit": unit, "area": area, "was": was, "place": place, **gone}


def _ask_letter(slots: Slots, tools: Tools) -> Reply:
    return Reply(say.LETTER, choices("letter", ("officer", say.BY_OFFICER)))


def _pick_letter(slots: Slots, value: str, tools: Tools) -> Taken:
    return _by_officer(slots["province"], tools)


KINDS = ("xa ", "phuong ", "thi tran ", "dac khu ", "tinh ", "thanh pho ")


def _take_letter(slots: Slots, text: str, tools: Tools) -> Taken:
    begins = _unkinded(fold(clean(text)).rstrip(" ."))
    fitting = [area for area in tools.communes(slots["province"]) if _unkinded(fold(area.name)).startswith(begins)]
    if not fitting or not begins:
        return say.LETTER_NONE.format(province=tools.unit_name(slots["province"]))
    if len(fitting) > MOST_FOUND:
        return say.LETTER_MANY.format(n=len(fitting))
    return {"found": [[area.code, None, None, _plan_place(area.code, area.full, tools)] for area in fitting]}


def _plan_place(code: str, full: str, tools: Tools) -> str | None:
    """
    The plan place that covers a commune, as the address finder knows it.
    """
    known = next((match for match in tools.find_area(full) if match.area.code == code), None)
    return known.plan_place if known else None


def _unkinded(folded: str) -> str:
    return next((folded.removeprefix(kind) for kind in KINDS if folded.startswith(kind)), folded)


def _ask_which(slots: Slots, tools: Tools) -> Reply:
    pairs = [(str(n), _shown(found, tools)) for n, found in enumerate(slots["found"])]
    return Reply(say.WHICH, choices("which", *pairs, ("none", say.NONE_OF_THEM)))


def _shown(found: list[str | None], tools: Tools) -> str:
    area = tools.unit_name(str(found[0])) or str(found[0])
    return say.WAS.format(area=area, was=found[1]) if found[1] else area


def _take_which(slots: Slots, text: str, tools: Tools) -> Taken:
    if reading.says_one_of(text, reading.DENIALS | {"khong co", "khong co cho nao", "khong thay"}):
        return _none_of_them(slots)
    said = fold(clean(text))
    fitting = [n for n, found in enumerate(slots["found"]) if said and said in fold(_shown(found, tools))]
    return (
        _settled(slots["found"][fitting[0]], slots, tools) if len(fitting) == 1 else _take_address(slots, text, tools)
    )


def _pick_which(slots: Slots, value: str, tools: Tools) -> Taken:
    return _none_of_them(slots) if value == "none" else _settled(slots["found"][int(value)], slots, tools)


def _none_of_them(slots: Slots) -> Taken:
    return {"found": GONE, "tries": slots.get("tries", 0) + 1, "unit": GONE, "hamlet": GONE}


def _settled(found: list[str | None], slots: Slots, tools: Tools) -> Taken:
    code, was, hamlet, place = found
    area = tools.area(str(code))
    moved = slots.get("unit") != code
    kept = {"hamlet": hamlet} if hamlet else {"hamlet": GONE} if moved else {}
    return {**_placed(str(code), area.full if area else str(code), was, place), **kept}


def _ask_sure(slots: Slots, tools: Tools) -> Reply:
    code, was, hamlet, _ = slots["found"][0]
    area = tools.unit_name(code) or code
    lead = f"{hamlet}, " if hamlet else ""
    text = say.SURE_WAS.format(was=lead + was, area=area) if was else say.SURE.format(area=lead + area)
    return Reply(text, choices("sure", ("yes", say.RIGHT), ("no", say.WRONG)))


def _take_sure(slots: Slots, text: str, tools: Tools) -> Taken:
    if reading.assents(text):
        return _settled(slots["found"][0], slots, tools)
    if reading.says_one_of(text, reading.DENIALS):
        return _none_of_them(slots)
    return _take_address(slots, text, tools)


def _pick_sure(slots: Slots, value: str, tools: Tools) -> Taken:
    return _settled(slots["found"][0], slots, tools) if value == "yes" else _none_of_them(slots)


def _found_many(slots: Slots) -> bool:
    return len(slots.get("found", ())) > 1


def _found_one(slots: Slots) -> bool:
    return len(slots.get("found", ())) == 1


def _ask_hamlet(slots: Slots, tools: Tools) -> Reply:
    return Reply(say.HAMLET if tools.area(slots["unit"]) else say.HAMLET_BY_OFFICER)


def _take_hamlet(slots: Slots, text: str, tools: Tools) -> Taken:
    tidy = clean(text).strip(" .,;")
    longest = 60 if tools.area(slots["unit"]) else LONGEST
    return (
        {"hamlet": tidy} if any(letter.isalnum() for letter in tidy) and len(tidy) <= longest else say.HAMLET_UNCLEAR
    )


# Standing


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
    standing = next(named, None)
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


# People


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


# Wishes and what is asked on the review screen only


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
    said = f" {fold(clean(text))} "
    named = [
        key for key, words in texts.NEEDS.items() if any(f" {fold(part)} " in said for part in words.split(", "))
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
    return {"reason": clean(text)[:LONGEST_REASON]}


def _pick_reason(slots: Slots, value: str, tools: Tools) -> Taken:
    return {"reason": GONE}


def _has(*names: str) -> Callable[[Slots], bool]:
    return lambda slots: all(name in slots for name in names)


def _never(slots: Slots) -> bool:
    return False


def _always(slots: Slots) -> bool:
    return True


FIELDS = (
    Field("who", _ask_who, _take_who, _pick_who, _has("who")),
    Field("helper_name", _ask_helper_name, _name("helper_name"), _typed_only, _has("helper_name"), _helps),
    Field("helper_relation", _ask_relation, _take_relation, _pick_relation, _has("helper_relation"), _helps),
    Field("helper_how", _ask_how, _choose_one, _pick_how, _has("helper_how"), _helps),
    Field("helper_on", _ask_when, _take_when, _pick_when, _has("helper_on"), _helps),
    Field("head", _ask_head, _name("head"), _typed_only, _has("head")),
    Field("phone", _ask_phone, _take_phone, _typed_only, _has("phone"), strict=True),
    Field(
        "address",
        _ask_address,
        _take_address,
        _pick_address,
        lambda slots: bool({"unit", "found", "by"} & set(slots)),
        strict=True,
    ),
    Field(
        "province",
        _ask_province,
        _take_province,
        _pick_province,
        _has("province"),
        lambda slots: "by" in slots,
        passing=True,
    ),
    Field(
        "letter",
        _ask_letter,
        _take_letter,
        _pick_letter,
        _has("found"),
        lambda slots: slots.get("by") == "steps" and "province" in slots,
        passing=True,
    ),
    Field("which", _ask_which, _take_which, _pick_which, _never, _found_many, passing=True),
    Field("sure", _ask_sure, _take_sure, _pick_sure, _never, _found_one, strict=True, passing=True),
    Field("hamlet", _ask_hamlet, _take_hamlet, _typed_only, _has("hamlet"), bare=True),
    Field("standing", _ask_standing, _take_standing, _pick_standing, _has("standing")),
    Field("since", _ask_since, _take_since, _pick_since, _has("since"), strict=True),
    Field("members", _ask_members, _take_members, _pick_members, _has("members"), strict=True, bare=True),
    Field("workers", _ask_workers, _take_workers, _pick_workers, _has("workers"), strict=True, bare=True),
    Field("leaving", _ask_leaving, _choose_one, _pick_leaving, _has("leaving"), _just_left),
    Field("needs", _ask_needs, _take_needs, _pick_needs, _has("needs"), strict=True),
)
MORE = (
    Field("year", _ask_year, _take_year, _pick_year, _always),
    Field("reason", _ask_reason, _take_reason, _pick_reason, _always),
)
"""Asked on the review screen only."""
BY_NAME = {field.name: field for field in (*FIELDS, *MORE)}
EDITED_THROUGH = {"helper": "helper_name"}


def open_question(slots: Slots) -> Field | None:
    """
    The first question that is due and not answered; None when the form is complete.
    """
    return next((field for field in FIELDS if field.due(slots) and not field.done(slots)), None)


def question_before(slots: Slots, name: str) -> Field | None:
    """
    The answered question before this one, for one step back.
    """
    names = [field.name for field in FIELDS]
    before = FIELDS[: names.index(name)] if name in names else FIELDS
    return next((field for field in reversed(before) if field.due(slots) and not field.passing), None)


def with_answer(slots: Slots, taken: Mapping[str, Any]) -> Slots:
    """
    The slots with what an answer gave.
    """
    merged = {**slots, **taken}
    return {name: value for name, value in merged.items() if value is not GONE}


def without_passing(slots: Slots) -> Slots:
    """
    The slots without what was on the way to an address.
    """
    return {name: value for name, value in slots.items() if name not in {"found", "by", "province"}}


def form_of(slots: Slots, today: date) -> Form:
    """
    The form of slots that are complete.
    """
    return Form(
        head=slots["head"],
        phone=slots["phone"],
        unit=slots["unit"],
        area=slots["area"],
        hamlet=slots["hamlet"],
        standing=Standing(slots["standing"]),
        since=slots["since"],
        members=slots["members"],
        workers=slots["workers"],
        leaving=Standing(leaving_of(slots)),
        year=slots.get("year") or review_year(today),
        was=slots.get("was"),
        place=slots.get("place"),
        needs=tuple(slots["needs"]),
        reason=slots.get("reason"),
        helper=_helper_of(slots),
    )


def _helper_of(slots: Slots) -> Helper | None:
    if not _helps(slots):
        return None
    return Helper(slots["helper_name"], slots["helper_relation"], slots["helper_how"], slots["helper_on"])


def slots_of(form: Form) -> Slots:
    """
    The slots that give this form again, for correcting it.
    """
    helper = form.helper
    helped = {
        "who": "help",
        "helper_name": helper.name,
        "helper_relation": helper.relation,
        "helper_how": helper.consent_how,
        "helper_on": helper.consent_on,
    } if helper else {"who": "own"}  # fmt: skip
    return {
        **helped,
        "head": form.head,
        "phone": form.phone,
        "unit": form.unit,
        "area": form.area,
        "was": form.was,
        "place": form.place,
        "hamlet": form.hamlet,
        "standing": form.standing.value,
        "since": form.since,
        "members": form.members,
        "workers": form.workers,
        "leaving": form.leaving.value,
        "year": form.year,
        "needs": list(form.needs),
        **({"reason": form.reason} if form.reason else {}),
    }


def shown(slots: Slots, today: date) -> tuple[tuple[str, str], ...]:
    """
    The lines of the review screen: which question each is changed by, and what stands in it.
    """
    return lines_of(form_of(slots, today))


def lines_of(form: Form) -> tuple[tuple[str, str], ...]:
    """
    The lines of a form.
    """
    values = {
        "who": _helper_shown(form.helper) if form.helper else None,
        "head": form.head,
        "phone": reading.phone_shown(form.phone),
        "address": say.WAS.format(area=form.area, was=form.was) if form.was else form.area,
        "hamlet": form.hamlet,
        "standing": texts.STANDINGS[form.standing],
        "since": str(form.since or say.UNKNOWN),
        "members": str(form.members),
        "workers": str(form.workers),
        "leaving": _leavings(form.standing)[form.leaving].casefold(),
        "year": str(form.year),
        "needs": ", ".join(texts.NEEDS[need] for need in form.needs) or say.NOTHING,
        "reason": form.reason or say.NOTHING,
    }
    return tuple((name, say.LINES[name].format(value=value)) for name, value in values.items() if value is not None)


def _helper_shown(helper: Helper) -> str:
    return say.HELPED_BY.format(name=helper.name, relation=helper.relation, day=helper.consent_on)


def answered_lines(slots: Slots) -> tuple[str, ...]:
    """
    What an unfinished form holds so far.
    """
    kept = ((name, kept_answer(slots, name)) for name in say.LINES if name != "who")
    return tuple(say.LINES[name].format(value=value) for name, value in kept if value is not None)


KEPT: Mapping[str, Callable[[Slots], str]] = {
    "who": lambda slots: say.WHO_HELP if _helps(slots) else say.WHO_OWN,
    "phone": lambda slots: reading.phone_shown(slots["phone"]),
    "address": lambda slots: slots["area"],
    "standing": lambda slots: texts.STANDINGS[slots["standing"]],
    "since": lambda slots: str(slots["since"] or say.UNKNOWN),
    "leaving": lambda slots: _leavings(slots["standing"])[leaving_of(slots)].casefold(),
    "needs": lambda slots: ", ".join(texts.NEEDS[need] for need in slots["needs"]) or say.NOTHING,
}
"""How the answer that is kept reads, where it is not the slot itself."""


def kept_answer(slots: Slots, name: str) -> str | None:
    """
    The answer that a question already has, as people read it.
    """
    filled = "unit" if name == "address" else name
    if filled not in slots:
        return None
    return KEPT[name](slots) if name in KEPT else str(slots[name])
