"""
The registration form: its questions in their order, and what was answered as a form and as lines to read.

What was answered are slots, JSON. Where the person is follows from them: the next question is the first that is due
and not answered. So going back, editing and pausing need no bookkeeping, and the order of answers does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from handlers import texts
from handlers import texts_household as say
from handlers.cases import Form, Helper, Standing
from handlers.flows import reading
from handlers.flows.address import ADDRESS
from handlers.flows.drafts import Slots
from handlers.flows.people import HOW_MANY, WHO
from handlers.flows.question import GONE, Field, helps
from handlers.flows.standing import MORE, STANDING, WISHES, leaving_of, leaving_shown, review_year

FIELDS = (*WHO, *ADDRESS, *STANDING, *HOW_MANY, *WISHES)
BY_NAME = {field.name: field for field in (*FIELDS, *MORE)}
LONGEST = 200
"""Characters of an answer; the free words may have more."""


def open_question(slots: Slots) -> Field | None:
    """
    The first question that is due and not answered; None when the form is complete.
    """
    return next((field for field in FIELDS if field.due(slots) and not field.done(slots)), None)


def step_of(step: str, slots: Slots) -> str:
    """
    The step to go on with: the one named, where there is such a question and the review screen has all that it shows;
    a form of an older version may lack something.
    """
    missing = open_question(slots)
    if step in BY_NAME:
        return step
    return missing.name if missing else "review"


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
    if not helps(slots):
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
        "leaving": leaving_shown(form.standing, form.leaving),
        "year": str(form.year),
        "needs": ", ".join(texts.NEEDS[need] for need in form.needs) or say.NOTHING,
        "reason": form.reason or say.NOTHING,
    }
    return tuple((name, say.LINES[name].format(value=value)) for name, value in values.items() if value is not None)


LINE_WORDS: Mapping[str, tuple[str, ...]] = {
    "who": ("nguoi ghi", "nguoi ghi giup", "ghi giup"),
    "head": ("chu ho", "ho ten", "ho va ten", "ten", "ten chu ho"),
    "phone": ("so dien thoai", "dien thoai", "sdt", "so dt", "so may"),
    "address": ("dia chi", "noi o", "cho o", "xa", "phuong"),
    "hamlet": ("thon", "ap", "khom", "xom"),
    "standing": ("dien", "dien ho"),
    "since": ("tu nam", "tu nam nao"),
    "members": ("so nguoi", "nhan khau", "so khau", "may nguoi"),
    "workers": ("so nguoi lam duoc viec", "so nguoi lam", "lao dong", "so lao dong", "nguoi lam"),
    "leaving": ("dang ky", "viec dang ky"),
    "year": ("xet vao", "nam xet", "ky ra soat", "ky", "nam ra soat"),
    "needs": ("mong giup", "can giup", "ho tro", "nguyen vong"),
    "reason": ("noi them", "ly do"),
}
"""How people name the lines of the review screen, folded."""
MENDING = re.compile(
    r"(?:(?:sua|doi|sai|nham|lai|dong|muc|cho|phan|cai|muon|bi|chua dung|khong dung|roi|cua|thanh|la)\b ?)*"
)


def line_named(text: str) -> str | None:
    """
    The line that is meant by its name, alone or to be mended: "sua so dien thoai", "địa chỉ sai rồi", also with the
    new number after it.
    """
    said = re.sub(r"[\d ]+$", "", reading.bare(text))
    named = {phrase: name for name, phrases in LINE_WORDS.items() for phrase in phrases}
    fitting = (phrase for phrase in named if re.fullmatch(rf"{MENDING.pattern}{phrase} ?{MENDING.pattern}", said))
    return next((named[phrase] for phrase in fitting), None)


def _helper_shown(helper: Helper) -> str:
    return say.HELPED_BY.format(name=helper.name, relation=helper.relation, day=helper.consent_on)


def answered_lines(slots: Slots) -> tuple[str, ...]:
    """
    What an unfinished form holds so far.
    """
    helping = ("helper_name", "helper_relation", "helper_how", "helper_on")
    who = ", ".join(str(slots[name]) for name in helping if name in slots) or None
    kept = (("who", who), *((name, kept_answer(slots, name)) for name in say.LINES if name != "who"))
    return tuple(say.LINES[name].format(value=value) for name, value in kept if value is not None)


KEPT: Mapping[str, Callable[[Slots], str]] = {
    "who": lambda slots: say.WHO_HELP if helps(slots) else say.WHO_OWN,
    "phone": lambda slots: reading.phone_shown(slots["phone"]),
    "address": lambda slots: slots["area"],
    "standing": lambda slots: texts.STANDINGS[slots["standing"]],
    "since": lambda slots: str(slots["since"] or say.UNKNOWN),
    "leaving": lambda slots: leaving_shown(slots["standing"], leaving_of(slots)),
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


def of_whom(slots: Slots, text: str) -> str:
    """
    The sentence as it is said to somebody who fills in for another household.
    """
    helps = slots.get("who") == "help" and text != say.WHO
    return text.replace("hà mình", "hà đó") if helps else text
