"""
The questions for the address: typed, then chosen among several, or confirmed where its words do not name the commune
letter by letter; after failures step by step, or left to the officer. Nothing is taken in silence: what was
understood is said above the next question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from handlers import texts_household as say
from handlers.flow import Tools
from handlers.flows import reading
from handlers.flows.drafts import Slots
from handlers.flows.question import GONE, Field, Taken, choices, has, never, typed_only
from handlers.messages import Reply
from knowledge.areas import Match
from knowledge.text import clean, fold

LONGEST_HAMLET, LONGEST_ADDRESS = 60, 200
"""Characters; the longer one where the officer must find the commune in it."""
MOST_FOUND = 8
"""Places that are offered to choose from."""
LONGEST_BARE = 12
"""Words of a message that may be an address and nothing else."""
FAILS = 2
"""After so many addresses that were not understood another way is offered."""


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
    if len(found) == 1 and _names(text, found[0]):
        return {**_settled(_found(found[0]), slots, tools), "by": GONE}
    if found:
        return {"found": [_found(match) for match in found[:MOST_FOUND]], "by": GONE}
    if "unit" in slots and HAMLET.match(fold(clean(text))):
        hamlet = _take_hamlet(slots, text, tools)
        return hamlet if isinstance(hamlet, str) else {"unit": slots["unit"], **hamlet}
    return say.ADDRESS_UNCLEAR


def bare_address(text: str, tools: Tools) -> Match | None:
    """
    The commune of a message that is an address and nothing else: a hamlet with its commune, "khom 3 p10 soc trang".
    """
    folded = fold(clean(text))
    if not (HAMLET.match(folded) and re.search(r"\d", folded) and len(folded.split()) <= LONGEST_BARE):
        return None
    found = tools.find_area(clean(text))
    return found[0] if found and _names(text, found[0]) and found[0].hamlet else None


def _names(text: str, match: Match) -> bool:
    """
    Whether the words name the commune as it is written, so that no letter was guessed: "p10 soc trang" does.
    """
    typed, name = _pieces(text), _pieces(_unkinded(fold((match.was or match.area.name).split(",")[0])))
    return any(typed[at : at + len(name)] == name for at in range(len(typed)))


def _pieces(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+|\d+", fold(clean(text)))


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
    pairs = [(str(found[0]), _shown(found, tools)) for found in slots["found"]]
    return Reply(say.WHICH, choices("which", *pairs, ("none", say.NONE_OF_THEM)))


def _shown(found: list[str | None], tools: Tools) -> str:
    area = tools.unit_name(str(found[0])) or str(found[0])
    return say.WAS.format(area=area, was=found[1]) if found[1] else area


def _take_which(slots: Slots, text: str, tools: Tools) -> Taken:
    if reading.says_one_of(text, reading.DENIALS | {"khong co", "khong co cho nao", "khong thay"}):
        return _none_of_them(slots)
    said = fold(clean(text))
    fitting = [found for found in slots["found"] if said and said in fold(_shown(found, tools))]
    return _settled(fitting[0], slots, tools) if len(fitting) == 1 else _take_address(slots, text, tools)


def _pick_which(slots: Slots, value: str, tools: Tools) -> Taken:
    """
    The commune that was pressed; one of an older message, which is not offered any more, is not taken.
    """
    found = next((found for found in slots["found"] if found[0] == value), None)
    if found is not None:
        return _settled(found, slots, tools)
    return _none_of_them(slots) if value == "none" else say.CHOOSE_ONE


def _none_of_them(slots: Slots) -> Taken:
    return {"found": GONE, "tries": slots.get("tries", 0) + 1, "unit": GONE, "hamlet": GONE}


def _settled(found: list[str | None], slots: Slots, tools: Tools) -> Mapping[str, Any]:
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
    return Reply(text, choices("sure", (code, say.RIGHT), ("no", say.WRONG)))


def _take_sure(slots: Slots, text: str, tools: Tools) -> Taken:
    if reading.assents(text):
        return _settled(slots["found"][0], slots, tools)
    if reading.says_one_of(text, reading.DENIALS):
        return _none_of_them(slots)
    return _take_address(slots, text, tools)


def _pick_sure(slots: Slots, value: str, tools: Tools) -> Taken:
    return _none_of_them(slots) if value == "no" else _pick_which(slots, value, tools)


def _found_many(slots: Slots) -> bool:
    return len(slots.get("found", ())) > 1


def _found_one(slots: Slots) -> bool:
    return len(slots.get("found", ())) == 1


def _ask_hamlet(slots: Slots, tools: Tools) -> Reply:
    return Reply(say.HAMLET if tools.area(slots["unit"]) else say.HAMLET_BY_OFFICER)


HAMLET = re.compile(r"(?:thon|ap|khom|khu|xom|ban|buon|to|kp)\b")
WITH_COMMUNE = re.compile(r"\b(?:xa|phuong|p|p\d+|thi tran|tt|dac khu)\b")


def _take_hamlet(slots: Slots, text: str, tools: Tools) -> Taken:
    """
    The hamlet; where a whole address is typed, that address.
    """
    if WITH_COMMUNE.search(fold(clean(text))) and tools.find_area(clean(text), _near(slots)):
        return _take_address(slots, text, tools)
    if reading.assents(text):
        return say.HAMLET_UNCLEAR
    tidy = clean(text).strip(" .,;")
    longest = LONGEST_HAMLET if tools.area(slots["unit"]) else LONGEST_ADDRESS
    return (
        {"hamlet": tidy} if any(letter.isalnum() for letter in tidy) and len(tidy) <= longest else say.HAMLET_UNCLEAR
    )


ADDRESS = (
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
        has("province"),
        lambda slots: "by" in slots,
        passing=True,
    ),
    Field(
        "letter",
        _ask_letter,
        _take_letter,
        _pick_letter,
        has("found"),
        lambda slots: slots.get("by") == "steps" and "province" in slots,
        passing=True,
    ),
    Field("which", _ask_which, _take_which, _pick_which, never, _found_many, passing=True),
    Field("sure", _ask_sure, _take_sure, _pick_sure, never, _found_one, strict=True, passing=True),
    Field("hamlet", _ask_hamlet, _take_hamlet, typed_only, has("hamlet"), passing=True, bare=True),
)


def understood(taken: Slots, slots: Slots) -> str:
    """
    The commune that an answer just settled, to be said above the next question; "" where it settled none.
    """
    if "unit" not in taken or taken["unit"] is GONE or "area" not in slots:
        return ""
    lead = f"{slots['hamlet']}, " if "hamlet" in slots else ""
    if slots.get("was"):
        return say.NOTED_WAS.format(was=lead + slots["was"], area=slots["area"])
    return say.NOTED.format(area=lead + slots["area"])
